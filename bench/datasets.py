"""Stamps made by SQL, the same ones on both databases: numbers that look random are products modulo a prime."""

from dataclasses import dataclass
from datetime import UTC, datetime

from stores import Store

ROOMY = 200_000
"""Stamps with room for a hundred marks each: the load never fills one."""

FIRST_DAY = datetime(2023, 11, 1, tzinfo=UTC)
LAST_DAY = datetime(2026, 10, 31, tzinfo=UTC)
CARDS = 20
RARE_CARD = 20
GUEST = "guest"
USERS = 250_000
RARE_PERSON = 77
RARE_NAME = "Zoltan Rarebit"

_PRIME = 2_147_483_647
_DAY_US = 86_400_000_000
_MANY = 100_000

_CARD = """
INSERT INTO card (card_id, account_id, name, title, max_stamps, reward_title, url, active, created_at)
VALUES ({card_id}, {account_id}, 'Card {card_id}', 'A cup on us', {max_stamps}, 'One coffee', 'https://bean.example/card',
    {true}, 0)
"""
_NUMBERS = "WITH RECURSIVE n (i) AS (SELECT CAST({first} AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {last})"
_ROOMY_STAMPS = f"""
INSERT INTO stamp (stamp_id, account_id, card_id, code, domain, starts_on, ends_on, active, stamps, max_stamps, reward_title,
    user_id, user_name, user_phone, user_phone_digits, user_email, created_at)
{_NUMBERS}
SELECT i, {{account_id}}, 1, 'R' || CAST(100000000000000 + i * 48271 % {_PRIME} AS TEXT), 'https://vvd.bz', '2025-01-01',
    '2099-12-31', {{true}}, 0, 100, 'One coffee', 'user' || CAST(i AS TEXT), 'Gildong Hong', '+1 123-4567-8900', '112345678900',
    'gildong@example.com', {{now_us}}
FROM n
"""

# Cards and users are wanted unevenly: r squared makes low numbers frequent. The last card has one stamp in ten thousand,
# and the guests' common user id one in fifty. What is redeemed is full, and older rather than newer.
_STAMPS = f"""
INSERT INTO stamp (stamp_id, account_id, card_id, code, domain, starts_on, ends_on, active, stamps, max_stamps, reward_title,
    user_id, user_name, user_phone, user_phone_digits, user_email, user_etc1, redeemed_at, created_at)
{_NUMBERS},
random (i, a, b, c, d) AS (
    SELECT i, i * 48271 % {_PRIME}, i * 69621 % {_PRIME}, i * 39373 % {_PRIME}, i * 742938285 % {_PRIME} FROM n
),
drawn (i, code, card, person, at, redeemed, inactive, marks) AS (
    SELECT i, a,
        CASE WHEN d % 10000 = 0 THEN {RARE_CARD} ELSE 1 + (b % 1000) * (b % 1000) * ({CARDS} - 1) / 1000000 END,
        CASE WHEN a % 50 = 0 THEN 0 ELSE 1 + (c % 100000) * (c % 100000) / 100000 * {USERS} / 100000 END,
        {{first_us}} + i * {{step_us}} + d % {{step_us}},
        CASE WHEN (c / 7) % 20 * {{count}} < ({{count}} - i) * 4 THEN 1 ELSE 0 END,
        CASE WHEN (d / 11) % 50 = 0 THEN 1 ELSE 0 END,
        {{marks}}
    FROM random
)
SELECT i, {{account_id}}, card, 'L' || CAST(100000000000000 + code AS TEXT), 'https://vvd.bz', '2023-11-01', '2027-12-31',
    inactive = 0, CASE WHEN redeemed = 1 THEN 10 ELSE marks END, 10, 'One coffee',
    CASE WHEN person = 0 THEN '{GUEST}' ELSE 'user' || CAST(person AS TEXT) END, {{name}},
    CASE WHEN person > 0 THEN '+82 10-' || CAST(10000000 + person AS TEXT) END,
    CASE WHEN person > 0 THEN '8210' || CAST(10000000 + person AS TEXT) END,
    CASE WHEN person > 0 THEN 'User' || CAST(person AS TEXT) || '@example.com' END, 'seat 12',
    CASE WHEN redeemed = 1 THEN at + {30 * _DAY_US} END, at
FROM drawn
"""
_LEDGER = """
INSERT INTO stamp_event (account_id, stamp_id, sequence, kind, stamps_before, stamps_after, actor_kind, actor_id, channel,
    occurred_at, recorded_at, local_day)
SELECT account_id, stamp_id, {sequence}, {kind}, {before}, {after}, 'api_key', 1, 'api', {at}, {at}, '2026-01-01' FROM stamp
WHERE {condition}
"""


@dataclass(frozen=True, slots=True)
class Range:
    """Stamps by number, from the first to the last."""

    first: int
    last: int


def fill_roomy(store: Store, now_us: int, *, count: int = ROOMY) -> Range:
    """Usable stamps with a hundred marks to go, in a database that has none."""
    numbers = Range(1, count)
    stamps = _ROOMY_STAMPS.format(account_id=store.account_id, now_us=now_us, true=_true(store), first=1, last=count)
    store.fill([_card(store, 1, max_stamps=100), stamps, _issued(), *_numbered_on(store)])
    return numbers


_NAMES = f"""
CASE WHEN person = {RARE_PERSON} THEN '{RARE_NAME}' ELSE
    CASE person % 10 WHEN 0 THEN 'Kim' WHEN 1 THEN 'Kim' WHEN 2 THEN 'Lee' WHEN 3 THEN 'Park' WHEN 4 THEN 'Choi'
        WHEN 5 THEN 'Jung' WHEN 6 THEN 'Kang' WHEN 7 THEN 'Cho' WHEN 8 THEN 'Yoon' ELSE 'Jang' END
    || ' Min' || CAST(person % 5003 AS TEXT) END
"""


def fill_lookup(store: Store, count: int, *, named: bool = False) -> None:
    """A merchant's stamps of three years: of 19 cards and a rare one, one in ten redeemed, one in fifty inactive.

    named: people have names of their own, a fifth of them the same surname, and one stamp in eleven is full.
    """
    first_us, last_us = int(FIRST_DAY.timestamp()) * 1_000_000, int(LAST_DAY.timestamp()) * 1_000_000
    given = {"account_id": store.account_id, "count": count, "first_us": first_us, "step_us": (last_us - first_us) // count}
    given |= {"name": _NAMES if named else "'Gildong Hong'", "marks": "(a / 13) % 11" if named else "(a / 13) % 10"}
    # In parts: neither database should hold a million numbers at once.
    parts = [_STAMPS.format(first=first, last=min(first + _MANY - 1, count), **given) for first in range(1, count + 1, _MANY)]
    added = _LEDGER.format(sequence=2, kind="'added'", before="0", after="stamps", at="created_at + 1", condition="stamps > 0")
    redeemed = _LEDGER.format(
        sequence="CASE WHEN stamps > 0 THEN 3 ELSE 2 END",
        kind="'redeemed'",
        before="stamps",
        after="stamps",
        at="redeemed_at",
        condition="redeemed_at IS NOT NULL",
    )
    cards = [_card(store, card_id, max_stamps=10) for card_id in range(1, CARDS + 1)]
    # Of named people the digest is measured, at the end of the ledger: an issue costs it the most.
    ledger = [added, redeemed, _issued()] if named else [_issued(), added, redeemed]
    store.fill([*cards, *parts, *ledger, *_numbered_on(store)])


def _issued() -> str:
    return _LEDGER.format(sequence=1, kind="'issued'", before="0", after="0", at="created_at", condition="stamp_id > 0")


def _card(store: Store, card_id: int, *, max_stamps: int) -> str:
    return _CARD.format(card_id=card_id, account_id=store.account_id, max_stamps=max_stamps, true=_true(store))


def _true(store: Store) -> str:
    return "1" if store.is_sqlite else "true"


def _numbered_on(store: Store) -> list[str]:
    """PostgreSQL's next stamp has to be told where the numbers end; SQLite sees for itself."""
    if store.is_sqlite:
        return []
    return ["SELECT setval(pg_get_serial_sequence('stamp', 'stamp_id'), (SELECT max(stamp_id) FROM stamp))"]
