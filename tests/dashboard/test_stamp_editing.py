"""Editing whom a stamp is for, and deleting it: what is asked first, what is shown to the second of two, what is left."""

import json

import pytest

from kit.dashboard_client import DashboardClient, DashboardPage
from kit.shop import Shop
from kit.stamps import count, do, issue, latest, make_card, shown, stamp_in, unchanged
from stampwell.features.people.model import Role
from stampwell.features.stamps.states import State

WHOM = {
    "userNm": "Kim Min-ji",
    "userPhnno": "+82 10-1234-5678",
    "userEml": "min@shop.example",
    "userId": "member-7",
    "userEtc1": "Gold",
    "userEtc2": "Window seat",
    "memo": "Likes tea.\nNo sugar.",
}


@pytest.fixture
def stamp(shop: Shop) -> int:
    return issue(shop, make_card(shop), marks=1)


@pytest.fixture
def manager(shop: Shop) -> DashboardClient:
    return shop.dashboard(role=Role.MANAGER, name="Mina")


def at(stamp: int, part: str = "edit") -> str:
    return f"/dashboard/stamps/{stamp}/{part}"


def audited(shop: Shop, stamp: int) -> list[dict[str, object]]:
    return shop.data.rows("SELECT * FROM audit WHERE subject_id = :stamp AND action LIKE 'stamp.%'", stamp=stamp)


class TestEditing:
    def test_keeps_every_field(self, shop: Shop, stamp: int, manager: DashboardClient) -> None:
        page = manager.done(manager.get(at(stamp)), at(stamp), **WHOM, strtYmd="2026-02-01", note="She asked")
        assert "Changes saved." in page.text
        assert {name: shown(shop, stamp)[name] for name in (*WHOM, "strtYmd")} == {**WHOM, "strtYmd": "2026-02-01"}
        assert "Name changed" in page.text
        assert "Valid from 1 Feb 2026 (was 1 Jan 2026)" in page.text
        assert "She asked" in page.text

    @pytest.mark.parametrize("end", ["\r\n", "\r", "\n"], ids=ascii)
    def test_a_line_may_end_in_any_way(self, shop: Shop, stamp: int, manager: DashboardClient, end: str) -> None:
        lines = ["Likes tea.", "No sugar."]
        manager.done(manager.get(at(stamp)), at(stamp), memo=end.join(lines), note=end.join(lines))
        assert (shown(shop, stamp)["memo"], latest(shop, stamp)["note"]) == ("\n".join(lines), "\n".join(lines))

    def test_the_form_shows_what_there_is_and_clears_what_is_emptied(
        self, shop: Shop, stamp: int, manager: DashboardClient
    ) -> None:
        do(shop, "update", stamp, **WHOM)
        page = manager.get(at(stamp))
        assert WHOM.items() <= dict(page.form(at(stamp)).values).items()
        manager.done(page, at(stamp), userPhnno="", memo="")
        assert (shown(shop, stamp)["userPhnno"], shown(shop, stamp)["memo"]) == (None, None)
        assert shown(shop, stamp)["userNm"] == WHOM["userNm"]

    def test_personal_values_stand_in_no_log(self, shop: Shop, stamp: int, manager: DashboardClient) -> None:
        page = manager.done(manager.get(at(stamp)), at(stamp), userNm="Kim Min-ji", endYmd="2026-06-30")
        (entry,) = audited(shop, stamp)
        assert json.loads(str(entry["changes"])) == {"endYmd": ["2026-12-31", "2026-06-30"], "userNm": None}
        assert "/undo/" not in page.html

    def test_a_redeemed_stamp_keeps_its_days(self, shop: Shop, manager: DashboardClient) -> None:
        stamp = stamp_in(shop, State.REDEEMED, make_card(shop))
        page = manager.get(at(stamp))
        assert "endYmd" not in dict(page.form(at(stamp)).values)
        assert "Changes saved." in manager.done(page, at(stamp), memo="Came back").text
        refused = manager.submit(manager.get(at(stamp)), at(stamp), endYmd="2027-01-01")
        assert (refused.status, "This card was redeemed on 2 Mar 2026." in refused.text) == (409, True)

    def test_wrong_fields_come_back_with_what_was_typed(self, shop: Shop, stamp: int, manager: DashboardClient) -> None:
        with unchanged(shop):
            page = manager.submit(manager.get(at(stamp)), at(stamp), userNm="Kim", userEml="kim", endYmd="2020-01-01")
        assert page.status == 400
        assert 'id="userEml-error">Enter an e-mail address' in page.html
        assert 'value="Kim"' in page.html
        days = manager.submit(manager.get(at(stamp)), at(stamp), endYmd="2020-01-01")
        assert (days.status, 'id="endYmd-error">Choose 1 Jan 2026 or later.' in days.html) == (400, True)
        assert manager.submit(page, at(stamp), userEml="kim@shop.example", endYmd="2026-12-31").status == 303


class TestTwoAtOnce:
    @pytest.fixture
    def second(self, shop: Shop, stamp: int, manager: DashboardClient) -> DashboardPage:
        """The answer to whose form was opened before somebody else saved another one."""
        page = manager.get(at(stamp))
        other = shop.dashboard()
        other.done(other.get(at(stamp)), at(stamp), userNm="Their <b>Kim</b>", memo="Theirs")
        return manager.submit(page, at(stamp), userNm="Mine", note="Typo")

    def test_the_second_is_shown_every_difference_and_nothing_is_saved(
        self, shop: Shop, stamp: int, second: DashboardPage
    ) -> None:
        assert second.status == 409
        assert "Someone else changed this card while you had it open." in second.text
        assert "Name Their <b>Kim</b> Mine" in second.text
        assert "Memo Theirs none" in second.text
        assert "<b>Kim" not in second.html
        assert shown(shop, stamp)["userNm"] == "Their <b>Kim</b>"

    def test_mine_is_saved_when_it_is_asked_for(
        self, shop: Shop, stamp: int, manager: DashboardClient, second: DashboardPage
    ) -> None:
        page = manager.done(second, at(stamp))
        assert "Changes saved." in page.text
        assert "Typo" in page.text
        assert (shown(shop, stamp)["userNm"], shown(shop, stamp)["memo"]) == ("Mine", None)

    def test_theirs_is_taken_by_opening_the_form_anew(
        self, stamp: int, manager: DashboardClient, second: DashboardPage
    ) -> None:
        assert f'href="{at(stamp)}"' in second.html
        assert dict(manager.get(at(stamp)).form(at(stamp)).values)["memo"] == "Theirs"

    def test_a_change_through_the_api_is_noticed_too(self, shop: Shop, stamp: int, manager: DashboardClient) -> None:
        page = manager.get(at(stamp))
        do(shop, "update", stamp, userPhnno="010-1234-5678")
        assert manager.submit(page, at(stamp), userNm="Mine").status == 409

    def test_marks_made_meanwhile_are_no_conflict(self, shop: Shop, stamp: int, manager: DashboardClient) -> None:
        page = manager.get(at(stamp))
        do(shop, "add", stamp)
        assert manager.submit(page, at(stamp), userNm="Mine").status == 303
        assert count(shop, stamp) == 2


class TestDeleting:
    def test_is_asked_first_and_then_everything_is_gone(self, shop: Shop, stamp: int, manager: DashboardClient) -> None:
        code = str(shown(shop, stamp)["code"])
        ask = manager.get(at(stamp, "delete"))
        assert "will be deleted" in ask.text
        page = manager.done(ask, at(stamp, "delete"), typed=code[-4:].lower(), note="She asked for it")
        assert f"The card {code} is deleted." in page.text
        assert shop.data.ledger(stamp) == []
        assert manager.get(f"/dashboard/stamps/{stamp}").status == 404

    def test_the_whole_code_or_the_scanned_link_confirms_too(self, shop: Shop, stamp: int, manager: DashboardClient) -> None:
        other = str(shown(shop, issue(shop, make_card(shop)))["code"])
        page = manager.submit(manager.get(at(stamp, "delete")), at(stamp, "delete"), typed=f"https://vvd.bz/stamp/{other}")
        assert page.status == 400
        link = f"https://vvd.bz/stamp/{shown(shop, stamp)['code']}".lower()
        assert manager.submit(manager.get(at(stamp, "delete")), at(stamp, "delete"), typed=link).location == "/dashboard/stamps"

    def test_the_audit_log_keeps_who_and_why(self, shop: Shop, stamp: int, manager: DashboardClient) -> None:
        code = str(shown(shop, stamp)["code"])
        manager.submit(manager.get(at(stamp, "delete")), at(stamp, "delete"), typed=code[-4:], note="She asked for it")
        (entry,) = audited(shop, stamp)
        assert (entry["action"], entry["subject_name"]) == ("stamp.deleted", code)
        assert json.loads(str(entry["changes"])) == {"stamps": [1, None], "note": [None, "She asked for it"]}

    def test_without_the_typed_code_nothing_happens(self, shop: Shop, stamp: int, manager: DashboardClient) -> None:
        with unchanged(shop):
            page = manager.submit(manager.get(at(stamp, "delete")), at(stamp, "delete"), typed="nope", note="Because")
        assert (page.status, 'id="typed-error">Type ' in page.html, 'value="Because"' in page.html) == (400, True, True)

    def test_sent_twice_is_answered_alike(self, shop: Shop, stamp: int, manager: DashboardClient) -> None:
        code = str(shown(shop, stamp)["code"])
        ask = manager.get(at(stamp, "delete"))
        answers = {manager.submit(ask, at(stamp, "delete"), typed=code[-4:]).location for _ in range(3)}
        assert (answers, len(audited(shop, stamp))) == ({"/dashboard/stamps"}, 1)

    def test_a_reward_that_would_be_lost_is_named(self, shop: Shop, manager: DashboardClient) -> None:
        stamp = stamp_in(shop, State.FULL, make_card(shop))
        assert "The customer would lose a reward" in manager.get(at(stamp, "delete")).text

    def test_is_not_for_staff_nor_for_another_shop(self, shop: Shop, stamp: int) -> None:
        assert shop.dashboard(role=Role.STAFF).get(at(stamp, "delete")).status == 403
        stranger = shop.dashboard(shop.charlie)
        own = issue(shop, shop.charlie.card_id, by=shop.charlie)
        tokens = stranger.get(at(own, "delete")).form(at(own, "delete")).values
        typed = ("typed", str(shown(shop, stamp)["code"])[-4:])
        with unchanged(shop):
            assert stranger.post(at(stamp, "delete"), [*tokens, typed]).status == 404
