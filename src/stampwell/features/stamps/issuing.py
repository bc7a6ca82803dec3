"""Issuing: creations that come while a batch commits are collected and go into the database together.

There is no waiting timer: an idle server commits the first creation at once. Every caller is answered after COMMIT,
or is told why its own stamp was refused; a refused one never harms its neighbours.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from stampwell.core.codes import new_stamp_code
from stampwell.core.errors import AppError, DatabaseUnavailable
from stampwell.db.database import Database, Tx
from stampwell.features.cards.errors import CardClosed, CardNotFound
from stampwell.features.cards.service import find_card
from stampwell.features.domains.errors import DomainNotFound
from stampwell.features.stamps import queries
from stampwell.features.stamps.model import Issued, NewStamp

# Bounds how long a batch can take; far above what one process collects during a commit.
_MOST_IN_A_BATCH = 256

# Two codes of 82 random bits meet less often than the machine breaks; a second draw is for the unique index to be obeyed.
_MOST_DRAWS = 3

Outcome = Issued | AppError


def issue_batch(tx: Tx, batch: Sequence[NewStamp]) -> list[Outcome]:
    """A unit of work: an outcome for every stamp, in order."""
    issued = {stamp.code: stamp for stamp in queries.insert_batch(tx, batch)}
    return [issued.get(new.code) or _issue_again_or_explain(tx, new) for new in batch]


def _issue_again_or_explain(tx: Tx, new: NewStamp) -> Outcome:
    card = find_card(tx, new.account_id, new.card_id)
    if card is None:
        return CardNotFound(card_id=new.card_id)
    if not card.takes_stamps:
        return CardClosed(card_id=new.card_id)
    if new.needs_domain and not queries.is_domain_verified(tx, new.account_id, new.domain):
        return DomainNotFound(origin=new.domain)
    for _ in range(_MOST_DRAWS):
        issued = queries.insert_batch(tx, [new._replace(code=new_stamp_code())])
        if issued:
            return issued[0]
    return DatabaseUnavailable("the card or its domain is being changed")


@dataclass(frozen=True, slots=True)
class _Waiting:
    stamp: NewStamp
    answer: asyncio.Future[Issued]


class Issuer:
    """Collects creations into batches. `on_batch` is told the size of every batch that was committed."""

    def __init__(self, db: Database, *, on_batch: Callable[[int], None], batches_at_once: int = 1) -> None:
        self._db = db
        self._on_batch = on_batch
        self._batches_at_once = batches_at_once
        self._waiting: deque[_Waiting] = deque()
        self._running: set[asyncio.Task[None]] = set()
        self._kick_is_due = False

    async def issue(self, stamp: NewStamp) -> Issued:
        """The stamp's names, once it is durable. Raises CardNotFound, CardClosed, DomainNotFound, DatabaseUnavailable."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Issued] = loop.create_future()
        self._waiting.append(_Waiting(stamp, answer))
        if not self._kick_is_due:
            # At the end of this turn of the loop, so that requests read in the same turn share the batch.
            self._kick_is_due = True
            loop.call_soon(self._kick)
        return await answer

    async def drain(self) -> None:
        """Returns when everything that was asked for is answered."""
        while self._running or self._waiting:
            await asyncio.sleep(0)
            await asyncio.gather(*self._running, return_exceptions=True)

    def _kick(self) -> None:
        self._kick_is_due = False
        while self._waiting and len(self._running) < self._batches_at_once:
            size = min(len(self._waiting), _MOST_IN_A_BATCH)
            batch = [self._waiting.popleft() for _ in range(size)]
            task = asyncio.ensure_future(self._commit(batch))
            self._running.add(task)
            task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._kick()

    async def _commit(self, batch: list[_Waiting]) -> None:
        try:
            outcomes = await self._db.write(issue_batch, [waiting.stamp for waiting in batch])
        except Exception as error:  # noqa: BLE001 - whatever it was, those who wait must hear of it
            await self._commit_alone(batch, error)
            return
        self._on_batch(len(batch))
        for waiting, outcome in zip(batch, outcomes, strict=True):
            _settle(waiting.answer, outcome)

    async def _commit_alone(self, batch: list[_Waiting], error: Exception) -> None:
        """After a fault that one row may have caused, each row has a transaction of its own."""
        if len(batch) == 1 or isinstance(error, AppError):
            for waiting in batch:
                _settle(waiting.answer, error)
            return
        for waiting in batch:
            await self._commit([waiting])


def _settle(answer: asyncio.Future[Issued], outcome: Issued | Exception) -> None:
    if answer.done():
        return
    if isinstance(outcome, Exception):
        answer.set_exception(outcome)
    else:
        answer.set_result(outcome)
