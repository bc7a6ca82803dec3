"""Refusals of the endpoints that a till calls are noted on the stamp: its history says why there is no stamp."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Protocol, TypeVar

from stampwell.core.actors import key_actor
from stampwell.core.stamp_refs import StampRef
from stampwell.features.keys.model import Principal
from stampwell.features.stamps.refused.refusal_recorder import RefusalRecorder
from stampwell.http.context import Context


class _OfStamp(Protocol):
    @property
    def stampIdx(self) -> StampRef: ...  # noqa: N802 - the contract's name


RequestT = TypeVar("RequestT", bound=_OfStamp)
Handler = Callable[[Context[Principal], RequestT], Awaitable[object]]


def noting(refusals: RefusalRecorder, handler: Handler[RequestT]) -> Handler[RequestT]:
    """The handler, whose refusals are noted."""

    @wraps(handler)
    async def noted(context: Context[Principal], request: RequestT) -> object:
        principal = context.principal
        with refusals.noting(
            account_id=principal.account_id,
            stamp=request.stampIdx,
            actor=key_actor(principal.key_id),
            now_us=context.now_us,
        ):
            return await handler(context, request)

    return noted
