"""The header `Idempotency-Key`, draft-ietf-httpapi-idempotency-key-header, for handlers that change something."""

import hashlib
import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from stampwell.core.errors import AppError, FieldError, FieldsWrong
from stampwell.core.headers import REPEATED
from stampwell.core.phrases import phrase
from stampwell.core.signing import keyed_digest
from stampwell.core.unseen import unseen_or
from stampwell.core.validation import RequestModel
from stampwell.db.batching import Batches
from stampwell.db.database import Database, Tx
from stampwell.features.accounts.admission import admitted
from stampwell.features.idempotency import service
from stampwell.features.idempotency.errors import StillRunning
from stampwell.features.idempotency.model import IdempotencyKey, IdempotentRequest, StoredResponse
from stampwell.http import envelope
from stampwell.http.context import Caller, Context
from stampwell.http.envelope import Rendered

HEADER = "Idempotency-Key"

_HEADER = HEADER.lower().encode()
_BARE = re.compile(rb"[\x20-\x7e]{1,255}")
# A string of RFC 9651: quotes and backslashes in it have a backslash before them.
_QUOTED = re.compile(rb'"((?:[ !#-\[\]-~]|\\["\\])*)"')
_REPLAYED = ((b"idempotency-replayed", b"true"),)


class Idempotency:
    """Carries out what a handler asks for, once for every Idempotency-Key of an account."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._running: set[tuple[int, str]] = set()

    async def run(self, context: Context[Caller], request: RequestModel, unit: Callable[[Tx], object]) -> object:
        """The unit's result after COMMIT, or the answer as it was sent before."""

        async def work(key: IdempotencyKey | None) -> object:
            return await self._write(context, unit, key)

        return await self._guarded(idempotency_key_of(context, request), work)

    async def submit(
        self,
        context: Context[Caller],
        request: RequestModel,
        batches: Batches[IdempotentRequest, Any],
        item: object,
        *,
        result: Callable[[Any], object],
    ) -> object:
        """The same for an item that goes in with a batch; `result` makes the handler's result of its outcome."""
        key = idempotency_key_of(context, request)
        if key is None:
            return result(await batches.submit(IdempotentRequest(item, None, envelope.success)))

        async def work(key: IdempotencyKey | None) -> object:
            return await batches.submit(IdempotentRequest(item, key, lambda outcome: envelope.success(result(outcome))))

        return await self._guarded(key, work)

    async def after(
        self, context: Context[Caller], request: RequestModel, prepare: Callable[[], Awaitable[Callable[[Tx], object]]]
    ) -> object:
        """As `run`, for a unit that something slow has to come before: which is spared where the answer is known."""

        async def work(key: IdempotencyKey | None) -> object:
            replay = None if key is None else await self._db.read(service.find_replay, key)
            if replay is not None:
                return replay
            try:
                unit = await prepare()
            except AppError:
                # It may have been carried out meanwhile, by another process with the same key.
                replay = None if key is None else await self._db.read(service.find_replay, key)
                if replay is not None:
                    return replay
                raise
            return await self._write(context, unit, key)

        return await self._guarded(idempotency_key_of(context, request), work)

    async def _write(self, context: Context[Caller], unit: Callable[[Tx], object], key: IdempotencyKey | None) -> object:
        asked = IdempotentRequest(unit, key, envelope.success)
        return await self._db.write(admitted(context.principal.account_id, partial(service.answer_once, asked=asked)))

    async def _guarded(self, key: IdempotencyKey | None, work: Callable[[IdempotencyKey | None], Awaitable[object]]) -> object:
        """What the work makes of it. Raises StillRunning for a key that is under way in this process; between processes
        the database tells.
        """
        if key is None:
            return await work(None)
        name = (key.account_id, key.key_digest)
        if name in self._running:
            # It may be that only a replay is under way.
            replay = await self._db.read(service.find_replay, key)
            if replay is None:
                raise StillRunning
            return _rendered(replay)
        self._running.add(name)
        try:
            return _rendered(await work(key))
        finally:
            self._running.discard(name)


def idempotency_key_of(context: Context[Caller], request: RequestModel) -> IdempotencyKey | None:
    """None without the header. Raises FieldsWrong for one that is malformed."""
    sent = context.headers.get(_HEADER)
    if sent is None:
        return None
    key = _key(sent)
    name = b"\0".join((context.method.encode(), context.path.encode(), key))
    return IdempotencyKey(
        account_id=context.principal.account_id,
        key_digest=hashlib.sha256(name).hexdigest(),
        fingerprint=keyed_digest(key, request.canonical()).hex(),
        created_at=context.now_us,
    )


def _key(sent: bytes) -> bytes:
    if REPEATED in sent:
        raise FieldsWrong([FieldError(HEADER, phrase("given more than once; send it once"))])
    quoted = _QUOTED.fullmatch(sent)
    key = re.sub(rb"\\(.)", rb"\1", quoted[1]) if quoted else sent
    # What begins with a quote and is no string has lost a part of itself.
    if _BARE.fullmatch(key) is None or (quoted is None and sent.startswith(b'"')):
        problem = phrase("must have 1 to 255 printable ASCII characters; a UUID for every request does well")
        raise FieldsWrong([FieldError(HEADER, unseen_or(key.decode(errors="replace"), problem))])
    return key


def _rendered(outcome: object) -> object:
    if not isinstance(outcome, StoredResponse):
        return outcome
    return Rendered(outcome.body, _REPLAYED if outcome.replayed else ())
