"""Rewards on the way and the surplus in the card editor, without scripts."""

import json

import pytest

from kit.dashboard_client import DashboardClient, DashboardPage
from kit.people import Person
from kit.shop import Shop

NEW = "/dashboard/cards/new"
TWO = {"rewardAt": ["8", "5"], "rewardName": ["a cake", "a <b>cookie</b>"]}


@pytest.fixture
def owner(shop: Shop) -> Person:
    return shop.open_account(name="Bean Sons")


@pytest.fixture
def dashboard(shop: Shop, owner: Person) -> DashboardClient:
    return shop.dashboard(owner)


@pytest.fixture
def edit(dashboard: DashboardClient, owner: Person) -> str:
    """Where the owner's card is edited; it has two rewards on the way."""
    path = f"/dashboard/cards/{owner.card_id}/edit"
    dashboard.done(dashboard.get(path), path, **TWO)
    return path


def _stored(shop: Shop, owner: Person) -> tuple[object, bool]:
    sql = "SELECT rewards, carries FROM card WHERE account_id = :account_id ORDER BY card_id DESC LIMIT 1"
    (row,) = shop.data.rows(sql, account_id=owner.account_id)
    return json.loads(row["rewards"]), bool(row["carries"])


def _rows(page: DashboardPage, action: str) -> list[tuple[str, str]]:
    values = page.form(action).values
    found = ([value for name, value in values if name == field] for field in ("rewardAt", "rewardName"))
    return list(zip(*found, strict=True))


def test_a_new_card_has_them_in_rising_order_and_its_page_names_them(
    shop: Shop, dashboard: DashboardClient, owner: Person
) -> None:
    page = dashboard.done(dashboard.get(NEW), NEW, cardNm="Tea", carryYn="Y", **TWO)
    assert _stored(shop, owner) == ([[5, "a <b>cookie</b>"], [8, "a cake"]], True)
    assert "5: a <b>cookie</b> 8: a cake" in page.text
    assert "<b>cookie" not in page.html


def test_the_form_is_filled_in_and_saving_it_unchanged_changes_nothing(
    shop: Shop, dashboard: DashboardClient, owner: Person, edit: str
) -> None:
    before = shop.data.rows("SELECT * FROM card WHERE card_id = :card", card=owner.card_id)
    page = dashboard.get(edit)
    assert _rows(page, edit) == [("5", "a <b>cookie</b>"), ("8", "a cake")]
    dashboard.done(page, edit)
    assert shop.data.rows("SELECT * FROM card WHERE card_id = :card", card=owner.card_id) == before


def test_a_row_that_is_emptied_is_gone_and_so_is_the_surplus_without_its_tick(
    shop: Shop, dashboard: DashboardClient, owner: Person, edit: str
) -> None:
    dashboard.done(dashboard.get(edit), edit, carryYn="Y", rewardAt=["", "7"], rewardName=["", "a cake"])
    assert _stored(shop, owner) == ([[7, "a cake"]], True)
    dashboard.done(dashboard.get(edit), edit, carryYn=[], rewardAt=[], rewardName=[])
    assert _stored(shop, owner) == ([], False)


@pytest.mark.one_database
class TestRows:
    def test_a_button_adds_one_and_saves_nothing(
        self, shop: Shop, dashboard: DashboardClient, owner: Person, edit: str
    ) -> None:
        page = dashboard.submit(dashboard.get(edit), edit, cardNm="Typed meanwhile", addReward="Y")
        assert (page.status, _rows(page, edit)) == (200, [("5", "a <b>cookie</b>"), ("8", "a cake"), ("", "")])
        assert 'value="Typed meanwhile"' in page.html
        assert len(_stored(shop, owner)[0]) == 2  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("place", "left"), [("0", ["8"]), ("1", ["5"]), ("2", ["5", "8"]), ("x", ["5", "8"]), ("999", ["5", "8"])]
    )
    def test_a_button_removes_one_and_saves_nothing(
        self, shop: Shop, dashboard: DashboardClient, owner: Person, edit: str, *, place: str, left: list[str]
    ) -> None:
        page = dashboard.submit(dashboard.get(edit), edit, removeReward=place)
        assert [at for at, _ in _rows(page, edit)] == left
        assert len(_stored(shop, owner)[0]) == 2  # type: ignore[arg-type]

    def test_there_are_at_most_ten(self, dashboard: DashboardClient) -> None:
        ten = {"rewardAt": [str(at) for at in range(1, 11)], "rewardName": ["a cookie"] * 10, "maxStamps": "20"}
        page = dashboard.submit(dashboard.get(NEW), NEW, cardNm="Tea", addReward="Y", **ten)
        assert len(_rows(page, NEW)) == 10
        more = {"rewardAt": [*ten["rewardAt"], "11"], "rewardName": ["a cookie"] * 11, "maxStamps": "20"}
        page = dashboard.submit(page, NEW, cardNm="Tea", **more)
        assert (page.status, len(_rows(page, NEW))) == (400, 11)
        assert "There can be at most 10 of them." in page.text


@pytest.mark.one_database
class TestProblems:
    def test_stand_beside_their_row(self, shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
        before = shop.data.count("card")
        rows = {"rewardAt": ["", "12", "3", "x", "3"], "rewardName": ["", "a cake", "", "a tea", "a tea"]}
        page = dashboard.submit(dashboard.get(NEW), NEW, cardNm="Tea", **rows)
        assert page.status == 400
        assert 'id="reward-name-1-error">Enter the name of the reward.<' in page.html
        assert 'id="reward-at-2-error">Enter a whole number' in page.html
        rows = {"rewardAt": ["", "12", "3", "3"], "rewardName": ["", "a cake", "a tea", "a tea"]}
        page = dashboard.submit(dashboard.get(NEW), NEW, cardNm="Tea", **rows)
        assert 'id="reward-at-0-error">Enter less than 10' in page.html
        assert 'id="reward-at-2-error">Another reward is at 3 too.' in page.html
        assert shop.data.count("card") == before
        assert _stored(shop, owner) == ([], False)

    def test_a_goal_that_is_too_small_for_them(self, dashboard: DashboardClient, edit: str) -> None:
        page = dashboard.submit(dashboard.get(edit), edit, maxStamps="8")
        assert page.status == 400
        assert 'id="reward-at-1-error">Enter less than 8' in page.html


@pytest.mark.one_database
def test_the_preview_draws_what_makes_sense_already(dashboard: DashboardClient) -> None:
    rows = {"rewardAt": ["2", "7", "", "10", "x", "99"], "rewardName": ["a cookie", "", "a tea", "a mug", "a bag", "a hat"]}
    page = dashboard.submit(dashboard.get(NEW), NEW, preview="Y", rewardTtl="a coffee", **rows)
    assert page.status == 200
    assert "Ready: a cookie" in page.text
    assert "3 more for the reward, 6 more for a coffee" in page.text
    assert page.html.count("face-gift ") == 1
    assert page.html.count(" face-gift face-due") == 1


@pytest.mark.one_database
def test_when_two_people_change_them_the_second_sees_both(
    shop: Shop, dashboard: DashboardClient, owner: Person, edit: str
) -> None:
    page = dashboard.get(edit)
    dashboard.done(dashboard.get(edit), edit, rewardAt=["4"], rewardName=["a tea"])
    conflict = dashboard.submit(page, edit, carryYn="Y", rewardAt=["5", "6"], rewardName=["a cookie", "a scone"])
    assert conflict.status == 409
    assert "Rewards on the way 4: a tea 5: a cookie, 6: a scone" in conflict.text
    dashboard.done(conflict, edit)
    assert _stored(shop, owner) == ([[5, "a cookie"], [6, "a scone"]], True)


@pytest.mark.one_database
def test_a_copy_has_them_too(shop: Shop, dashboard: DashboardClient, owner: Person, edit: str) -> None:
    there = edit.removesuffix("/edit")
    dashboard.done(dashboard.get(there), f"{there}/duplicate")
    assert _stored(shop, owner) == ([[5, "a <b>cookie</b>"], [8, "a cake"]], False)


@pytest.mark.one_database
def test_the_audit_log_names_them(dashboard: DashboardClient, edit: str) -> None:
    dashboard.done(dashboard.get(edit), edit, rewardAt=["4"], rewardName=["a tea"])
    said = "Rewards on the way: 5: a <b>cookie</b>, 8: a cake → 4: a tea"
    assert said in dashboard.get("/dashboard/account/audit").text
