"""Issuing: creations that come while a batch commits are collected and go into the database together.

There is no waiting timer: an idle server commits the first creation at once. Every caller is answered after COMMIT,
or is told why its own stamp was refused; a refused one never harms its neighbours.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple

from stampwell.core.codes import new_stamp_code
from stampwell.core.errors import AppError, DatabaseUnavailable
from stampwell.db.database import Database, Tx
from stampwell.features.cards.errors import CardClosed, CardNotFound
from stampwell.features.cards.service import find_card
from stampwell.features.domains.errors import DomainNotFound
from stampwell.features.domains.service import is_domain_verified
from stampwell.features.stamps import queries
from stampwell.features.stamps.batch_queries import insert_batch
from stampwell.features.stamps.model import Issued, NewStamp

# Two codes of 82 random bits meet less often than the machine breaks; a second draw is for the unique index to be obeyed.
_MOST_DRAWS = 3

# How long a server may still be at a commit after the connection that asked for it has broken.
_COMMIT_SETTLES_S = 0.2

Outcome = Issued | AppError


def issue_batch(tx: Tx, batch: Sequence[NewStamp]) -> list[Outcome]:
    """A unit of work: an outcome for every stamp, in order."""
    if len({stamp.code for stamp in batch}) < len(batch):
        batch = _without_repeated_codes(batch)
    issued = {stamp.code: stamp for stamp in insert_batch(tx, batch)}
    return [issued.get(new.code) or _issue_again_or_explain(tx, new) for new in batch]


def _without_repeated_codes(batch: Sequence[NewStamp]) -> list[NewStamp]:
    """The answers are told apart by their codes."""
    by_code: dict[str, NewStamp] = {}
    for stamp in batch:
        fresh = stamp._replace(code=new_stamp_code()) if stamp.code in by_code else stamp
        by_code[fresh.code] = fresh
    return list(by_code.values())


def _issue_again_or_explain(tx: Tx, new: NewStamp) -> Outcome:
    card = find_card(tx, new.account_id, new.card_id)
    if card is None:
        return CardNotFound(card_id=new.card_id)
    if not card.takes_stamps:
        return CardClosed(card_id=new.card_id)
    if new.needs_domain and not is_domain_verified(tx, new.account_id, new.domain):
        return DomainNotFound(origin=new.domain)
    for _ in range(_MOST_DRAWS):
        issued = insert_batch(tx, [new._replace(code=new_stamp_code())])
        if issued:
            return issued[0]
    return DatabaseUnavailable("the card or its domain is being changed")


def _find_issued(tx: Tx, batch: Sequence[NewStamp]) -> dict[str, Issued]:
    found = [queries.find_issued(tx, stamp.account_id, stamp.code) for stamp in batch]
    return {stamp.code: stamp for stamp in found if stamp is not None}


class _Waiting(NamedTuple):
    stamp: NewStamp
    answer: asyncio.Future[Issued]


class _Batch:
    """A unit of work that picks its stamps only when its turn in the database has come, so that it takes all that wait."""

    def __init__(self, issuer: "Issuer") -> None:
        self._issuer = issuer
        self.taken: list[_Waiting] = []

    def __call__(self, tx: Tx) -> list[Outcome]:
        # One statement at a time: a second would only take away from the size of the next batch. The commit that
        # follows may overlap with it.
        with self._issuer.turn:
            # Kept when the database asks for a retry.
            self.taken = self.taken or self._issuer.take_waiting()
            return issue_batch(tx, [waiting.stamp for waiting in self.taken]) if self.taken else []


class Issuer:
    """Collects creations into batches. `on_batch` is told the size of every batch that was committed."""

    def __init__(self, db: Database, *, on_batch: Callable[[int], None]) -> None:
        self.turn = threading.Lock()
        self._db = db
        self._on_batch = on_batch
        self._waiting: deque[_Waiting] = deque()
        self._batch_is_due = False
        self._running: set[asyncio.Future[Any]] = set()

    async def issue(self, stamp: NewStamp) -> Issued:
        """The stamp's names, once it is durable. Raises CardNotFound, CardClosed, DomainNotFound, DatabaseUnavailable."""
        answer: asyncio.Future[Issued] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(stamp, answer))
        if not self._batch_is_due:
            self._batch_is_due = True
            self._start(_Batch(self))
        return await answer

    async def drain(self) -> None:
        """Returns when everything that was asked for is answered."""
        while self._running:
            await asyncio.wait(self._running)

    def take_waiting(self) -> list[_Waiting]:
        """Called in the database's thread: the stamps of a batch that begins now."""
        # First this, then the taking: a stamp that comes in between starts one batch too many, which will find nothing.
        self._batch_is_due = False
        taken: list[_Waiting] = []
        with suppress(IndexError):
            while True:
                taken.append(self._waiting.popleft())
        return taken

    def _start(self, batch: _Batch) -> None:
        try:
            running = self._db.write(batch)
        except DatabaseUnavailable as error:
            self._refuse(batch.taken or self.take_waiting(), error)
            return
        self._running.add(running)
        running.add_done_callback(partial(self._finished, batch))

    def _finished(self, batch: _Batch, running: asyncio.Future[list[Outcome]]) -> None:
        self._running.discard(running)
        error = running.exception()
        if error is not None and not batch.taken:
            # The database failed before the batch had its turn; whoever waits for it is told now.
            self._refuse(self.take_waiting(), error)
        elif error is None:
            for waiting, outcome in zip(batch.taken, running.result(), strict=True):
                _settle(waiting.answer, outcome)
            self._on_batch(len(batch.taken))
        elif isinstance(error, DatabaseUnavailable) and error.in_doubt:
            looking = asyncio.ensure_future(self._look_up_each(batch.taken, error))
            self._running.add(looking)
            looking.add_done_callback(self._running.discard)
        elif len(batch.taken) == 1 or isinstance(error, AppError):
            self._refuse(batch.taken, error)
        else:
            self._start_each_alone(batch.taken)

    def _refuse(self, taken: list[_Waiting], error: BaseException) -> None:
        for waiting in taken:
            _settle(waiting.answer, error)

    async def _look_up_each(self, taken: list[_Waiting], error: DatabaseUnavailable) -> None:
        """After a commit that nobody heard the end of: whoever is found in the database is answered as if all went well."""
        await asyncio.sleep(_COMMIT_SETTLES_S)
        try:
            found = await self._db.read(_find_issued, [waiting.stamp for waiting in taken])
        except DatabaseUnavailable:
            found = {}
        for waiting in taken:
            _settle(waiting.answer, found.get(waiting.stamp.code, error))

    def _start_each_alone(self, taken: list[_Waiting]) -> None:
        """After a fault that one row may have caused, each row has a transaction of its own."""
        for waiting in taken:
            alone = _Batch(self)
            alone.taken = [waiting]
            self._start(alone)


def _settle(answer: asyncio.Future[Issued], outcome: Issued | BaseException) -> None:
    if answer.done():
        return
    if isinstance(outcome, BaseException):
        answer.set_exception(outcome)
    else:
        answer.set_result(outcome)
