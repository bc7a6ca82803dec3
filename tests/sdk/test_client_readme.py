"""The code of the client's guide does what the guide says."""

import re
from pathlib import Path

import pytest

from kit.shop import Shop
from stampwell_client import Retries

pytestmark = pytest.mark.one_database

README = (Path(__file__).parents[2] / "sdk" / "python" / "README.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)

PRINTED = [
    r"Brown Smith has 2 of 10: https://vvd\.bz/stamp/[0-9A-Z]{16}\n.*11.*",
    r"2 taken back; owed again: \(5,\)\n3 True",
    r"changed meanwhile: likes green tea",
    r"(1 2026-03-02 18:00:00 \w+ \d+ \d+\n){4}3 None",
    r"4\n5\nx{10}: userNm: .*100.*",
    r"13 marks",
    r"webhook-id is missing: .*\n400",
    r"endYmd .*[가-힣].*",
]


def test_each_block_runs_after_the_one_before(own_shop: Shop) -> None:
    person = own_shop.open_account(name="Bean")
    for block, expected in zip(PYTHON, PRINTED, strict=True):
        here = block.replace("https://stamps.example.com", own_shop.server.base).replace("sk_live_…", person.key)
        printed: list[str] = []
        # Its own `print`: the server writes its log to the same output.
        exec(here, {"__name__": "guide", "print": lambda *words, to=printed: to.append(" ".join(map(str, words)))})
        assert re.fullmatch(expected, "\n".join(printed)), printed


def test_the_settings_are_the_defaults() -> None:
    defaults = Retries()
    for name in ("times", "first_wait_s"):
        assert f"`{name}={getattr(defaults, name)}`" in README
    assert f"`total_s={defaults.total_s:.0f}`" in README
    assert f"`longest_wait_s={defaults.longest_wait_s:.0f}`" in README
