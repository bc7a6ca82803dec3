"""`POST /api/stamp/v1/create`: what is stored, what is answered, and which cards it is for."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from kit.refusals import refusal
from kit.shop import Shop, least, sample
from stampwell.core.actors import OPERATOR
from stampwell.features.accounts import service as accounts

ON_ANY_DAY = [
    datetime(2021, 1, 1, tzinfo=UTC),
    datetime(2025, 1, 1, tzinfo=UTC),
    datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(2026, 3, 2, 9, tzinfo=UTC),
    datetime(2028, 2, 29, 12, tzinfo=UTC),
    datetime(2096, 2, 29, 12, tzinfo=UTC),
    datetime(2999, 12, 31, 23, 59, 59, tzinfo=UTC),
]


class TestTheSample:
    @pytest.mark.parametrize("now", ON_ANY_DAY, ids=str)
    def test_it_succeeds_on_any_day(self, shop: Shop, now: datetime) -> None:
        shop.clock.set(now)
        answer = shop.create(shop.alice, sample())
        assert answer.status == 200
        assert answer.json == {"code": 0, "message": "", "result": answer.json["result"]}
        assert type(answer.json["result"]) is int

    def test_every_field_is_stored(self, shop: Shop) -> None:
        stamp_id = shop.create(shop.alice, sample()).result
        stored = shop.data.stamp(stamp_id)
        assert re.fullmatch("[0-9A-Z]{16}", stored["code"])
        assert stored == {
            "stamp_id": stamp_id,
            "account_id": shop.alice.account_id,
            "card_id": 123,
            "code": stored["code"],
            "domain": "https://vvd.bz",
            "starts_on": "2025-01-01",
            "ends_on": "2025-12-31",
            "active": True,
            "stamps": 0,
            "max_stamps": 10,
            "reward_title": "A coffee",
            "cooldown_s": 0,
            "daily_max": 0,
            "memo": "New Member Registration, IP: 211.111.222.33",
            "user_id": "att78z",
            "user_name": "Brown Smith",
            "user_phone": "+1 123-4567-8900",
            "user_phone_digits": "112345678900",
            "user_email": "test@gmail.com",
            "user_email_key": None,
            "user_etc1": "Gold rating",
            "user_etc2": None,
            "redeemed_at": None,
            "renewed_stamp_id": None,
            "rewards": "[]",
            "handed_out": "[]",
            "carries": False,
            "merged_stamp_id": None,
            "sequence": 1,
            "pin_hash": None,
            "pin_failures": 0,
            "pin_lockouts": 0,
            "pin_locked_until": None,
            "pin_cleared_at": None,
            "created_at": shop.clock.now_us(),
        }

    def test_the_ledger_says_who_issued_it(self, shop: Shop) -> None:
        stamp_id = shop.create(shop.alice, sample()).result
        (entry,) = shop.data.ledger(stamp_id)
        assert entry == {
            "event_id": entry["event_id"],
            "account_id": shop.alice.account_id,
            "stamp_id": stamp_id,
            "sequence": 1,
            "kind": "issued",
            "stamps_before": 0,
            "stamps_after": 0,
            "actor_kind": "api_key",
            "actor_id": shop.alice.key_id,
            "channel": "api",
            "note": None,
            "order_ref": None,
            "location": None,
            "location_id": None,
            "person_id": None,
            "device_id": None,
            "changes": None,
            "rewards": None,
            "carried": None,
            "renewed_stamp_id": None,
            "merged_stamp_id": None,
            "occurred_at": shop.clock.now_us(),
            "recorded_at": shop.clock.now_us(),
            "local_day": "2026-03-02",
        }

    def test_the_outbox_tells_of_it(self, shop: Shop) -> None:
        stamp_id = shop.create(shop.alice, sample()).result
        (entry,) = shop.data.told(stamp_id)
        assert entry == {
            "account_id": shop.alice.account_id,
            "stamp_id": stamp_id,
            "kind": "stamp.issued",
            "created_at": shop.clock.now_us(),
        }

    def test_sent_twice_it_makes_two_stamps(self, shop: Shop) -> None:
        first, second = (shop.create(shop.alice, sample()).result for _ in range(2))
        assert first != second
        assert shop.data.stamp(first)["code"] != shop.data.stamp(second)["code"]


class TestWhatIsLeftOut:
    def test_defaults(self, shop: Shop) -> None:
        stored = shop.data.stamp(shop.create(shop.alice, least()).result)
        assert re.fullmatch("[A-Za-z0-9]{12}", stored["user_id"])
        absent = (
            "memo",
            "user_name",
            "user_phone",
            "user_phone_digits",
            "user_email",
            "user_email_key",
            "user_etc1",
            "user_etc2",
        )
        assert {name: stored[name] for name in absent} == dict.fromkeys(absent)
        assert (stored["domain"], stored["active"]) == ("https://vvd.bz", True)

    @pytest.mark.parametrize("nothing", ["", None], ids=["empty", "null"])
    def test_empty_and_null_mean_left_out(self, shop: Shop, nothing: str | None) -> None:
        optional = ["domain", "activeYn", "memo", "userId", "userNm", "userPhnno", "userEml", "userEtc1", "userEtc2"]
        stored = shop.data.stamp(shop.create(shop.alice, least(**dict.fromkeys(optional, nothing))).result)
        assert re.fullmatch("[A-Za-z0-9]{12}", stored["user_id"])
        absent = (
            "memo",
            "user_name",
            "user_phone",
            "user_phone_digits",
            "user_email",
            "user_email_key",
            "user_etc1",
            "user_etc2",
        )
        assert {name: stored[name] for name in absent} == dict.fromkeys(absent)
        assert (stored["domain"], stored["active"]) == ("https://vvd.bz", True)

    def test_a_user_id_is_drawn_anew_each_time(self, shop: Shop) -> None:
        drawn = {shop.data.stamp(shop.create(shop.alice, least()).result)["user_id"] for _ in range(5)}
        assert len(drawn) == 5

    def test_active_y_and_n(self, shop: Shop) -> None:
        on, off = (shop.data.stamp(shop.create(shop.alice, least(activeYn=word)).result) for word in ("Y", "N"))
        assert (on["active"], off["active"]) == (True, False)


class TestCodeFormat:
    def test_an_account_may_be_answered_with_the_code(self, shop: Shop) -> None:
        person = shop.open_account()
        shop.data.write(
            accounts.set_stamp_idx_format,
            person.account_id,
            stamp_idx_format="code",
            actor=OPERATOR,
            now_us=shop.clock.now_us(),
        )
        answer = shop.create(person, least(cardIdx=person.card_id))
        code = answer.json["result"]
        assert answer.json == {"code": 0, "message": "", "result": code}
        assert re.fullmatch("[0-9A-Z]{16}", code)
        assert shop.data.stamp(code)["account_id"] == person.account_id

    def test_the_others_go_on_with_the_integer(self, shop: Shop) -> None:
        assert type(shop.create(shop.alice, least()).result) is int


class TestCards:
    def test_a_card_that_does_not_exist(self, shop: Shop) -> None:
        answer = shop.refused(shop.alice, least(cardIdx=999_999))
        assert (answer.status, answer.json) == (404, _no_card(999_999))

    def test_another_accounts_card_is_answered_the_same(self, shop: Shop) -> None:
        answer = shop.refused(shop.charlie, least())
        assert (answer.status, answer.json) == (404, _no_card(123))

    @pytest.mark.parametrize("card_idx", [0, -1, 2**63 - 1, -(2**63)])
    def test_numbers_that_no_card_has(self, shop: Shop, card_idx: int) -> None:
        answer = shop.refused(shop.alice, least(cardIdx=card_idx))
        assert (answer.status, answer.json) == (404, _no_card(card_idx))

    @pytest.mark.parametrize("closing", ["active = (1 = 0)", "archived_at = 1"], ids=["inactive", "archived"])
    def test_a_closed_card(self, shop: Shop, closing: str) -> None:
        person = shop.open_account()
        closing = closing if shop.data.dialect == "postgresql" else closing.replace("(1 = 0)", "0")
        shop.data.run(f"UPDATE card SET {closing} WHERE card_id = :card_id", card_id=person.card_id)
        answer = shop.refused(person, least(cardIdx=person.card_id))
        assert (answer.status, answer.json) == (
            409,
            refusal(
                40909,
                f"cardIdx: card {person.card_id} is archived or switched off, so no new stamps of it can be issued. "
                "Use another card, or have this one switched on.",
            ),
        )

    def test_another_accounts_closed_card_stays_a_secret(self, shop: Shop) -> None:
        person = shop.open_account()
        shop.data.run("UPDATE card SET archived_at = 1 WHERE card_id = :card_id", card_id=person.card_id)
        answer = shop.refused(shop.alice, least(cardIdx=person.card_id))
        assert (answer.status, answer.json) == (404, _no_card(person.card_id))

    def test_the_goal_and_the_reward_are_those_of_the_day_of_issue(self, shop: Shop) -> None:
        person = shop.open_account(max_stamps=7, reward="A bag of beans")
        before = shop.create(person, least(cardIdx=person.card_id)).result
        shop.data.run("UPDATE card SET max_stamps = 8, reward_title = 'Tea' WHERE card_id = :card_id", card_id=person.card_id)
        after = shop.create(person, least(cardIdx=person.card_id)).result
        promised = [(row["max_stamps"], row["reward_title"]) for row in map(shop.data.stamp, (before, after))]
        assert promised == [(7, "A bag of beans"), (8, "Tea")]


class TestTogether:
    def test_forty_at_once_with_refusals_between_them(self, shop: Shop) -> None:
        """Each is answered for itself, whatever batch it was in."""
        bodies = [least(userId=f"together-{n}", cardIdx=123 if n % 4 else 999_999) for n in range(40)]
        with ThreadPoolExecutor(16) as threads:
            answers = list(threads.map(lambda body: shop.create(shop.alice, body), bodies))
        assert [answer.status for answer in answers] == [200 if n % 4 else 404 for n in range(40)]
        for body, answer in zip(bodies, answers, strict=True):
            if answer.status == 200:
                assert shop.data.stamp(answer.result)["user_id"] == body["userId"]
            else:
                assert answer.json == _no_card(999_999)


def _no_card(card_idx: int) -> dict[str, object]:
    return refusal(
        40402,
        f"cardIdx: this account has no card {card_idx}. Its cards and their Card IDX are listed by: stampwell card list",
    )
