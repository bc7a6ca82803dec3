"""`DELETE /api/stamp/v1/delete`: the stamp and its history are gone for good."""

import pytest

from kit.refusals import refusal, wrong_fields
from kit.shop import Shop, least
from kit.stamps import DONE, NO_STAMP, ask, do, issue, make_card, refused, shown, stamp_in, told
from stampwell.features.stamps.states import State


class TestDelete:
    @pytest.mark.parametrize("state", [state for state in State if state is not State.MERGED])
    def test_in_any_state_of_its_own(self, shop: Shop, state: State) -> None:
        stamp = stamp_in(shop, state, make_card(shop))
        answer = ask(shop, "delete", stamp)
        assert (answer.status, answer.json) == (200, DONE)
        assert refused(shop, "get", stamp) == (404, _gone(stamp))

    def test_by_code(self, shop: Shop) -> None:
        stamp = issue(shop, 123)
        do(shop, "delete", shown(shop, stamp)["code"])
        assert refused(shop, "get", stamp) == (404, _gone(stamp))

    def test_its_history_goes_with_it(self, shop: Shop) -> None:
        stamp = issue(shop, 123)
        do(shop, "add", stamp, note="A private word", orderRef="R-1")
        do(shop, "delete", stamp)
        assert shop.data.ledger(stamp) == []
        assert refused(shop, "history", stamp) == (404, _gone(stamp))

    def test_nothing_that_it_said_of_the_customer_stays(self, shop: Shop) -> None:
        stamp = issue(shop, 123, userNm="Deleted Person", userEml="deleted@example.com", userPhnno="010-9988-7766")
        do(shop, "update", stamp, userNm="Deleted Twice", memo="Deleted memo")
        do(shop, "delete", stamp)
        for table in ("stamp", "stamp_event", "outbox", "idempotency"):
            stored = str(shop.data.rows(f"SELECT * FROM {table}"))
            for word in ("Deleted", "deleted@example.com", "01099887766", "010-9988-7766"):
                assert word not in stored

    def test_the_outbox_tells_of_it(self, shop: Shop) -> None:
        stamp = issue(shop, 123)
        shop.clock.advance(seconds=1)
        do(shop, "delete", stamp)
        assert told(shop, stamp) == ["stamp.issued", "stamp.deleted"]
        assert shop.data.told(stamp)[-1]["created_at"] == shop.clock.now_us()

    def test_others_stay(self, shop: Shop) -> None:
        stamps = [issue(shop, 123, marks=1) for _ in range(3)]
        before = [shop.data.ledger(stamp) for stamp in stamps]
        do(shop, "delete", stamps[1])
        assert [shop.data.ledger(stamp) for stamp in stamps] == [before[0], [], before[2]]

    def test_its_number_is_never_given_again(self, shop: Shop) -> None:
        stamp = issue(shop, 123)
        do(shop, "delete", stamp)
        assert shop.create(shop.alice, least()).result > stamp


class TestRefusals:
    @pytest.mark.parametrize("again", ["validate", "get", "history", "add", "remove", "redeem", "update", "delete"])
    def test_what_is_gone_is_not_there_for_anything(self, shop: Shop, again: str) -> None:
        stamp = issue(shop, 123)
        code = shown(shop, stamp)["code"]
        do(shop, "delete", stamp)
        for name in (stamp, code):
            assert refused(shop, again, name) == (404, _gone(name))

    def test_another_accounts(self, shop: Shop) -> None:
        stamp = issue(shop, 123)
        assert refused(shop, "delete", stamp, by=shop.charlie) == (404, _gone(stamp))

    @pytest.mark.one_database
    @pytest.mark.parametrize("nothing", ["", "abc", "1.0", 2**63], ids=ascii)
    def test_what_names_no_stamp(self, shop: Shop, nothing: object) -> None:
        assert refused(shop, "delete", nothing) == (400, wrong_fields(("stampIdx", NO_STAMP)))

    @pytest.mark.one_database
    def test_no_stamp_at_all(self, shop: Shop) -> None:
        answer = shop.request("DELETE", "/api/stamp/v1/delete", by=shop.alice)
        assert (answer.status, answer.json) == (400, wrong_fields(("stampIdx", "required")))

    @pytest.mark.one_database
    def test_a_body(self, shop: Shop) -> None:
        stamp = issue(shop, 123)
        answer = shop.request("DELETE", f"/api/stamp/v1/delete?stampIdx={stamp}", by=shop.alice, body={"stampIdx": stamp})
        expected = wrong_fields(("body", "this endpoint takes query parameters only; send no body"))
        assert (answer.status, answer.json) == (400, expected)
        assert shown(shop, stamp)["stampIdx"] == stamp


def _gone(stamp: object) -> dict[str, object]:
    return refusal(40403, f"stampIdx: there is no stamp {stamp}.")
