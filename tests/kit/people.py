"""People with names, and the accounts they work for."""

from collections.abc import Iterable
from dataclasses import dataclass

from kit.data import Data
from kit.unlogged import unlogged
from stampwell.core.actors import OPERATOR
from stampwell.db.database import Tx
from stampwell.features.accounts import service as accounts
from stampwell.features.cards import service as cards
from stampwell.features.domains import service as domains
from stampwell.features.keys import service as keys
from stampwell.features.keys.model import ALL_SCOPES, Scope
from stampwell.features.stamps.contract.examples import SAMPLE_CODE, SAMPLE_SALE, SAMPLE_SECOND_STAMP_IDX, SAMPLE_STAMP_IDX
from stampwell.features.webhooks.examples import SAMPLE_EVENT_IDX, SAMPLE_WEBHOOK_IDX
from stampwell.features.webhooks.signing import new_secret

ALICES_CARD = 123
"""The card of the documented sample."""

ALICES_LOCATION = 307
"""Of the documented sample."""

SEOUL = "Asia/Seoul"
BOBS_SCOPES = frozenset({Scope.STAMP_READ, Scope.STAMP_WRITE, Scope.CARD_READ})

_OPEN_THE_CARD = "UPDATE card SET active = TRUE, archived_at = NULL WHERE card_id = :card_id"
_CLEAR_LOCATIONS = "DELETE FROM location WHERE account_id = :account_id"
_ADD_THE_LOCATION = """
INSERT INTO location (location_id, account_id, name, name_key, active, created_at)
VALUES (:location_id, :account_id, 'Harbour branch', 'harbour branch', TRUE, :now_us)
"""
_ISSUE_THE_SAMPLE = """
INSERT INTO stamp (stamp_id, account_id, card_id, code, domain, starts_on, ends_on, active, stamps, max_stamps, reward_title,
    rewards, user_id, user_name, user_phone, user_phone_digits, user_email, created_at)
SELECT :stamp_id, account_id, card_id, :code, 'https://vvd.bz', '2026-01-01', '2026-12-31', TRUE, :stamps, max_stamps,
    reward_title, '[[5,"a cookie"]]', 'att78z', 'Brown Smith', '+1 123-4567-8900', '112345678900', 'test@gmail.com', :now_us
FROM card WHERE card_id = :card_id
"""
_TELL_OF_THE_SAMPLE = """
INSERT INTO stamp_event (account_id, stamp_id, sequence, kind, stamps_before, stamps_after, order_ref, actor_kind, channel,
    occurred_at, recorded_at, local_day)
VALUES (:account_id, :stamp_id, :sequence, :kind, 0, :stamps, :order_ref, 'system', 'api', :now_us, :now_us, '2026-01-01')
"""

_CLEAR_WEBHOOKS = tuple(
    f"DELETE FROM {table} WHERE account_id = :account_id" for table in ("webhook_delivery", "webhook_attempt", "webhook")
)
_CLEAR_EVENTS = "DELETE FROM event WHERE account_id = :account_id AND (event_id = :event_id OR stamp_id = 0)"
_ADD_THE_WEBHOOK = """
INSERT INTO webhook (webhook_id, account_id, url, event_types, card_id, thin, personal, description, active, secret, created_at)
VALUES (:webhook_id, :account_id, 'https://127.0.0.1/never-sent', '["stamp.expiring"]', 0, FALSE, FALSE, 'The till', TRUE,
    :secret, :now_us)
"""
_ADD_THE_EVENT = """
INSERT INTO event (event_id, account_id, stamp_id, card_id, type, data, created_at)
VALUES (:event_id, :account_id, 0, :card_id, 'card.updated', :data, :now_us)
"""
_ADD_THE_ATTEMPT = """
INSERT INTO webhook_attempt (account_id, webhook_id, event_id, started_at, milliseconds, status, answer, next_at)
VALUES (:account_id, :webhook_id, :event_id, :now_us, 42, 503, 'Service Unavailable', :now_us)
"""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may use the API: an account, a card of it, and a key."""

    name: str
    account_id: int
    card_id: int
    key: str
    key_id: int


def open_account(
    data: Data,
    *,
    now_us: int,
    name: str = "A shop",
    plan: str = "enterprise",
    time_zone: str = SEOUL,
    card_id: int | None = None,
    max_stamps: int = 10,
    reward: str = "A coffee",
) -> Person:
    """A new account with one card and one key of every scope."""
    account = data.write(unlogged(accounts.create), name=name, plan=plan, time_zone=time_zone, actor=OPERATOR, now_us=now_us)
    card = data.write(
        unlogged(cards.create),
        account.account_id,
        name=f"Card of {name}",
        title="Ten coffees, one free",
        max_stamps=max_stamps,
        reward_title=reward,
        url="https://beans.example/menu",
        card_id=card_id,
        actor=OPERATOR,
        now_us=now_us,
    )
    key, key_id = add_key(data, account.account_id, now_us=now_us)
    return Person(name, account.account_id, card.card_id, key, key_id)


def add_key(
    data: Data, account_id: int, *, now_us: int, scopes: Iterable[str] = ALL_SCOPES, expires_at: int | None = None
) -> tuple[str, int]:
    """The key in clear and its number."""
    made = data.write(
        unlogged(keys.create),
        account_id,
        name="",
        scopes=frozenset(Scope(scope) for scope in scopes),
        expires_at=expires_at,
        actor=OPERATOR,
        now_us=now_us,
    )
    return made.api_key, made.stored.key_id


def add_domain(data: Data, account_id: int, origin: str, *, now_us: int, verified: bool = True) -> None:
    data.write(unlogged(domains.add), account_id, origin=origin, verified=verified, actor=OPERATOR, now_us=now_us)


def open_bean_and_co(data: Data, *, now_us: int) -> tuple[Person, Person]:
    """Alice, who owns it, and Bob, her staff."""
    alice = open_account(data, name="Bean & Co", card_id=ALICES_CARD, now_us=now_us)
    key, key_id = add_key(data, alice.account_id, scopes=BOBS_SCOPES, now_us=now_us)
    return alice, Person("Bob", alice.account_id, alice.card_id, key, key_id)


def lay_out_samples(tx: Tx, person: Person, *, stamps: int, now_us: int) -> None:
    """The card of the samples, open, their location, their webhook with an event, and their stamp with so many marks, whatever
    became of them before.
    """
    _lay_out_webhook(tx, person, now_us=now_us)
    tx.run(_CLEAR_LOCATIONS, account_id=person.account_id)
    tx.run(_ADD_THE_LOCATION, location_id=ALICES_LOCATION, account_id=person.account_id, now_us=now_us)
    tx.run(_OPEN_THE_CARD, card_id=person.card_id)
    for stamp_id, code, marks in ((SAMPLE_STAMP_IDX, SAMPLE_CODE, stamps), (SAMPLE_SECOND_STAMP_IDX, "9K2M7C0PZ81KD4TX", 0)):
        for table in ("outbox", "extra_events", "stamp", "stamp_event", "reversal"):
            tx.run(f"DELETE FROM {table} WHERE stamp_id = :stamp_id", stamp_id=stamp_id)
        told = {"stamp_id": stamp_id, "now_us": now_us}
        tx.run(_ISSUE_THE_SAMPLE, **told, code=code, stamps=marks, card_id=person.card_id)
        for sequence, (kind, count, sale) in enumerate((("issued", 0, None), ("added", marks, SAMPLE_SALE)), 1):
            row = {"sequence": sequence, "kind": kind, "stamps": count, "order_ref": sale if marks else None}
            tx.run(_TELL_OF_THE_SAMPLE, **told, account_id=person.account_id, **row)


def _lay_out_webhook(tx: Tx, person: Person, *, now_us: int) -> None:
    for statement in _CLEAR_WEBHOOKS:
        tx.run(statement, account_id=person.account_id)
    tx.run(_CLEAR_EVENTS, account_id=person.account_id, event_id=SAMPLE_EVENT_IDX)
    sample = {"account_id": person.account_id, "now_us": now_us}
    tx.run(_ADD_THE_WEBHOOK, **sample, webhook_id=SAMPLE_WEBHOOK_IDX, secret=new_secret())
    data = f'{{"actionType":"UPDATE","cardIdx":{person.card_id}}}'
    tx.run(_ADD_THE_EVENT, **sample, event_id=SAMPLE_EVENT_IDX, card_id=person.card_id, data=data)
    tx.run(_ADD_THE_ATTEMPT, **sample, webhook_id=SAMPLE_WEBHOOK_IDX, event_id=SAMPLE_EVENT_IDX)
