"""`AsyncStampwell.stamps`: the calls of `/api/stamp/v1`."""

from collections.abc import Awaitable, Iterable
from typing import Literal, Protocol, TypeVar, Unpack, overload

from stampwell_client import stamp_calls
from stampwell_client.calls import Call
from stampwell_client.fields import (
    Addition,
    Key,
    NewStamp,
    Redemption,
    Removal,
    ReversalDetails,
    StampChanges,
    StampFilter,
    StampIdx,
    Window,
)
from stampwell_client.listing import AsyncListing
from stampwell_client.models import BulkRow, HistoryRow, Reversal, Stamp
from stampwell_client.stamp_calls import Version

T = TypeVar("T")


class AsyncRun(Protocol):
    def __call__(self, call: Call[T], /) -> Awaitable[T]: ...


class AsyncStamps:
    """`idempotency_key` is a fresh one for every call unless it is given. `return_stamp=True` has the stamp returned.

    `if_match`: the call is carried out only if the stamp has not changed since `get` or `validate` answered that one.
    """

    def __init__(self, run: AsyncRun) -> None:
        self._run = run

    async def create(self, *, idempotency_key: Key = None, **fields: Unpack[NewStamp]) -> StampIdx:
        """Issues a stamp of a card: its stampIdx, or its code if the account chose so."""
        return await self._run(stamp_calls.create(fields, idempotency_key=idempotency_key))

    async def bulk(self, stamps: Iterable[NewStamp], *, idempotency_key: Key = None) -> tuple[BulkRow, ...]:
        """Issues up to 1,000 stamps: a row for each, in order. A refused one does not harm the others."""
        return await self._run(stamp_calls.bulk(stamps, idempotency_key=idempotency_key))

    async def validate(self, stampIdx: StampIdx) -> Stamp:
        """The stamp, if it can be used today; the error says why it cannot."""
        return await self._run(stamp_calls.validate(stampIdx))

    async def get(self, stampIdx: StampIdx) -> Stamp:
        """The stamp, in whatever state."""
        return await self._run(stamp_calls.get(stampIdx))

    def list(self, **wanted: Unpack[StampFilter]) -> AsyncListing[Stamp]:
        """The stamps that fit, newest first."""
        return AsyncListing(self._run, stamp_calls.list_stamps(wanted))

    def history(self, stampIdx: StampIdx, **window: Unpack[Window]) -> AsyncListing[HistoryRow]:
        """Everything that happened to the stamp."""
        return AsyncListing(self._run, stamp_calls.history(stampIdx, window))

    @overload
    async def update(
        self,
        stampIdx: StampIdx,
        *,
        return_stamp: Literal[True],
        if_match: Version = None,
        idempotency_key: Key = None,
        **fields: Unpack[StampChanges],
    ) -> Stamp: ...
    @overload
    async def update(
        self,
        stampIdx: StampIdx,
        *,
        return_stamp: bool = False,
        if_match: Version = None,
        idempotency_key: Key = None,
        **fields: Unpack[StampChanges],
    ) -> Stamp | None: ...
    async def update(
        self,
        stampIdx: StampIdx,
        *,
        return_stamp: bool = False,
        if_match: Version = None,
        idempotency_key: Key = None,
        **fields: Unpack[StampChanges],
    ) -> Stamp | None:
        """Changes what is named and leaves the rest. `useYn="Y"` redeems."""
        call = stamp_calls.change(
            "update", stampIdx, fields, idempotency_key=idempotency_key, return_stamp=return_stamp, if_match=if_match
        )
        return await self._run(call)

    @overload
    async def add(
        self,
        stampIdx: StampIdx,
        *,
        return_stamp: Literal[True],
        if_match: Version = None,
        idempotency_key: Key = None,
        **details: Unpack[Addition],
    ) -> Stamp: ...
    @overload
    async def add(
        self,
        stampIdx: StampIdx,
        *,
        return_stamp: bool = False,
        if_match: Version = None,
        idempotency_key: Key = None,
        **details: Unpack[Addition],
    ) -> Stamp | None: ...
    async def add(
        self,
        stampIdx: StampIdx,
        *,
        return_stamp: bool = False,
        if_match: Version = None,
        idempotency_key: Key = None,
        **details: Unpack[Addition],
    ) -> Stamp | None:
        """Adds marks: `count` of them, or one. All or none."""
        call = stamp_calls.change(
            "add", stampIdx, details, idempotency_key=idempotency_key, return_stamp=return_stamp, if_match=if_match
        )
        return await self._run(call)

    @overload
    async def remove(
        self,
        stampIdx: StampIdx,
        *,
        return_stamp: Literal[True],
        if_match: Version = None,
        idempotency_key: Key = None,
        **details: Unpack[Removal],
    ) -> Stamp: ...
    @overload
    async def remove(
        self,
        stampIdx: StampIdx,
        *,
        return_stamp: bool = False,
        if_match: Version = None,
        idempotency_key: Key = None,
        **details: Unpack[Removal],
    ) -> Stamp | None: ...
    async def remove(
        self,
        stampIdx: StampIdx,
        *,
        return_stamp: bool = False,
        if_match: Version = None,
        idempotency_key: Key = None,
        **details: Unpack[Removal],
    ) -> Stamp | None:
        """Takes marks back: `count` of them, or one. All or none."""
        call = stamp_calls.change(
            "remove", stampIdx, details, idempotency_key=idempotency_key, return_stamp=return_stamp, if_match=if_match
        )
        return await self._run(call)

    @overload
    async def redeem(
        self,
        stampIdx: StampIdx,
        *,
        return_stamp: Literal[True],
        if_match: Version = None,
        idempotency_key: Key = None,
        **details: Unpack[Redemption],
    ) -> Stamp: ...
    @overload
    async def redeem(
        self,
        stampIdx: StampIdx,
        *,
        return_stamp: bool = False,
        if_match: Version = None,
        idempotency_key: Key = None,
        **details: Unpack[Redemption],
    ) -> Stamp | None: ...
    async def redeem(
        self,
        stampIdx: StampIdx,
        *,
        return_stamp: bool = False,
        if_match: Version = None,
        idempotency_key: Key = None,
        **details: Unpack[Redemption],
    ) -> Stamp | None:
        """Hands out the reward of a full stamp with those still owed on the way; with `reward`, that one on the way."""
        call = stamp_calls.change(
            "redeem", stampIdx, details, idempotency_key=idempotency_key, return_stamp=return_stamp, if_match=if_match
        )
        return await self._run(call)

    async def reverse(
        self, orderRef: str, *, if_match: Version = None, idempotency_key: Key = None, **details: Unpack[ReversalDetails]
    ) -> tuple[Reversal, ...]:
        """Takes a sale back, its marks and the rewards that it handed out: a row for each stamp that has it."""
        call = stamp_calls.reverse(orderRef, details, idempotency_key=idempotency_key, if_match=if_match)
        return await self._run(call)

    async def merge(
        self,
        fromStampIdx: StampIdx,
        intoStampIdx: StampIdx,
        *,
        note: str | None = None,
        if_match: Version = None,
        idempotency_key: Key = None,
    ) -> None:
        """Brings the marks of one stamp to another of the same customer; the first leads there from now on.

        `if_match` is about the first.
        """
        call = stamp_calls.merge(fromStampIdx, intoStampIdx, note=note, idempotency_key=idempotency_key, if_match=if_match)
        return await self._run(call)

    async def delete(self, stampIdx: StampIdx, *, if_match: Version = None, idempotency_key: Key = None) -> None:
        """Deletes the stamp and its history for good."""
        return await self._run(stamp_calls.delete(stampIdx, idempotency_key=idempotency_key, if_match=if_match))
