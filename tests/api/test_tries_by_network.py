"""Tries at the staff password count by card and by the client's network: who guesses stops nobody else."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from kit.refusals import refusal
from kit.shop import Answer, Shop
from kit.stamps import DONE, ask, do, make_card, shown, stamp_in
from stampwell.core.actors import key_actor
from stampwell.core.passwords import Passwords
from stampwell.db.opening import open_database
from stampwell.features.stamps.errors import WrongStaffPassword
from stampwell.features.stamps.finding import get_stamp
from stampwell.features.stamps.model import EventMeta
from stampwell.features.stamps.shared_secrets import Client, SharedSecrets
from stampwell.features.stamps.staff_password import check_staff_password
from stampwell.features.stamps.states import Action, State

RIGHT, WRONG = "Sesame-9137", "Barley-0482"
STRANGER, STAFF = "203.0.113.7", "198.51.100.9"
MOST_ON_A_CARD = 20
MINUTE_S = 60


@pytest.fixture
def card(shop: Shop) -> int:
    return make_card(shop, onsiteYn="Y", onsitePwd=RIGHT)


def redeem(shop: Shop, stamp: int, password: str = WRONG, *, at: str = STRANGER) -> Answer:
    """As a client at that address, which a trusted proxy names."""
    return ask(shop, "redeem", stamp, onsitePwd=password, headers={"X-Forwarded-For": at})


def code(shop: Shop, stamp: int, password: str = WRONG, *, at: str = STRANGER) -> int:
    return int(redeem(shop, stamp, password, at=at).json["code"])


def fulls(shop: Shop, card: int, number: int) -> list[int]:
    return [stamp_in(shop, State.FULL, card) for _ in range(number)]


def guess_over(shop: Shop, stamps: list[int], number: int, *, at: str = STRANGER) -> list[int]:
    """So many wrong ones, spread over the stamps."""
    return [code(shop, stamps[one % len(stamps)], at=at) for one in range(number)]


class TestOnOneStamp:
    def test_five_in_a_row_lock_it_for_whoever_typed_them_and_for_nobody_else(self, shop: Shop, card: int) -> None:
        (stamp,) = fulls(shop, card, 1)
        assert guess_over(shop, [stamp], 6) == [40305] * 5 + [42902]
        assert code(shop, stamp, RIGHT) == 42902
        assert redeem(shop, stamp, RIGHT, at=STAFF).json == DONE

    def test_tries_elsewhere_are_not_in_the_row(self, shop: Shop, card: int) -> None:
        (stamp,) = fulls(shop, card, 1)
        assert guess_over(shop, [stamp], 4) == [40305] * 4
        assert [code(shop, stamp, at=STAFF) for _ in range(4)] == [40305] * 4
        assert code(shop, stamp, RIGHT, at=STAFF) == 0

    def test_the_addresses_of_one_household_are_one_network(self, shop: Shop, card: int) -> None:
        (stamp,) = fulls(shop, card, 1)
        assert [code(shop, stamp, at=f"2001:db8:1:2::{one}") for one in range(6)] == [40305] * 5 + [42902]


class TestOnACard:
    def test_twenty_wrong_ones_over_its_stamps_refuse_that_network(self, shop: Shop, card: int) -> None:
        stamps = fulls(shop, card, 6)
        assert guess_over(shop, stamps[:5], MOST_ON_A_CARD) == [40305] * MOST_ON_A_CARD
        answer = redeem(shop, stamps[5], RIGHT)
        sentence = "Too many wrong staff passwords for this card came from your network. Try again in 900 s."
        assert (answer.status, answer.json, answer.headers["Retry-After"]) == (429, refusal(42902, sentence), "900")
        assert shown(shop, stamps[5])["useYn"] == "N"

    def test_staff_elsewhere_go_on(self, shop: Shop, card: int) -> None:
        stamps = fulls(shop, card, 5)
        guess_over(shop, stamps, 25)
        assert [code(shop, stamp, RIGHT, at=STAFF) for stamp in stamps] == [0] * 5

    def test_another_card_is_not_concerned(self, shop: Shop, card: int) -> None:
        guess_over(shop, fulls(shop, card, 5), 21)
        (other,) = fulls(shop, make_card(shop, onsiteYn="Y", onsitePwd=RIGHT), 1)
        assert code(shop, other, RIGHT) == 0

    def test_each_lock_is_twice_as_long(self, shop: Shop, card: int) -> None:
        for minutes in (15, 30, 60, 120):
            stamps = fulls(shop, card, 5)
            assert guess_over(shop, stamps, MOST_ON_A_CARD) == [40305] * MOST_ON_A_CARD
            answer = redeem(shop, stamps[0], RIGHT)
            assert (answer.status, answer.headers["Retry-After"]) == (429, str(minutes * MINUTE_S))
            shop.clock.advance(seconds=minutes * MINUTE_S)
        assert code(shop, stamps[0], RIGHT) == 0

    def test_an_hour_after_the_first_they_are_forgotten(self, shop: Shop, card: int) -> None:
        stamps = fulls(shop, card, 5)
        assert guess_over(shop, stamps, 19) == [40305] * 19
        shop.clock.advance(seconds=60 * MINUTE_S)
        assert guess_over(shop, stamps[:1], 1) == [40305]
        assert code(shop, stamps[4], RIGHT) == 0

    def test_right_ones_are_none(self, shop: Shop, card: int) -> None:
        assert [code(shop, stamp, RIGHT) for stamp in fulls(shop, card, MOST_ON_A_CARD + 2)] == [0] * (MOST_ON_A_CARD + 2)

    def test_those_that_a_lock_refuses_do_not_count(self, shop: Shop, card: int) -> None:
        stamps = fulls(shop, card, 5)
        assert guess_over(shop, stamps[:1], 30) == [40305] * 5 + [42902] * 25
        assert guess_over(shop, stamps[1:], 16) == [40305] * 15 + [42902]
        # Nor on a stamp while its card is locked.
        assert code(shop, stamps[4], RIGHT) == 42902
        shop.clock.advance(seconds=15 * MINUTE_S)
        assert [code(shop, stamps[4]), code(shop, stamps[4], RIGHT)] == [40305, 0]

    def test_a_right_one_forgives_no_wrong_one(self, shop: Shop, card: int) -> None:
        stamps = fulls(shop, card, 7)
        assert guess_over(shop, stamps[:5], 19) == [40305] * 19
        assert code(shop, stamps[5], RIGHT) == 0
        assert guess_over(shop, stamps[:1], 1) == [40305]
        assert code(shop, stamps[6], RIGHT) == 42902

    def test_many_at_once_are_as_many_as_are_allowed(self, shop: Shop, card: int) -> None:
        stamps = fulls(shop, card, 10)
        with ThreadPoolExecutor(10) as threads:
            codes = list(threads.map(lambda one: code(shop, stamps[one % 10]), range(40)))
        assert sorted(codes) == [40305] * MOST_ON_A_CARD + [42902] * 20

    def test_a_lock_of_a_clock_that_was_ahead_ends_in_its_time(self, shop: Shop, card: int) -> None:
        stamps = fulls(shop, card, 5)
        present = shop.clock.now_us()
        shop.clock.advance(seconds=200 * 86_400)
        assert guess_over(shop, stamps, MOST_ON_A_CARD) == [40305] * MOST_ON_A_CARD
        shop.clock.advance(seconds=-200 * 86_400)
        assert shop.clock.now_us() == present
        assert redeem(shop, stamps[0], RIGHT).headers["Retry-After"] == "900"
        shop.clock.advance(seconds=899)
        assert redeem(shop, stamps[0], RIGHT).headers["Retry-After"] == "1"
        shop.clock.advance(seconds=1)
        assert code(shop, stamps[0], RIGHT) == 0


class TestTheLog:
    @pytest.mark.one_database
    def test_every_refused_one_is_one_line_without_the_secret(self, shop: Shop, card: int) -> None:
        (stamp,) = fulls(shop, card, 1)
        with capture_logs() as logs:
            guess_over(shop, [stamp], 6)
        lines = [line for line in logs if line["event"] == "password refused"]
        assert [line["reason"] for line in lines] == ["wrong"] * 5 + ["locked"]
        account_id = shop.alice.account_id
        assert lines[0] == {
            "event": "password refused",
            "log_level": "warning",
            "reason": "wrong",
            "account_id": account_id,
            "card_id": card,
            "stamp_id": stamp,
            "network": STRANGER,
        }
        assert WRONG not in str(logs)

    @pytest.mark.one_database
    def test_a_right_one_is_none(self, shop: Shop, card: int) -> None:
        (stamp,) = fulls(shop, card, 1)
        with capture_logs() as logs:
            do(shop, "redeem", stamp, onsitePwd=RIGHT)
        assert [line for line in logs if line["event"] == "password refused"] == []


class TestATrustedClient:
    """A device of the shop's own: known otherwise, it is neither counted nor refused."""

    @pytest.fixture
    def stamp(self, shop: Shop, card: int) -> int:
        return fulls(shop, card, 1)[0]

    async def _tries(self, shop: Shop, stamp: int, passwords: list[str], client: Client) -> list[str]:
        db = open_database(shop.data.url, connections=1)
        await db.start()
        hashing = Passwords(memory_kib=64, passes=1)
        secrets = SharedSecrets(db, passwords=hashing, on_many_wrong=lambda _account, _card: None)
        meta = EventMeta(key_actor(shop.alice.key_id), shop.clock.now_us(), ZoneInfo("Asia/Seoul"))
        outcomes = []
        try:
            found = await db.read(get_stamp, shop.alice.account_id, stamp)
            for password in passwords:
                try:
                    await check_staff_password(secrets, found, password, action=Action.REDEEM, meta=meta, client=client)
                    outcomes.append("right")
                except WrongStaffPassword:
                    outcomes.append("wrong")
        finally:
            hashing.close()
            await db.close()
        return outcomes

    def test_is_not_locked_by_its_own_tries_or_anybody_elses(self, shop: Shop, stamp: int) -> None:
        guess_over(shop, [stamp], 6)
        client = Client(STRANGER, trusted=True)
        outcomes = asyncio.run(self._tries(shop, stamp, [WRONG] * 22 + [RIGHT], client))
        assert outcomes == ["wrong"] * 22 + ["right"]
        assert code(shop, stamp, RIGHT, at=STAFF) == 0

    def test_forgives_nobody_who_tries_from_its_network(self, shop: Shop, card: int, stamp: int) -> None:
        (other,) = fulls(shop, card, 1)
        assert guess_over(shop, [stamp, other], 8) == [40305] * 8
        client = Client(STRANGER, trusted=True)
        assert asyncio.run(self._tries(shop, stamp, [RIGHT] * 3, client)) == ["right"] * 3
        assert guess_over(shop, [stamp], 2) == [40305, 42902]
        assert guess_over(shop, [other], 2) == [40305, 42902]
