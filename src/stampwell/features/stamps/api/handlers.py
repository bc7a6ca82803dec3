"""The handlers of `/api/stamp/v1`."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from stampwell.core.actors import Actor, key_actor
from stampwell.core.errors import AppError, DatabaseUnavailable, FieldError, FieldsWrong
from stampwell.core.ip_addresses import network_of
from stampwell.core.phrases import Translate, phrase
from stampwell.core.prefer_header import prefers_representation
from stampwell.core.stamp_refs import StampRef
from stampwell.core.validation import validate
from stampwell.db.batching import Batches
from stampwell.db.database import Database, Tx
from stampwell.features.idempotency.api import Idempotency
from stampwell.features.idempotency.model import IdempotentRequest
from stampwell.features.keys.errors import ScopeMissing
from stampwell.features.keys.model import Principal, Scope
from stampwell.features.stamps import redeeming, rules, service
from stampwell.features.stamps.api import listing
from stampwell.features.stamps.api.preconditions import if_match
from stampwell.features.stamps.contract.look_requests import ListStamps, OneStamp, StampHistory
from stampwell.features.stamps.contract.requests import (
    AddMarks,
    CreateStamp,
    CreateStamps,
    MergeStamps,
    RedeemStamp,
    RemoveMarks,
    ReverseSale,
    UpdateStamp,
)
from stampwell.features.stamps.contract.to_change import change_of
from stampwell.features.stamps.contract.to_new_stamp import Drafts
from stampwell.features.stamps.issuing import issue_batch
from stampwell.features.stamps.marking import Marking
from stampwell.features.stamps.merging import merge
from stampwell.features.stamps.model import Applied, EventMeta, Issued, NewStamp, Stamp
from stampwell.features.stamps.objects import reversal_object, stamp_object
from stampwell.features.stamps.reversing import reverse
from stampwell.features.stamps.shared_secrets import Client, SharedSecrets
from stampwell.features.stamps.staff_password import check_staff_password
from stampwell.features.stamps.states import Action
from stampwell.http import envelope
from stampwell.http.context import Context
from stampwell.http.envelope import Rendered

# Rows of a bulk request that are validated before others get their turn.
_ROWS_A_TURN = 50


class StampApi:
    """issuing, marking and finding are batches of NewStamp, of Marking, and of (account, stampIdx or code)."""

    def __init__(
        self,
        db: Database,
        *,
        once: Idempotency,
        issuing: Batches[IdempotentRequest, Any],
        marking: Batches[IdempotentRequest, Any],
        finding: Batches[tuple[int, StampRef], Stamp],
        drafts: Drafts,
        secrets: SharedSecrets,
    ) -> None:
        self._db = db
        self._once = once
        self._issuing = issuing
        self._marking = marking
        self._finding = finding
        self._drafts = drafts
        self._secrets = secrets

    async def create(self, context: Context[Principal], request: CreateStamp) -> object:
        """The new stampIdx, or the code when the account's `stampIdxFormat` says so."""
        principal = context.principal
        in_words = principal.stamp_idx_format == "code"
        stamp = self._draft(context, request)
        return await self._once.submit(
            context,
            request,
            self._issuing,
            stamp,
            result=lambda issued: issued.code if in_words else issued.stamp_id,
        )

    async def bulk(self, context: Context[Principal], request: CreateStamps) -> object:
        """A row for every row, in order."""
        drafted: list[NewStamp | AppError] = []
        for number, row in enumerate(request.stamps):
            drafted.append(self._draft_or_refusal(context, number, row))
            if number % _ROWS_A_TURN == 0:
                await asyncio.sleep(0)
        return await self._once.run(context, request, partial(_issue_rows, drafted=drafted, translate=context.translate))

    async def validate(self, context: Context[Principal], request: OneStamp) -> object:
        """The stamp object of a usable stamp."""
        stamp = await self._find(context, request.stampIdx)
        rules.check(Action.VALIDATE, stamp, _meta(context))
        return _tagged(stamp, context)

    async def get(self, context: Context[Principal], request: OneStamp) -> object:
        """The stamp object in any state."""
        return _tagged(await self._find(context, request.stampIdx), context)

    async def list(self, context: Context[Principal], request: ListStamps) -> object:
        """A page of stamps."""
        principal = context.principal
        return await self._db.read(
            listing.list_stamps, principal.account_id, request, zone=principal.time_zone, region=principal.region
        )

    async def history(self, context: Context[Principal], request: StampHistory) -> object:
        """A page of a stamp's ledger."""
        principal = context.principal
        return await self._db.read(listing.list_history, principal.account_id, request, zone=principal.time_zone)

    async def update(self, context: Context[Principal], request: UpdateStamp) -> object:
        """None, or the stamp object."""
        principal = context.principal
        if request.useYn == "Y" and Scope.STAMP_REDEEM not in principal.scopes:
            raise ScopeMissing(scope=Scope.STAMP_REDEEM)
        change = change_of(request, drafts=self._drafts, plan=principal.plan)
        unit = partial(
            service.update,
            account_id=principal.account_id,
            stamp=request.stampIdx,
            change=change,
            meta=_meta(context),
        )
        return await self._once.run(context, request, partial(_answer, unit=unit, shown=_representation(context)))

    async def add(self, context: Context[Principal], request: AddMarks) -> object:
        """None, or the stamp object."""
        return await self._mark(context, request, request.count or 1, order_ref=request.orderRef)

    async def remove(self, context: Context[Principal], request: RemoveMarks) -> object:
        """None, or the stamp object."""
        return await self._mark(context, request, -(request.count or 1))

    async def redeem(self, context: Context[Principal], request: RedeemStamp) -> object:
        """None, or the stamp object."""

        async def prepare() -> Callable[[Tx], object]:
            meta = _meta(context, request)
            unit = partial(
                redeeming.redeem,
                account_id=context.principal.account_id,
                stamp=request.stampIdx,
                checked_hash=await self._check_staff_password(context, request, meta),
                meta=meta,
                reward=request.reward,
                order_ref=request.orderRef,
            )
            return partial(_answer, unit=unit, shown=_representation(context))

        return await self._once.after(context, request, prepare)

    async def reverse(self, context: Context[Principal], request: ReverseSale) -> object:
        """A row for each stamp of the sale."""

        def unit(tx: Tx) -> list[dict[str, object]]:
            rows = reverse(
                tx,
                context.principal.account_id,
                request.orderRef,
                stamp=request.stampIdx,
                meta=_meta(context, request),
            )
            return [reversal_object(row) for row in rows]

        return await self._once.run(context, request, unit)

    async def merge(self, context: Context[Principal], request: MergeStamps) -> object:
        """None."""

        def unit(tx: Tx) -> None:
            account_id = context.principal.account_id
            merge(tx, account_id, request.fromStampIdx, request.intoStampIdx, meta=_meta(context, request))

        return await self._once.run(context, request, unit)

    async def delete(self, context: Context[Principal], request: OneStamp) -> object:
        """None."""

        def unit(tx: Tx) -> None:
            service.delete(tx, context.principal.account_id, request.stampIdx, meta=_meta(context))

        return await self._once.run(context, request, unit)

    async def _check_staff_password(self, context: Context[Principal], request: RedeemStamp, meta: EventMeta) -> str | None:
        """The hash that it matches; None where none is asked for. A sale that comes again needs none: nothing is handed out."""
        stamp = await self._find(context, request.stampIdx)
        if stamp.card_onsite and request.orderRef is not None:
            done = await self._db.read(redeeming.is_done, stamp, reward=request.reward, order_ref=request.orderRef)
            if done:
                return None
        return await check_staff_password(
            self._secrets,
            stamp,
            request.onsitePwd,
            action=Action.REDEEM if request.reward is None else Action.REDEEM_REWARD,
            meta=meta,
            client=Client(network_of(context.client)),
        )

    async def _find(self, context: Context[Principal], stamp: StampRef) -> Stamp:
        return await self._finding.submit((context.principal.account_id, stamp))

    async def _mark(
        self, context: Context[Principal], request: AddMarks | RemoveMarks, count: int, *, order_ref: str | None = None
    ) -> object:
        principal = context.principal
        marking = Marking(principal.account_id, request.stampIdx, count, _meta(context, request), order_ref=order_ref)
        shown = _representation(context)
        return await self._once.submit(context, request, self._marking, marking, result=shown)

    def _draft(self, context: Context[Principal], row: CreateStamp) -> NewStamp:
        principal = context.principal
        return self._drafts.new_stamp(
            row,
            account_id=principal.account_id,
            plan=principal.plan,
            actor=_actor(context),
            now_us=context.now_us,
            today=context.today,
        )

    def _draft_or_refusal(self, context: Context[Principal], number: int, row: object) -> NewStamp | AppError:
        if not isinstance(row, dict):
            return FieldsWrong([FieldError(f"stamps.{number}", phrase("must be an object with the fields of create"))])
        try:
            return self._draft(context, validate(CreateStamp, row, context=context))
        except AppError as refusal:
            return refusal


def _answer(tx: Tx, *, unit: Callable[[Tx], Applied], shown: Callable[[Stamp], object]) -> object:
    """What the request is answered: the stamp after the unit, as it is shown."""
    return shown(unit(tx).after)


def _issue_rows(tx: Tx, *, drafted: list[NewStamp | AppError], translate: Translate) -> list[object]:
    """What `bulk` answers: for every row the stamp's two names, or why it was refused."""
    issued = iter(issue_batch(tx, [stamp for stamp in drafted if isinstance(stamp, NewStamp)]))
    outcomes = [next(issued) if isinstance(draft, NewStamp) else draft for draft in drafted]
    for outcome in outcomes:
        if isinstance(outcome, DatabaseUnavailable):
            # It will pass; a row that says so must not be kept as the answer to a key.
            raise outcome
    return [_row(outcome, translate) for outcome in outcomes]


def _row(outcome: Issued | AppError, translate: Translate) -> dict[str, object]:
    if isinstance(outcome, Issued):
        return {"stampIdx": outcome.stamp_id, "code": outcome.code}
    refusal = envelope.refusal(outcome, translate)
    del refusal["result"]
    return refusal


def _representation(context: Context[Principal]) -> Callable[[Stamp], dict[str, object] | None]:
    """Makes the answer of a stamp: its object where the request prefers that, else nothing."""
    if not prefers_representation(context.headers.get(b"prefer")):
        return lambda _: None
    return partial(stamp_object, zone=context.principal.time_zone)


def _actor(context: Context[Principal]) -> Actor:
    return key_actor(context.principal.key_id)


def _tagged(stamp: Stamp, context: Context[Principal]) -> Rendered:
    """The stamp object, with the entity tag that `If-Match` may name."""
    body = envelope.success(stamp_object(stamp, context.principal.time_zone))
    return Rendered(body, ((b"etag", rules.etag_of(stamp).encode()),))


_Circumstances = AddMarks | RemoveMarks | RedeemStamp | ReverseSale | MergeStamps


def _meta(context: Context[Principal], request: _Circumstances | None = None) -> EventMeta:
    """When, by whom and, where the request says so, why and where."""
    return EventMeta(
        _actor(context),
        context.now_us,
        context.principal.time_zone,
        note=request.note if request else None,
        location=getattr(request, "location", None),
        occurred_at=getattr(request, "occurredYmdt", None),
        set_back_at=context.set_back_at,
        location_id=getattr(request, "locationIdx", None),
        if_match=if_match(context.headers.get(b"if-match")),
    )
