"""The shelf of cards, and one card: its Card IDX, its call, and what becomes of it."""

import json

import pytest

from kit.dashboard_client import DashboardClient
from kit.people import Person
from kit.shop import Shop, least
from kit.stamps import do, issue, make_card
from stampwell.features.people.model import Role
from stampwell.features.stamps import counts


@pytest.fixture
def owner(shop: Shop) -> Person:
    return shop.open_account(name="Bean <b>&</b> Sons")


@pytest.fixture
def dashboard(shop: Shop, owner: Person) -> DashboardClient:
    return shop.dashboard(owner)


def _audit(shop: Shop, person: Person) -> list[str]:
    sql = "SELECT action FROM audit WHERE account_id = :account_id ORDER BY audit_id"
    return [row["action"] for row in shop.data.rows(sql, account_id=person.account_id)]


def _card(shop: Shop, person: Person) -> dict[str, object]:
    found: dict[str, object] = shop.get("/api/card/v1/get", person, cardIdx=person.card_id).result
    return found


def test_the_shelf_shows_every_card_with_its_card_idx(dashboard: DashboardClient, owner: Person) -> None:
    page = dashboard.get("/dashboard/cards")
    assert page.status == 200
    assert f"Card IDX {owner.card_id}" in page.text
    assert f'data-copies="idx-{owner.card_id}"' in page.html
    assert "Bean <b>" not in page.html


def test_under_each_name_is_how_many_are_out_full_and_new(shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
    card = make_card(shop, by=owner, cardNm="Tea")
    for marks in (0, 1, 3, 3):
        issue(shop, card, marks=marks, by=owner)
    set_aside = issue(shop, card, marks=3, by=owner)
    do(shop, "redeem", set_aside, by=owner)
    assert "Tea 4 out · 2 full · 5 new in 7 days" in dashboard.get("/dashboard/cards").text


def test_of_more_than_are_counted_it_does_not_say_that_none_is_full(
    shop: Shop, dashboard: DashboardClient, owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counts, "MOST", 2)
    card = make_card(shop, by=owner, cardNm="Tea")
    for marks in (3, 0, 0, 0):
        issue(shop, card, marks=marks, by=owner)
    assert "Tea 2+ out · 2+ new in 7 days" in dashboard.get("/dashboard/cards").text
    assert "ready to collect" not in dashboard.get(f"/dashboard/cards/{card}").text


def test_a_chip_is_for_what_is_unusual(shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
    assert "chip" not in dashboard.get("/dashboard/cards").html
    make_card(shop, by=owner, activeYn="N")
    assert "Switched off" in dashboard.get("/dashboard/cards").text


def test_an_empty_shelf_says_what_a_card_is_and_offers_to_make_one(
    shop: Shop, dashboard: DashboardClient, owner: Person
) -> None:
    dashboard.done(dashboard.get(f"/dashboard/cards/{owner.card_id}/delete"), f"/dashboard/cards/{owner.card_id}/delete")
    page = dashboard.get("/dashboard/cards")
    assert "No card design yet" in page.text
    assert 'href="/dashboard/cards/new"' in page.html
    assert _audit(shop, owner) == ["card.deleted"]


def test_the_call_of_a_cards_page_issues_a_stamp(shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
    page = dashboard.get(f"/dashboard/cards/{owner.card_id}")
    assert f"http://127.0.0.1:{shop.server.port}/api/stamp/v1/create" in page.text
    body = {"cardIdx": owner.card_id, "strtYmd": "2026-03-02", "endYmd": "2027-03-02"}
    assert json.dumps(body).replace("{", "{ ").replace("}", " }") in page.text
    assert type(shop.create(owner, body).result) is int


def test_staff_see_a_card_and_are_offered_nothing_that_they_may_not_do(shop: Shop, owner: Person) -> None:
    page = shop.dashboard(owner, role=Role.STAFF).get(f"/dashboard/cards/{owner.card_id}")
    assert page.status == 200
    assert "/edit" not in page.html
    assert "Archive" not in page.text


def test_a_duplicate_has_everything_but_the_name(shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
    page = dashboard.done(dashboard.get(f"/dashboard/cards/{owner.card_id}"), f"/dashboard/cards/{owner.card_id}/duplicate")
    assert "This is the copy" in page.text
    copies = shop.get("/api/card/v1/list", owner).result["list"]
    assert [copies[0][name] for name in ("cardNm", "maxStamps", "rewardTtl")] == [
        f"Copy of {copies[1]['cardNm']}",
        copies[1]["maxStamps"],
        copies[1]["rewardTtl"],
    ]
    assert _audit(shop, owner) == ["card.created"]


def test_a_card_is_switched_off_and_on(shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
    there = f"/dashboard/cards/{owner.card_id}"
    page = dashboard.done(dashboard.get(there), f"{there}/switch")
    assert "no new cards are issued" in page.text
    assert shop.refused(owner, least(cardIdx=owner.card_id)).json["code"] == 40909
    page = dashboard.done(page, f"{there}/switch")
    assert "new cards can be issued" in page.text
    assert _card(shop, owner)["activeYn"] == "Y"
    assert _audit(shop, owner) == ["card.updated", "card.updated"]


def test_a_card_is_archived_after_being_told_what_that_means_and_brought_back(
    shop: Shop, dashboard: DashboardClient, owner: Person
) -> None:
    there = f"/dashboard/cards/{owner.card_id}"
    issue(shop, owner.card_id, by=owner)
    asked = dashboard.get(f"{there}/archive")
    assert "1 customer keeps their card." in asked.text
    assert "Existing cards go on collecting stamps" in asked.text
    page = dashboard.done(asked, f"{there}/archive")
    assert _card(shop, owner)["archivedYn"] == "Y"
    assert 'action="/dashboard/cards/' in page.html
    dashboard.post(
        f"{there}/unarchive", page.html and [("csrf", dict(page.form(f"{there}/duplicate").values)["csrf"]), ("once", "t")]
    )
    assert _card(shop, owner)["archivedYn"] == "N"
    assert _audit(shop, owner) == ["card.archived", "card.restored"]


def test_a_card_with_stamps_is_not_deleted(shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
    there = f"/dashboard/cards/{owner.card_id}"
    asked = dashboard.get(f"{there}/delete")
    assert shop.create(owner, least(cardIdx=owner.card_id)).status == 200
    refused = dashboard.submit(asked, f"{there}/delete")
    assert refused.status == 409
    assert "Archive it" in refused.text
    assert "Archive it" in dashboard.get(f"{there}/delete").text
    assert _card(shop, owner)["archivedYn"] == "N"


def test_another_shops_card_is_like_one_that_does_not_exist(shop: Shop, dashboard: DashboardClient) -> None:
    answers = [dashboard.get(f"/dashboard/cards/{number}") for number in (shop.charlie.card_id, 999_999_999)]
    assert [answer.status for answer in answers] == [404, 404]
    assert answers[0].text == answers[1].text
