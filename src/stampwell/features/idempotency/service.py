"""Units of work that are carried out once for every key."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from stampwell.core.errors import AppError
from stampwell.core.units import DAY_US
from stampwell.db.database import Tx
from stampwell.features.idempotency import queries
from stampwell.features.idempotency.errors import KeyReused, StillRunning
from stampwell.features.idempotency.model import IdempotencyKey, IdempotentRequest, StoredResponse
from stampwell.features.idempotency.queries import StoredRow

LIFE_US = DAY_US
"""How long an answer is kept, in microseconds."""

_LEAP_US = 7 * LIFE_US
"""While the clock is not to be believed, an answer that seems to be older than this is as likely one of a minute ago."""

Work = Callable[[Tx, Sequence[Any]], Sequence[Any]]


def answer_each_once(tx: Tx, asked: Sequence[IdempotentRequest], *, work: Work) -> list[Any]:
    """An outcome for every request, in order: `StoredResponse` for one with a key, else what `work` made of it.

    `work` is given the requests that were not answered before, and answers an outcome or an AppError for each. What has
    a key is stored in the same transaction, unless it was refused.
    """
    keys = [one.key for one in asked if one.key is not None]
    if not keys:
        return list(work(tx, [one.request for one in asked]))
    outcomes: dict[int, object] = dict(_known(tx, asked, keys))
    fresh = [number for number in range(len(asked)) if number not in outcomes]
    made = work(tx, [asked[number].request for number in fresh]) if fresh else []
    stored: list[tuple[IdempotencyKey, str]] = []
    for number, outcome in zip(fresh, made, strict=True):
        _, key, render = asked[number]
        if key is None or isinstance(outcome, AppError):
            outcomes[number] = outcome
        else:
            body = render(outcome)
            outcomes[number] = StoredResponse(body, replayed=False)
            stored.append((key, body.decode()))
    if stored:
        queries.store(tx, stored)
    return [outcomes[number] for number in range(len(asked))]


def answer_once(tx: Tx, asked: IdempotentRequest) -> Any:
    """As `answer_each_once`, for one request that is a unit of work itself. Raises its refusal."""
    (outcome,) = answer_each_once(tx, [asked], work=lambda tx, units: [units[0](tx)])
    if isinstance(outcome, AppError):
        raise outcome
    return outcome


def find_answers(tx: Tx, asked: Sequence[IdempotentRequest]) -> list[StoredResponse | KeyReused | None]:
    """What is stored for each of them; None for one without a key, or without an answer."""
    keys = [one.key for one in asked if one.key is not None]
    found = _find(tx, keys) if keys else {}
    return [None if one.key is None else _known_answer(found, one.key, by_itself=True) for one in asked]


def find_replay(tx: Tx, key: IdempotencyKey) -> StoredResponse | None:
    """The stored answer of a request that was carried out before. Raises KeyReused."""
    known = _known_answer(_find(tx, [key]), key)
    if isinstance(known, KeyReused):
        raise known
    return known


def prune(tx: Tx, *, before_us: int) -> int:
    """Deletes answers of every account older than that, a bounded number at a time; how many it were."""
    return queries.delete_old(tx, before_us)


def newest_answer_us(tx: Tx) -> int | None:
    """When an answer of any account was stored last; None when there is none."""
    return queries.newest(tx)


def heal_answers(tx: Tx, *, now_us: int) -> int:
    """Answers of every account that a wrong clock dated ahead count as given now; how many it were."""
    return queries.heal(tx, now_us=now_us, later_us=now_us + LIFE_US)


def _known(tx: Tx, asked: Sequence[IdempotentRequest], keys: Sequence[IdempotencyKey]) -> list[tuple[int, object]]:
    """The requests that are not to be carried out, by number: answered before, still running, or not the same."""
    busy = queries.lock(tx, keys)
    stored = _find(tx, keys)
    known: list[tuple[int, object]] = []
    for number, one in enumerate(asked):
        if one.key is None:
            continue
        answer = _known_answer(stored, one.key)
        if answer is not None:
            known.append((number, answer))
        elif (one.key.account_id, one.key.key_digest) in busy:
            known.append((number, StillRunning()))
    return known


def _find(tx: Tx, keys: Sequence[IdempotencyKey]) -> dict[tuple[int, str], StoredRow]:
    return queries.find(tx, keys, life_us=LIFE_US, leap_us=_LEAP_US)


def _known_answer(
    stored: Mapping[tuple[int, str], StoredRow], key: IdempotencyKey, *, by_itself: bool = False
) -> StoredResponse | KeyReused | None:
    """A replay, or why there is none; `by_itself`: it may be that this very request has stored the answer."""
    found = stored.get((key.account_id, key.key_digest))
    if found is None:
        return None
    if found.fingerprint != key.fingerprint:
        return KeyReused()
    return StoredResponse(found.answer.encode(), replayed=not by_itself or found.created_at != key.created_at)
