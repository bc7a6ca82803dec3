"""The plan table: what comes along, and what is said of a file that cannot be used."""

import re
from pathlib import Path

import pytest

from stampwell.features.plans.table import PlansFileWrong, load_plans

GOOD = """
[starter]
requests_per_minute = 1
api = true
custom_domains = false
"""


class TestWhatComesAlong:
    def test_it_is_the_contracts(self) -> None:
        rows = [
            (plan.name, plan.requests_per_minute, plan.requests_per_hour, plan.api, plan.custom_domains)
            for plan in load_plans(None).plans.values()
        ]
        assert rows == [
            ("free", 30, 600, False, False),
            ("personal", 180, 10_000, True, False),
            ("premium", 300, 15_000, True, True),
            ("business", 480, 25_000, True, True),
            ("enterprise", None, None, True, True),
        ]

    def test_the_cheapest_that_includes_it(self) -> None:
        plans = load_plans(None)
        assert plans.cheapest_with(lambda plan: plan.api) == "personal"
        assert plans.cheapest_with(lambda plan: plan.custom_domains) == "premium"
        assert plans.cheapest_with(lambda plan: plan.name == "none") == "no plan"


class TestAFileOfTheOperators:
    def test_it_takes_the_place_of_ours(self, tmp_path: Path) -> None:
        path = tmp_path / "plans.toml"
        path.write_text(GOOD)
        assert list(load_plans(path).plans) == ["starter"]
        assert load_plans(path).get_plan("starter").requests_per_hour is None

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("", "it holds no plan"),
            ("[starter", "Expected ']'"),
            ("api = true", "api is not a table; write [api] above the plan's fields"),
            (GOOD.replace("api = true", ""), "[starter] api: Field required"),
            (GOOD.replace("api = true", 'api = "yes"'), "[starter] api: Input should be a valid boolean"),
            (GOOD.replace("= 1", "= 0"), "[starter] requests_per_minute: Input should be greater than or equal to 1"),
            (GOOD.replace("= 1", "= 1.5"), "[starter] requests_per_minute: Input should be a valid integer"),
            (GOOD.replace("api", "apis"), "[starter] api: Field required"),
            (GOOD + "color = 1", "[starter] color: Extra inputs are not permitted"),
            (GOOD + GOOD, "Cannot declare ('starter',) twice"),
        ],
    )
    def test_what_is_wrong_is_named(self, tmp_path: Path, text: str, problem: str) -> None:
        path = tmp_path / "plans.toml"
        path.write_text(text)
        with pytest.raises(PlansFileWrong, match=rf"\A{re.escape(str(path))}: .*{re.escape(problem)}"):
            load_plans(path)

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(PlansFileWrong, match=r"missing\.toml: .*No such file"):
            load_plans(tmp_path / "missing.toml")

    def test_a_file_that_is_no_text(self, tmp_path: Path) -> None:
        path = tmp_path / "plans.toml"
        path.write_bytes(b"\xff\xfe")
        with pytest.raises(PlansFileWrong, match=re.escape(str(path))):
            load_plans(path)
