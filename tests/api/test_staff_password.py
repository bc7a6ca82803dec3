"""`onsiteYn` and `onsitePwd`: a card whose reward only the staff may hand out."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import structlog

from kit.refusals import refusal, wrong_fields
from kit.shop import Answer, Shop
from kit.shops import OpenShop
from kit.stamps import DONE, GOAL, SHOWN, ask, change_card, do, issue, make_card, refused, shown, stamp_in, tries_at, unchanged
from stampwell.features.stamps.states import State

RIGHT = "Sesame-9137"
WRONG = "Barley-0482"
QUARTER_OF_AN_HOUR_S = 900


@pytest.fixture
def card(shop: Shop) -> int:
    return make_card(shop, onsiteYn="Y", onsitePwd=RIGHT)


@pytest.fixture
def full(shop: Shop, card: int) -> int:
    return stamp_in(shop, State.FULL, card)


def _try(shop: Shop, stamp: int, password: str = WRONG, **more: Any) -> Answer:
    return ask(shop, "redeem", stamp, onsitePwd=password, **more)


def _code(shop: Shop, stamp: int, password: str = WRONG) -> int:
    return int(_try(shop, stamp, password).json["code"])


def _wrong(left: int) -> dict[str, object]:
    sentence = (
        "onsitePwd: this is not the card's staff password. Wrong tries left before redemption of this stamp is locked for "
        f"15 minutes: {left}."
    )
    return refusal(40305, sentence)


def _locked(seconds: int) -> dict[str, object]:
    sentence = f"Redemption of this stamp is locked after too many wrong staff passwords. Try again in {seconds} s."
    return refusal(42902, sentence)


def _lock(shop: Shop, stamp: int) -> None:
    assert [_code(shop, stamp) for _ in range(6)] == [40305] * 5 + [42902]


class TestThePassword:
    def test_the_right_one_redeems(self, shop: Shop, full: int) -> None:
        answer = _try(shop, full, RIGHT)
        assert (answer.status, answer.json) == (200, DONE)
        assert shown(shop, full)["useYn"] == "Y"

    @pytest.mark.parametrize("password", ["Sesame-913", "Sesame-91377", "sesame-9137", "x", " Sesame-9137", "Sesame-9137 "])
    def test_any_other_does_not(self, shop: Shop, full: int, password: str) -> None:
        answer = _try(shop, full, password)
        assert (answer.status, answer.json) == (403, _wrong(4))
        assert shown(shop, full)["useYn"] == "N"

    @pytest.mark.parametrize("nothing", [{}, {"onsitePwd": None}, {"onsitePwd": ""}])
    def test_none_is_a_wrong_field_and_no_try(self, shop: Shop, full: int, nothing: dict[str, object]) -> None:
        expected = wrong_fields(("onsitePwd", "required: this card is redeemed with its staff password"))
        assert refused(shop, "redeem", full, **nothing) == (400, expected)

    def test_one_that_is_too_long_is_a_wrong_field_and_no_try(self, shop: Shop, full: int) -> None:
        expected = wrong_fields(("onsitePwd", "must have at most 32 characters"))
        assert refused(shop, "redeem", full, onsitePwd="x" * 33) == (400, expected)

    @pytest.mark.parametrize(
        "password", ["1234", "\U0001f511" * 4, "\u4f60\u597d\u5417\uff1f", "x" * 32, 'a"b\\c', "    "], ids=ascii
    )
    def test_in_any_script_from_four_to_thirty_two_characters(self, shop: Shop, password: str) -> None:
        stamp = stamp_in(shop, State.FULL, make_card(shop, onsiteYn="Y", onsitePwd=password))
        assert _code(shop, stamp, password + "x" if len(password) < 32 else "y" * 32) == 40305
        assert _code(shop, stamp, password) == 0

    def test_another_cards_and_another_accounts_are_no_use(self, shop: Shop, full: int) -> None:
        make_card(shop, onsiteYn="Y", onsitePwd="Another-card")
        make_card(shop, by=shop.charlie, onsiteYn="Y", onsitePwd="Another-shop")
        assert [_code(shop, full, password) for password in ("Another-card", "Another-shop")] == [40305, 40305]

    def test_another_accounts_stamp_is_not_there_with_the_right_one_either(self, shop: Shop, full: int) -> None:
        expected = refusal(40403, f"stampIdx: there is no stamp {full}.")
        assert refused(shop, "redeem", full, onsitePwd=RIGHT, by=shop.charlie) == (404, expected)

    def test_a_new_one_replaces_the_old_one_at_once(self, shop: Shop, card: int, full: int) -> None:
        change_card(shop, card, onsitePwd="New-password")
        assert [_code(shop, full, password) for password in (RIGHT, "New-password")] == [40305, 0]

    def test_whether_it_is_asked_for_is_the_cards_of_today(self, shop: Shop, card: int, full: int) -> None:
        change_card(shop, card, onsiteYn="N")
        do(shop, "redeem", full)

    @pytest.mark.parametrize("state", [State.USABLE, State.INACTIVE, State.NOT_YET_VALID, State.EXPIRED, State.REDEEMED])
    def test_a_stamp_that_cannot_be_redeemed_says_so_and_counts_no_try(self, shop: Shop, card: int, state: State) -> None:
        stamp = issue(shop, make_card(shop), marks=GOAL) if state is State.REDEEMED else stamp_in(shop, state, card)
        if state is State.REDEEMED:
            do(shop, "redeem", stamp)
            change_card(shop, shown(shop, stamp)["cardIdx"], onsiteYn="Y", onsitePwd=RIGHT)
        for password in (WRONG, RIGHT, None):
            assert refused(shop, "redeem", stamp, onsitePwd=password)[1]["code"] in {40901, 40902, 40903, 40904, 40907}


class TestASecret:
    def test_only_an_argon2_hash_is_kept(self, shop: Shop, card: int) -> None:
        (row,) = shop.data.rows("SELECT * FROM card WHERE card_id = :card", card=card)
        assert row["onsite_hash"].startswith("$argon2id$")
        assert RIGHT not in str(row)
        (other,) = shop.data.rows(
            "SELECT * FROM card WHERE card_id = :card", card=make_card(shop, onsiteYn="Y", onsitePwd=RIGHT)
        )
        assert other["onsite_hash"] != row["onsite_hash"]

    def test_neither_it_nor_its_hash_is_in_an_answer(self, shop: Shop, card: int, full: int) -> None:
        answers = [
            shop.request("GET", f"/api/card/v1/get?cardIdx={card}", by=shop.alice),
            shop.request("GET", "/api/card/v1/list?limit=100", by=shop.alice),
            shop.request("GET", f"/api/stamp/v1/list?cardIdx={card}", by=shop.alice),
            _try(shop, full, WRONG),
            _try(shop, full, RIGHT + "x" * 32),
            _try(shop, full, RIGHT, headers=SHOWN),
            _try(shop, full, RIGHT),
            *(ask(shop, action, full) for action in ("get", "validate", "history")),
        ]
        for answer in answers:
            for secret in (RIGHT, WRONG, "argon2"):
                assert secret not in answer.content.decode()
                assert secret not in str(answer.headers)

    def test_neither_is_in_the_stored_history(self, shop: Shop, full: int) -> None:
        for password in (WRONG, RIGHT):
            _try(shop, full, password, headers={"Idempotency-Key": f"{full}-{password[0]}"})
        for table in ("stamp", "stamp_event", "outbox", "idempotency"):
            stored = str(shop.data.rows(f"SELECT * FROM {table}"))
            assert RIGHT not in stored
            assert WRONG not in stored

    def test_neither_is_in_the_log(self, shop: Shop) -> None:
        with _logged() as logs:
            card = make_card(shop, onsiteYn="Y", onsitePwd=RIGHT)
            change_card(shop, card, onsitePwd=RIGHT)
            stamp = stamp_in(shop, State.FULL, card)
            _lock(shop, stamp)
            _try(shop, stamp, RIGHT)
            _try(shop, stamp, RIGHT + "x" * 32)
        assert any(line.get("code") == 40305 or line.get("status") == 403 for line in logs)
        for secret in (RIGHT, WRONG, "argon2"):
            assert secret not in str(logs)


class TestTheLock:
    def test_after_five_wrong_ones_in_a_row(self, shop: Shop, full: int) -> None:
        for left in (4, 3, 2, 1, 0):
            answer = _try(shop, full)
            assert (answer.status, answer.json, answer.headers["retry-after"]) == (403, _wrong(left), None)
        answer = _try(shop, full)
        assert (answer.status, answer.json, answer.headers["retry-after"]) == (429, _locked(900), "900")

    def test_the_right_one_does_not_open_it(self, shop: Shop, full: int) -> None:
        _lock(shop, full)
        with unchanged(shop):
            answer = _try(shop, full, RIGHT)
        assert (answer.status, answer.json) == (429, _locked(900))

    def test_it_ends_after_fifteen_minutes(self, shop: Shop, full: int) -> None:
        _lock(shop, full)
        shop.clock.advance(seconds=QUARTER_OF_AN_HOUR_S - 0.000001)
        answer = _try(shop, full, RIGHT)
        assert (answer.status, answer.json, answer.headers["retry-after"]) == (429, _locked(1), "1")
        shop.clock.advance(seconds=0.000001)
        assert _code(shop, full, RIGHT) == 0

    def test_after_it_there_are_five_tries_again(self, shop: Shop, full: int) -> None:
        _lock(shop, full)
        shop.clock.advance(seconds=QUARTER_OF_AN_HOUR_S)
        _lock(shop, full)

    def test_tries_while_it_is_locked_do_not_make_it_longer(self, shop: Shop, full: int) -> None:
        _lock(shop, full)
        shop.clock.advance(seconds=QUARTER_OF_AN_HOUR_S - 1)
        assert _code(shop, full) == 42902
        shop.clock.advance(seconds=1)
        assert _code(shop, full, RIGHT) == 0

    def test_the_right_one_resets_the_count(self, shop: Shop, full: int) -> None:
        assert [_code(shop, full) for _ in range(4)] == [40305] * 4
        assert _code(shop, full, RIGHT) == 0
        assert tries_at(shop, full) == []

    def test_another_stamp_of_the_card_is_not_locked(self, shop: Shop, card: int, full: int) -> None:
        other = stamp_in(shop, State.FULL, card)
        _lock(shop, full)
        assert _try(shop, other).json == _wrong(4)
        assert _code(shop, other, RIGHT) == 0

    def test_what_else_the_stamp_takes_goes_on(self, shop: Shop, full: int) -> None:
        _lock(shop, full)
        do(shop, "remove", full)
        do(shop, "add", full)
        do(shop, "validate", full)
        assert _code(shop, full, RIGHT) == 42902

    def test_a_repeated_key_counts_every_wrong_try(self, shop: Shop, full: int) -> None:
        headers = {"Idempotency-Key": f"wrong-{full}"}
        assert [_try(shop, full, headers=headers).json for _ in range(2)] == [_wrong(4), _wrong(3)]

    def test_a_repeated_key_replays_the_right_one(self, shop: Shop, full: int) -> None:
        headers = {"Idempotency-Key": f"right-{full}"}
        first, again = (_try(shop, full, RIGHT, headers=headers) for _ in range(2))
        assert (first.json, again.content) == (DONE, first.content)

    def test_wrong_tries_leave_no_trace_in_the_history(self, shop: Shop, full: int) -> None:
        before = shop.data.ledger(full)
        _lock(shop, full)
        assert shop.data.ledger(full) == before


class TestManyAtOnce:
    def test_thirty_wrong_tries_are_five(self, shop: Shop, full: int) -> None:
        with ThreadPoolExecutor(30) as threads:
            answers = list(threads.map(lambda _: _try(shop, full), range(30)))
        bodies = [answer.json for answer in answers]
        assert sorted(body["code"] for body in bodies) == [40305] * 5 + [42902] * 25
        assert all(_wrong(left) in bodies for left in range(5))
        assert tries_at(shop, full) == [5]

    def test_ten_right_ones_redeem_once(self, shop: Shop, full: int) -> None:
        with ThreadPoolExecutor(10) as threads:
            codes = list(threads.map(lambda _: _code(shop, full, RIGHT), range(10)))
        assert codes.count(0) == 1
        assert set(codes) <= {0, 40904, 42902}


class TestServers:
    def test_the_count_survives_a_restart(self, open_shop: OpenShop, dialect: str) -> None:
        first = open_shop(dialect)
        full = stamp_in(first, State.FULL, make_card(first, onsiteYn="Y", onsitePwd=RIGHT))
        assert [_code(first, full) for _ in range(3)] == [40305] * 3
        first.close()
        second = open_shop(dialect, beside=first)
        assert [_code(second, full) for _ in range(3)] == [40305, 40305, 42902]
        second.close()
        assert _code(open_shop(dialect, beside=first), full, RIGHT) == 42902

    def test_two_servers_count_together(self, shop: Shop, full: int, open_shop: OpenShop, dialect: str) -> None:
        other = open_shop(dialect, beside=shop)
        codes = [_code(server, full) for server in (shop, other, shop, other, shop, other, shop)]
        assert codes == [40305] * 5 + [42902] * 2
        assert _code(other, full, RIGHT) == 42902


@contextmanager
def _logged() -> Iterator[list[Any]]:
    with structlog.testing.capture_logs() as logs:
        yield logs
