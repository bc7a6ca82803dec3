"""Merging two cards at the dashboard: the second is chosen, what becomes of both is shown, and the old code finds the new."""

import pytest

from kit.dashboard_client import DashboardClient
from kit.projection import project
from kit.shop import Shop
from kit.stamps import code_of, count, do, issue, make_card, merge, shown, stamp_in, unchanged
from stampwell.features.people.model import Role
from stampwell.features.stamps.states import State

STAMPS = "/dashboard/stamps"
REWARDS = [{"stamps": 2, "rewardTtl": "a cookie"}, {"stamps": 6, "rewardTtl": "a cake"}]


def at(stamp: int, part: str = "merge") -> str:
    return f"{STAMPS}/{stamp}/{part}"


@pytest.fixture
def dashboard(shop: Shop) -> DashboardClient:
    return shop.dashboard(role=Role.MANAGER, name="Mia")


@pytest.fixture
def card(shop: Shop) -> int:
    return make_card(shop, maxStamps=10, rewards=REWARDS)


def test_from_the_first_look_to_the_old_link(shop: Shop, dashboard: DashboardClient, card: int) -> None:
    source = issue(shop, card, marks=3, userNm="Kim Min-ji", userPhnno="010-7777-0001")
    target = issue(shop, card, marks=4, userNm="Min-ji Kim", userPhnno="010-7777-0001")
    do(shop, "redeem", source, reward=2)
    page = dashboard.get(at(source))
    assert "Perhaps one of these" in page.text
    assert f'href="{at(source)}?into={target}"' in page.html
    with unchanged(shop):
        preview = dashboard.get(at(source), into=target)
    assert "Stamps: 3 + 4 = 7 of 10" in preview.text
    assert "Redeemed on one of them, so it counts as redeemed: a cookie" in preview.text
    assert "Ready to redeem then: a cake" in preview.text
    old, new = code_of(shop, source), code_of(shop, target)
    assert f"The old QR code and link of card {old} will open card {new}." in preview.text
    after = dashboard.done(preview, at(source), note="New phone")
    assert after.path == f"{STAMPS}/{target}"
    assert "Cards merged. This one now has 7 of 10." in after.text
    assert (count(shop, source), count(shop, target)) == (0, 7)
    assert [row["note"] for stamp in (source, target) for row in shop.data.ledger(stamp)[-1:]] == ["New phone"] * 2
    for text in (old, old.lower(), shown(shop, source)["stampUrl"]):
        found = dashboard.get(STAMPS, q=text)
        assert (found.status, found.location) == (303, f"{STAMPS}/{target}")
        assert "This card took the place of the one you looked for." in dashboard.follow(found).text


def test_the_end_of_a_chain_is_found_as_far_as_it_is_there(shop: Shop, dashboard: DashboardClient, card: int) -> None:
    first, second, third = (issue(shop, card) for _ in range(3))
    merge(shop, first, second)
    merge(shop, second, third)
    assert dashboard.get(STAMPS, q=code_of(shop, first)).location == f"{STAMPS}/{third}"
    do(shop, "delete", third)
    assert dashboard.get(STAMPS, q=code_of(shop, first)).location == f"{STAMPS}/{second}"


def test_a_code_that_is_scanned_finds_the_second(shop: Shop, dashboard: DashboardClient, card: int) -> None:
    source, old, target = (issue(shop, card) for _ in range(3))
    merge(shop, old, target)
    page = dashboard.get(at(source), q=shown(shop, old)["stampUrl"])
    assert f'href="{at(source)}?into={target}"' in page.html


def test_a_name_finds_the_second(shop: Shop, dashboard: DashboardClient, card: int) -> None:
    source, target = issue(shop, card, userNm="Ottilie One"), issue(shop, card, userNm="Quentin Two")
    project(shop.data)
    page = dashboard.get(at(source), q="quent")
    assert f'href="{at(source)}?into={target}"' in page.html
    assert f"?into={source}" not in page.html
    assert "No other card found" in dashboard.get(at(source), q="ottilie").text


def test_what_can_be_chosen_comes_first(shop: Shop, dashboard: DashboardClient, card: int) -> None:
    source, target = (issue(shop, card, userNm="Rosalind Three") for _ in range(2))
    for _ in range(2):
        issue(shop, make_card(shop), userNm="Rosalind Three")
    project(shop.data)
    rows = dashboard.get(at(source), q="rosalind").html.split("<tbody>")[1].split("</tr>")[:3]
    assert [f"?into={target}" in row for row in rows] == [True, False, False]
    assert "they are of different cards" in rows[1]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ("other card", "These cards can't be merged: they are of different cards."),
        ("redeemed", "These cards can't be merged: one of them is redeemed."),
        ("merged", "These cards can't be merged: one of them was merged before."),
        ("too many", "Together they have 11, and the card takes 10. Keep both until one is full."),
        ("itself", "This is the card itself. Choose another one."),
    ],
)
def test_a_wrong_choice_says_so_before_the_click(
    shop: Shop, dashboard: DashboardClient, card: int, wrong: str, reason: str
) -> None:
    source = issue(shop, card, marks=2)
    if wrong == "other card":
        target = issue(shop, make_card(shop))
    elif wrong == "redeemed":
        target = stamp_in(shop, State.REDEEMED, card, goal=10)
    elif wrong == "merged":
        target = stamp_in(shop, State.MERGED, card)
    else:
        target = source if wrong == "itself" else issue(shop, card, marks=9)
    preview = dashboard.get(at(source), into=target)
    assert reason in preview.text
    assert [form for form in preview.forms if form.method == "post" and form.action == at(source)] == []
    if wrong not in {"itself", "merged"}:
        listed = dashboard.get(at(source), q=code_of(shop, target))
        assert reason in listed.text
        assert "?into=" not in listed.html
    good = dashboard.get(at(source), into=issue(shop, card))
    (form,) = [form for form in good.forms if form.method == "post" and form.action == at(source)]
    values = [*[pair for pair in form.values if pair[0] != "into"], ("into", str(target))]
    with unchanged(shop):
        answer = dashboard.post(at(source), values)
    assert answer.status in {400, 409}
    assert reason in answer.text


@pytest.mark.one_database
@pytest.mark.parametrize("state", [State.REDEEMED, State.MERGED])
def test_a_card_that_cannot_be_merged_says_so_at_once(shop: Shop, dashboard: DashboardClient, card: int, state: State) -> None:
    page = dashboard.get(at(stamp_in(shop, state, card, goal=10)))
    assert (page.status, "These cards can't be merged" in page.text) == (409, True)


@pytest.mark.one_database
def test_another_shops_card_cannot_be_chosen(shop: Shop, dashboard: DashboardClient, card: int) -> None:
    source, foreign = issue(shop, card), issue(shop, shop.charlie.card_id, by=shop.charlie)
    assert dashboard.get(at(source), into=foreign).status == 404
    assert "No other card found" in dashboard.get(at(source), q=code_of(shop, foreign, by=shop.charlie)).text


@pytest.mark.one_database
@pytest.mark.parametrize("sent", ["", "x", "9" * 17, "-1"])
def test_a_form_that_names_no_card_merges_nothing(shop: Shop, dashboard: DashboardClient, card: int, sent: str) -> None:
    source, target = issue(shop, card), issue(shop, card)
    page = dashboard.get(at(source), into=target)
    (form,) = [form for form in page.forms if form.method == "post" and form.action == at(source)]
    with unchanged(shop):
        answer = dashboard.post(at(source), [*[pair for pair in form.values if pair[0] != "into"], ("into", sent)])
    assert answer.status in {400, 404}


@pytest.mark.one_database
def test_merged_cards_can_be_listed(shop: Shop, dashboard: DashboardClient, card: int) -> None:
    stamp = stamp_in(shop, State.MERGED, card)
    page = dashboard.get(STAMPS, state="merged", card=card)
    assert f'href="{STAMPS}/{stamp}"' in page.html
    assert f'href="{STAMPS}/{stamp}"' not in dashboard.get(STAMPS, state="usable", card=card).html
