"""Many cards at once: a preview, a typed count, and nothing hit that was not looked at."""

import pytest

from kit.dashboard_client import DashboardClient, DashboardPage
from kit.people import Person
from kit.shop import Shop
from kit.stamps import do, issue, make_card
from stampwell.features.people.model import Role

_PATH = "/dashboard/stamps/bulk"


@pytest.fixture
def owner(shop: Shop) -> Person:
    return shop.open_account(name="Tea & Co")


@pytest.fixture
def dashboard(shop: Shop, owner: Person) -> DashboardClient:
    return shop.dashboard(owner)


def _issue(shop: Shop, owner: Person, count: int) -> list[int]:
    row = {"cardIdx": owner.card_id, "strtYmd": "2026-01-01", "endYmd": "2026-12-31"}
    answer = shop.request("POST", "/api/stamp/v1/bulk", by=owner, body={"stamps": [row] * count})
    return [one["stampIdx"] for one in answer.result]


def _left(shop: Shop, owner: Person) -> dict[int, bool]:
    """Whether the account's stamps are on, by number."""
    sql = "SELECT stamp_id, active FROM stamp WHERE account_id = :account ORDER BY stamp_id"
    return {row["stamp_id"]: row["active"] for row in shop.data.rows(sql, account=owner.account_id)}


def _look(dashboard: DashboardClient, act: str, **filters: object) -> DashboardPage:
    page = dashboard.get(_PATH, act=act, **filters)
    assert page.status == 200
    return page


def _confirm(dashboard: DashboardClient, page: DashboardPage, typed: str, **fields: str) -> DashboardPage:
    """The page has two forms to the same path; the one that is posted is the last."""
    return dashboard.submit(_confirmation(page), _PATH, typed=typed, **fields)


def _confirmation(page: DashboardPage) -> DashboardPage:
    return DashboardPage(page.path, page.status, page.headers, page.html[page.html.rindex("<form") :].encode())


def test_deleting_takes_ledger_and_words_and_tells_the_outbox(shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
    stamps = _issue(shop, owner, 700)
    refused = "INSERT INTO refused_try VALUES (:account, :stamp, 1, 'not_full', 'staff', 1, 'dashboard', 1, 1)"
    shop.data.run(refused, account=owner.account_id, stamp=stamps[0])
    page = _look(dashboard, "delete")
    assert "Cards to delete: 700" in page.text
    after = dashboard.follow(_confirm(dashboard, page, "700"))
    assert "Cards deleted: 700." in after.text
    assert _left(shop, owner) == {}
    assert shop.data.ledger(stamps[0]) == []
    assert shop.data.rows("SELECT * FROM refused_try WHERE stamp_id = :stamp", stamp=stamps[0]) == []
    assert [row["kind"] for row in shop.data.told(stamps[-1])] == ["stamp.issued", "stamp.deleted"]
    sql = "SELECT action, actor_name, changes FROM audit WHERE account_id = :account ORDER BY audit_id"
    assert [(row["action"], row["changes"]) for row in shop.data.rows(sql, account=owner.account_id)] == [
        ("stamps.deleted", '{"count": [null, 500]}'),
        ("stamps.deleted", '{"count": [null, 200]}'),
    ]


def test_switching_off_is_in_the_ledger_with_its_reason(shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
    stamps = _issue(shop, owner, 3)
    assert dashboard.follow(_confirm(dashboard, _look(dashboard, "switch-off"), "3", note="The campaign is over")).status == 200
    assert _left(shop, owner) == dict.fromkeys(stamps, False)
    row = shop.data.ledger(stamps[0])[-1]
    assert (row["kind"], row["note"], row["changes"]) == ("updated", "The campaign is over", '{"activeYn": ["Y", "N"]}')
    assert dashboard.person is not None
    assert (row["actor_kind"], row["actor_id"], row["channel"]) == ("staff", dashboard.person.person_id, "dashboard")
    assert "No card fits that" in _look(dashboard, "switch-off").text


def test_a_reason_that_cannot_be_kept_stops_it(shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
    stamps = _issue(shop, owner, 2)
    page = _confirm(dashboard, _look(dashboard, "switch-off"), "2", note="a\x07b")
    assert (page.status, "This has line breaks or invisible characters in it." in page.text) == (400, True)
    assert _left(shop, owner) == dict.fromkeys(stamps, True)


def test_the_wrong_number_does_nothing(shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
    stamps = _issue(shop, owner, 3)
    page = _confirm(dashboard, _look(dashboard, "delete"), "4")
    assert (page.status, "Type 3 to confirm." in page.text) == (400, True)
    assert list(_left(shop, owner)) == stamps


def test_stamps_issued_after_the_preview_are_not_hit(shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
    _issue(shop, owner, 3)
    page = _look(dashboard, "delete")
    later = _issue(shop, owner, 2)
    dashboard.follow(_confirm(dashboard, page, "3"))
    assert list(_left(shop, owner)) == later
    # The same form once more finds nothing.
    assert "Cards deleted: 0." in dashboard.follow(_confirm(dashboard, page, "3")).text


def test_what_does_not_fit_any_more_is_left_alone(shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
    stamps = _issue(shop, owner, 3)
    page = _look(dashboard, "delete", state="active")
    do(shop, "update", stamps[1], by=owner, activeYn="N")
    assert "Cards deleted: 2." in dashboard.follow(_confirm(dashboard, page, "3")).text
    assert _left(shop, owner) == {stamps[1]: False}


def test_filters_by_card_state_and_day(shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
    card = make_card(shop, by=owner)
    on, off, redeemed = (issue(shop, card, by=owner, activeYn=yn) for yn in ("Y", "N", "Y"))
    do(shop, "update", redeemed, by=owner, stamps=3)
    do(shop, "redeem", redeemed, by=owner)
    _issue(shop, owner, 2)
    for filters, count in (
        ({}, 5),
        ({"card": card}, 3),
        ({"card": card, "state": "active"}, 1),
        ({"card": card, "state": "inactive"}, 1),
        ({"state": "redeemed"}, 1),
        ({"since": "2026-03-02", "until": "2026-03-02"}, 5),
        ({"until": "2026-03-01"}, 0),
        ({"since": "2026-03-03"}, 0),
    ):
        text = _look(dashboard, "delete", **filters).text
        assert (f"Cards to delete: {count}" in text) or (not count and "No card fits that" in text), filters
    dashboard.follow(_confirm(dashboard, _look(dashboard, "delete", card=card, state="inactive"), "1"))
    assert off not in _left(shop, owner)
    assert {on, redeemed} <= set(_left(shop, owner))


def test_a_preview_holds_for_what_was_looked_at_only(shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
    stamps = _issue(shop, owner, 3)
    page = _look(dashboard, "switch-off")
    for changed in ({"act": "delete"}, {"count": "2"}, {"until": "2027-01-01"}, {"signature": "x"}):
        assert _confirm(dashboard, page, changed.get("count", "3"), **changed).status == 404
    foreign = _look(shop.dashboard(shop.charlie), "delete")
    assert "No card fits that" in foreign.text
    assert _left(shop, owner) == dict.fromkeys(stamps, True)


def test_a_preview_of_another_shop_opens_nothing(shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
    stranger = shop.open_account(name="Charlie's")
    _issue(shop, stranger, 3)
    stamps = _issue(shop, owner, 3)
    page, foreign = _look(dashboard, "delete"), _look(shop.dashboard(stranger), "delete")
    signature = foreign.html.rsplit('name="signature" value="', 1)[1].split('"')[0]
    assert _confirm(dashboard, page, "3", signature=signature).status == 404
    assert list(_left(shop, owner)) == stamps


def test_addresses_that_are_not_ours_and_roles_that_may_not(shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
    for wrong in (
        {"act": "x"},
        {"act": "delete", "card": "x"},
        {"act": "delete", "since": "1.2.3"},
        {"act": "delete", "state": "?"},
    ):
        assert dashboard.get(_PATH, **wrong).status == 404
    assert shop.dashboard(owner, role=Role.STAFF).get(_PATH).status == 403
