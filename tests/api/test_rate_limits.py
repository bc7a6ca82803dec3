"""Limits by plan: the headers of every answer, and what comes beyond the limit."""

import re
from typing import NamedTuple

import pytest

from kit.people import Person
from kit.refusals import refusal
from kit.shop import CREATE, Answer, Shop, least
from stampwell.features.keys.model import Scope

pytestmark = pytest.mark.one_database

QUOTAS = {"free": (30, 600), "personal": (180, 10_000), "premium": (300, 15_000), "business": (480, 25_000)}


class Window(NamedTuple):
    name: str
    remaining: int
    resets_in_s: int


def windows(answer: Answer) -> list[Window]:
    """What `RateLimit` says, in the syntax of structured fields: a list of strings with parameters."""
    header = answer.headers["ratelimit"]
    assert re.fullmatch(r'"[a-z]+";r=\d+;t=\d+(, "[a-z]+";r=\d+;t=\d+)*', header)
    return [Window(name, int(r), int(t)) for name, r, t in re.findall(r'"([a-z]+)";r=(\d+);t=(\d+)', header)]


class TestHeaders:
    @pytest.mark.parametrize(("plan", "quotas"), QUOTAS.items(), ids=QUOTAS)
    def test_they_count_down(self, shop: Shop, plan: str, quotas: tuple[int, int]) -> None:
        minute, hour = quotas
        person = shop.open_account(plan=plan)
        for used in (1, 2, 3):
            answer = shop.create(person, least(cardIdx=person.card_id))
            assert answer.headers["ratelimit-policy"] == f'"minute";q={minute};w=60, "hour";q={hour};w=3600'
            in_minute, in_hour = windows(answer)
            assert in_minute[:2] == ("minute", minute - used)
            assert in_hour[:2] == ("hour", hour - used)
            assert 50 <= in_minute.resets_in_s <= 60
            assert 3590 <= in_hour.resets_in_s <= 3600

    def test_enterprise_has_none(self, shop: Shop) -> None:
        answer = shop.create(shop.alice, least())
        assert (answer.headers["ratelimit-policy"], answer.headers["ratelimit"]) == (None, None)

    def test_refusals_count_too(self, shop: Shop) -> None:
        person = shop.open_account(plan="personal")
        answers = [
            shop.create(person, {}),
            shop.create(person, least(cardIdx=1_000_000)),
            shop.request("POST", CREATE, by=person, content=b"no JSON"),
            shop.create(shop.with_key(person, scopes=["stamp:read"]), least()),
        ]
        assert [answer.status for answer in answers] == [400, 404, 400, 403]
        assert [windows(answer)[0].remaining for answer in answers] == [179, 178, 177, 176]


class TestBeyondTheLimit:
    def test_of_a_minute(self, tiny_shop: Shop) -> None:
        person = tiny_shop.open_account(plan="minute")
        _use_up(tiny_shop, person)
        answer = tiny_shop.refused(person, least(cardIdx=person.card_id))
        in_minute, in_hour = windows(answer)
        assert (in_minute.remaining, in_hour.remaining) == (0, 97)
        wait_s = int(answer.headers["retry-after"])
        assert wait_s == in_minute.resets_in_s
        assert 50 <= wait_s <= 60
        assert (answer.status, answer.json) == (
            429,
            refusal(
                42901,
                f"The minute plan allows 2 requests a minute, and they are used up. Wait {wait_s} s, or ask for a higher plan.",
            ),
        )

    def test_of_an_hour(self, tiny_shop: Shop) -> None:
        person = tiny_shop.open_account(plan="hour")
        _use_up(tiny_shop, person)
        answer = tiny_shop.refused(person, least(cardIdx=person.card_id))
        in_minute, in_hour = windows(answer)
        assert (in_minute.remaining, in_hour.remaining) == (97, 0)
        wait_s = int(answer.headers["retry-after"])
        assert wait_s == in_hour.resets_in_s
        assert 3590 <= wait_s <= 3600
        assert (answer.status, answer.json) == (
            429,
            refusal(
                42901,
                f"The hour plan allows 2 requests an hour, and they are used up. Wait {wait_s} s, or ask for a higher plan.",
            ),
        )

    def test_every_key_of_the_account_shares_it(self, tiny_shop: Shop) -> None:
        person = tiny_shop.open_account(plan="minute")
        _use_up(tiny_shop, person)
        assert tiny_shop.create(tiny_shop.with_key(person), least(cardIdx=person.card_id)).status == 429

    def test_it_is_said_before_what_the_key_may_not(self, tiny_shop: Shop) -> None:
        person = tiny_shop.with_key(tiny_shop.open_account(plan="minute"), scopes=[Scope.STAMP_READ])
        assert [tiny_shop.create(person, {}).json["code"] for _ in range(3)] == [40304, 40304, 42901]

    def test_no_other_account_does(self, tiny_shop: Shop) -> None:
        person, other = (tiny_shop.open_account(plan="minute") for _ in range(2))
        _use_up(tiny_shop, person)
        assert tiny_shop.create(person, least(cardIdx=person.card_id)).status == 429
        assert tiny_shop.create(other, least(cardIdx=other.card_id)).status == 200

    def test_strangers_use_nothing_up(self, tiny_shop: Shop) -> None:
        person = tiny_shop.open_account(plan="minute")
        for _ in range(5):
            wrong = person.key[:-1] + ("a" if person.key[-1] != "a" else "b")
            answer = tiny_shop.request("POST", CREATE, body={}, headers={"Authorization": f"APIKey {wrong}"})
            assert answer.status == 401
        assert tiny_shop.create(person, least(cardIdx=person.card_id)).status == 200


def _use_up(shop: Shop, person: Person) -> None:
    for _ in range(2):
        assert shop.create(person, least(cardIdx=person.card_id)).status == 200
