"""Rewards on the way: each at a number of marks of its own below the goal, in rising order, cleared by an empty list."""

import json

import pytest

from kit.refusals import wrong_fields
from kit.shop import Answer, Shop

CREATE, UPDATE, GET, LIST = (f"/api/card/v1/{name}" for name in ("create", "update", "get", "list"))
COOKIE = {"stamps": 5, "rewardTtl": "a cookie"}
CAKE = {"stamps": 8, "rewardTtl": "a cake"}
TOO_FAR = "must be less than the goal, {goal}: the reward of the last mark is rewardTtl"
TWICE = "another reward has {stamps} as well: give each a number of its own"


@pytest.fixture
def card(shop: Shop) -> int:
    number: int = _create(shop, rewards=[COOKIE, CAKE]).result
    return number


def _create(shop: Shop, **fields: object) -> Answer:
    return shop.request("POST", CREATE, by=shop.alice, body={"cardNm": "Coffee", "maxStamps": 10, **fields})


def _update(shop: Shop, card: int, **fields: object) -> Answer:
    return shop.put(UPDATE, shop.alice, cardIdx=card, **fields)


def _rewards(shop: Shop, card: int) -> object:
    return shop.get(GET, shop.alice, cardIdx=card).result["rewards"]


class TestCreate:
    def test_they_rise_in_every_answer(self, shop: Shop) -> None:
        number = _create(shop, rewards=[CAKE, COOKIE]).result
        assert _rewards(shop, number) == [COOKIE, CAKE]
        (listed,) = [row for row in shop.get(LIST, shop.alice).result["list"] if row["cardIdx"] == number]
        assert listed["rewards"] == [COOKIE, CAKE]

    def test_the_database_has_them_as_json(self, shop: Shop) -> None:
        number = _create(shop, rewards=[CAKE, {"stamps": 5, "rewardTtl": "쿠키"}]).result
        (row,) = shop.data.rows("SELECT rewards FROM card WHERE card_id = :card", card=number)
        assert row["rewards"] == '[[5,"쿠키"],[8,"a cake"]]'

    @pytest.mark.one_database
    @pytest.mark.parametrize(
        ("rewards", "problems"),
        [
            ([{"stamps": 10, "rewardTtl": "x"}], [("rewards.0.stamps", TOO_FAR.format(goal=10))]),
            ([COOKIE, {"stamps": 99, "rewardTtl": "x"}], [("rewards.1.stamps", TOO_FAR.format(goal=10))]),
            ([CAKE, COOKIE, COOKIE], [("rewards.2.stamps", TWICE.format(stamps=5))]),
            ([{"stamps": 0, "rewardTtl": "x"}], [("rewards.0.stamps", "must be at least 1")]),
            ([{"stamps": 100, "rewardTtl": "x"}], [("rewards.0.stamps", "must be at most 99")]),
            (
                [{"stamps": "5", "rewardTtl": "x"}],
                [("rewards.0.stamps", "must be an integer: send 5 without quotes")],
            ),
            ([{"stamps": 5}], [("rewards.0.rewardTtl", "required")]),
            (
                [COOKIE, {"stamps": None, "rewardTtl": None}],
                [("rewards.1.stamps", "required"), ("rewards.1.rewardTtl", "required")],
            ),
            ([{"stamps": 5, "rewardTtl": ""}], [("rewards.0.rewardTtl", "must have at least 1 character")]),
            (
                [{"stamps": 5, "rewardTtl": "  "}],
                [("rewards.0.rewardTtl", "must have at least one character that is not a space")],
            ),
            ([{"stamps": 5, "rewardTtl": "x" * 201}], [("rewards.0.rewardTtl", "must have at most 200 characters")]),
            ([{**COOKIE, "rewardTitle": "x"}], [("rewards.0.rewardTitle", "unknown field; did you mean rewardTtl?")]),
            (["a cookie"], [("rewards.0", "must be an object")]),
        ],
        ids=[
            "at the goal", "beyond it", "twice", "at none", "at a hundred", "in quotes", "unnamed", "nulls", "empty",
            "blank", "long", "unknown member", "a text",
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_named(self, shop: Shop, rewards: object, problems: list[tuple[str, str]]) -> None:
        before = shop.data.count("card")
        answer = _create(shop, rewards=rewards)
        assert (answer.status, answer.json) == (400, wrong_fields(*problems))
        assert shop.data.count("card") == before

    def test_all_that_does_not_go_together_is_named_at_once(self, shop: Shop) -> None:
        answer = _create(shop, onsiteYn="Y", maxStamps=1, rewards=[COOKIE])
        assert answer.json == wrong_fields(
            ("onsitePwd", "required, because onsiteYn is Y"), ("rewards.0.stamps", TOO_FAR.format(goal=1))
        )


class TestUpdate:
    def test_replaces_all_of_them(self, shop: Shop, card: int) -> None:
        assert _update(shop, card, rewards=[{"stamps": 2, "rewardTtl": "a tea"}]).result is None
        assert _rewards(shop, card) == [{"stamps": 2, "rewardTtl": "a tea"}]

    @pytest.mark.parametrize("fields", [{}, {"rewards": None}], ids=["absent", "null"])
    def test_leaves_them_where_nothing_is_said(self, shop: Shop, card: int, fields: dict[str, object]) -> None:
        assert _update(shop, card, cardNm="Tea", **fields).result is None
        assert _rewards(shop, card) == [COOKIE, CAKE]

    def test_an_empty_list_clears_them(self, shop: Shop, card: int) -> None:
        assert _update(shop, card, rewards=[]).result is None
        assert _rewards(shop, card) == []

    def test_the_goal_and_they_may_change_together(self, shop: Shop, card: int) -> None:
        assert _update(shop, card, maxStamps=6, rewards=[COOKIE]).result is None
        assert _rewards(shop, card) == [COOKIE]

    @pytest.mark.parametrize("goal", [8, 7, 1])
    def test_a_goal_that_leaves_one_beyond_it(self, shop: Shop, card: int, goal: int) -> None:
        answer = _update(shop, card, maxStamps=goal)
        problem = "must be more than 8, where the card has a reward on the way: choose a larger goal, or change rewards as well"
        assert (answer.status, answer.json) == (400, wrong_fields(("maxStamps", problem)))
        assert shop.get(GET, shop.alice, cardIdx=card).result["maxStamps"] == 10

    def test_rewards_beyond_the_goal_that_the_card_has(self, shop: Shop, card: int) -> None:
        answer = _update(shop, card, rewards=[COOKIE, {"stamps": 10, "rewardTtl": "x"}])
        assert (answer.status, answer.json) == (400, wrong_fields(("rewards.1.stamps", TOO_FAR.format(goal=10))))
        assert _rewards(shop, card) == [COOKIE, CAKE]

    def test_is_in_the_audit_log(self, shop: Shop, card: int) -> None:
        for _ in range(2):
            assert _update(shop, card, rewards=[CAKE], carryYn="Y").result is None
        sql = "SELECT changes FROM audit WHERE action = 'card.updated' AND subject_id = :card ORDER BY audit_id"
        (row,) = shop.data.rows(sql, card=card)
        changed = {"rewards": [[[5, "a cookie"], [8, "a cake"]], [[8, "a cake"]]], "carryYn": [False, True]}
        assert json.loads(row["changes"]) == changed
