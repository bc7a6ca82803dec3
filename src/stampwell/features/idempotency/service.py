"""Units of work that are carried out once for every key."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from stampwell.core.errors import AppError
from stampwell.core.units import DAY_US
from stampwell.db.database import Tx
from stampwell.features.idempotency import queries
from stampwell.features.idempotency.errors import KeyReused, StillRunning
from stampwell.features.idempotency.model import Answered, Asked, Claim
from stampwell.features.idempotency.queries import StoredAnswer

LIFE_US = DAY_US
"""How long an answer is kept, in microseconds."""

_LEAP_US = 7 * LIFE_US
"""While the clock is not to be believed, an answer that seems to be older than this is as likely one of a minute ago."""

Work = Callable[[Tx, Sequence[Any]], Sequence[Any]]


def answer_each_once(tx: Tx, asked: Sequence[Asked], *, work: Work) -> list[Any]:
    """An outcome for every request, in order: `Answered` for one with a claim, else what `work` made of it.

    `work` is given the requests that were not answered before, and answers an outcome or an AppError for each. What has
    a claim is stored in the same transaction, unless it was refused.
    """
    claims = [one.claim for one in asked if one.claim is not None]
    if not claims:
        return list(work(tx, [one.request for one in asked]))
    outcomes: dict[int, object] = dict(_known(tx, asked, claims))
    fresh = [number for number in range(len(asked)) if number not in outcomes]
    made = work(tx, [asked[number].request for number in fresh]) if fresh else []
    stored: list[tuple[Claim, str]] = []
    for number, outcome in zip(fresh, made, strict=True):
        _, claim, render = asked[number]
        if claim is None or isinstance(outcome, AppError):
            outcomes[number] = outcome
        else:
            body = render(outcome)
            outcomes[number] = Answered(body, replayed=False)
            stored.append((claim, body.decode()))
    if stored:
        queries.store(tx, stored)
    return [outcomes[number] for number in range(len(asked))]


def answer_once(tx: Tx, asked: Asked) -> Any:
    """As `answer_each_once`, for one request that is a unit of work itself. Raises its refusal."""
    (outcome,) = answer_each_once(tx, [asked], work=lambda tx, units: [units[0](tx)])
    if isinstance(outcome, AppError):
        raise outcome
    return outcome


def find_answers(tx: Tx, asked: Sequence[Asked]) -> list[Answered | KeyReused | None]:
    """What is stored for each of them; None for one without a claim, or without an answer."""
    claims = [one.claim for one in asked if one.claim is not None]
    found = _find(tx, claims) if claims else {}
    return [None if one.claim is None else _known_answer(found, one.claim, by_itself=True) for one in asked]


def find_replay(tx: Tx, claim: Claim) -> Answered | None:
    """The stored answer of a request that was carried out before. Raises KeyReused."""
    known = _known_answer(_find(tx, [claim]), claim)
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


def _known(tx: Tx, asked: Sequence[Asked], claims: Sequence[Claim]) -> list[tuple[int, object]]:
    """The requests that are not to be carried out, by number: answered before, still running, or not the same."""
    busy = queries.lock(tx, claims)
    stored = _find(tx, claims)
    known: list[tuple[int, object]] = []
    for number, one in enumerate(asked):
        if one.claim is None:
            continue
        answer = _known_answer(stored, one.claim)
        if answer is not None:
            known.append((number, answer))
        elif (one.claim.account_id, one.claim.key_digest) in busy:
            known.append((number, StillRunning()))
    return known


def _find(tx: Tx, claims: Sequence[Claim]) -> dict[tuple[int, str], StoredAnswer]:
    return queries.find(tx, claims, life_us=LIFE_US, leap_us=_LEAP_US)


def _known_answer(
    stored: Mapping[tuple[int, str], StoredAnswer], claim: Claim, *, by_itself: bool = False
) -> Answered | KeyReused | None:
    """A replay, or why there is none; `by_itself`: it may be that this very request has stored the answer."""
    found = stored.get((claim.account_id, claim.key_digest))
    if found is None:
        return None
    if found.fingerprint != claim.fingerprint:
        return KeyReused()
    return Answered(found.answer.encode(), replayed=not by_itself or found.created_at != claim.created_at)
