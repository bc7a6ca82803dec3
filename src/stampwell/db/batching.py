"""Requests that come while a batch is in the database are collected and go in together as the next one.

There is no waiting timer: an idle server starts with the first request at once. A batch is one unit of work that has an
outcome for every request; one that is refused never harms its neighbours.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar

from stampwell.core.errors import AppError, DatabaseUnavailable
from stampwell.db.database import Tx

RequestT = TypeVar("RequestT")
OutcomeT = TypeVar("OutcomeT")

# How long a server may still be at a commit after the connection that asked for it has broken.
_COMMIT_SETTLES_S = 0.2

# The most requests in a batch: bounds what one transaction locks, not the rate.
_MOST = 512


class _Waiting(NamedTuple):
    request: Any
    answer: asyncio.Future[Any]


class _Batch:
    """A unit of work that picks its requests only when its turn in the database has come, so that it takes all that wait."""

    def __init__(self, batches: "Batches[Any, Any]") -> None:
        self._batches = batches
        self.taken: list[_Waiting] = []

    def __call__(self, tx: Tx) -> list[Any]:
        # One at a time: a second would only take away from the size of the next. The commit that follows may overlap.
        with self._batches.turn:
            # Kept when the database asks for a retry.
            self.taken = self.taken or self._batches.take_waiting()
            return self._batches.work(tx, [waiting.request for waiting in self.taken]) if self.taken else []


class Batches(Generic[RequestT, OutcomeT]):
    """Runs requests in batches.

    run: `read` or `write` of a database. work: an outcome, or the refusal, for every request, in order. find: after a
    commit that nobody heard the end of, the outcomes of those requests that were carried out after all, None for the
    others. on_batch is called with the size of every batch that was committed. overlaps: whether a batch may begin before the
    one before has ended, while that one is committed; without it batches are fewer and larger.
    """

    def __init__(
        self,
        run: Callable[[Callable[[Tx], list[OutcomeT | AppError]]], "asyncio.Future[list[OutcomeT | AppError]]"],
        work: Callable[[Tx, Sequence[RequestT]], list[OutcomeT | AppError]],
        *,
        find: Callable[[Tx, Sequence[RequestT]], list[OutcomeT | None]] | None = None,
        on_batch: Callable[[int], None] = lambda _: None,
        overlaps: bool = True,
    ) -> None:
        self.turn = threading.Lock()
        self.work = work
        self._run = run
        self._find = find
        self._on_batch = on_batch
        self._overlaps = overlaps
        self._waiting: deque[_Waiting] = deque()
        self._batch_is_due = False
        self._running: set[asyncio.Future[Any]] = set()

    async def submit(self, request: RequestT) -> OutcomeT:
        """The request's outcome, once it is committed. Raises its refusal, or DatabaseUnavailable."""
        answer: asyncio.Future[OutcomeT] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(request, answer))
        if not self._batch_is_due and (self._overlaps or not self._running):
            self._batch_is_due = True
            self._start(_Batch(self))
        return await answer

    async def drain(self) -> None:
        """Returns when everything that was asked for is answered."""
        while self._running:
            await asyncio.wait(self._running)

    def take_waiting(self) -> list[_Waiting]:
        """Called in the database's thread: the requests of a batch that begins now."""
        # First this, then the taking: a request that comes in between starts one batch too many, which will find nothing.
        self._batch_is_due = False
        taken: list[_Waiting] = []
        with suppress(IndexError):
            while len(taken) < _MOST:
                taken.append(self._waiting.popleft())
        return taken

    def _start(self, batch: _Batch) -> None:
        try:
            running = self._run(batch)
        except DatabaseUnavailable as error:
            if batch.taken:
                _refuse(batch.taken, error)
            else:
                self._refuse_waiting(error)
            return
        self._running.add(running)
        running.add_done_callback(partial(self._finished, batch))

    def _finished(self, batch: _Batch, running: "asyncio.Future[list[OutcomeT | AppError]]") -> None:
        self._running.discard(running)
        if self._waiting and not self._batch_is_due:
            self._batch_is_due = True
            self._start(_Batch(self))
        error = running.exception()
        if error is not None and not batch.taken:
            # The database failed before the batch had its turn; what waits for it gets the error now.
            self._refuse_waiting(error)
        elif error is None:
            for waiting, outcome in zip(batch.taken, running.result(), strict=True):
                _settle(waiting.answer, outcome)
            self._on_batch(len(batch.taken))
        elif isinstance(error, DatabaseUnavailable) and error.in_doubt:
            looking = asyncio.ensure_future(self._find_each(batch.taken, error))
            self._running.add(looking)
            looking.add_done_callback(self._running.discard)
        elif len(batch.taken) == 1 or isinstance(error, AppError):
            _refuse(batch.taken, error)
        else:
            self._start_each_alone(batch.taken)

    async def _find_each(self, taken: list[_Waiting], error: DatabaseUnavailable) -> None:
        """Whoever is found in the database is answered as if all went well."""
        found: Sequence[Any] = [None] * len(taken)
        try:
            if self._find is not None:
                await asyncio.sleep(_COMMIT_SETTLES_S)
                with suppress(DatabaseUnavailable):
                    found = await self._run(lambda tx: self._find_all(tx, taken))
        finally:
            # Whatever became of the look-up, nobody is left waiting.
            for waiting, outcome in zip(taken, found, strict=True):
                _settle(waiting.answer, error if outcome is None else outcome)

    def _find_all(self, tx: Tx, taken: list[_Waiting]) -> list[Any]:
        return [] if self._find is None else list(self._find(tx, [waiting.request for waiting in taken]))

    def _refuse_waiting(self, error: BaseException) -> None:
        """All of them, however many: no batch is due that would take the rest."""
        while taken := self.take_waiting():
            _refuse(taken, error)

    def _start_each_alone(self, taken: list[_Waiting]) -> None:
        """After a fault that one request may have caused, each has a transaction of its own."""
        for waiting in taken:
            alone = _Batch(self)
            alone.taken = [waiting]
            self._start(alone)


def _refuse(taken: list[_Waiting], error: BaseException) -> None:
    for waiting in taken:
        _settle(waiting.answer, error)


def _settle(answer: asyncio.Future[Any], outcome: object) -> None:
    if answer.done():
        return
    if isinstance(outcome, BaseException):
        answer.set_exception(outcome)
    else:
        answer.set_result(outcome)
