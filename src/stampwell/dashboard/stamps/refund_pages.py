"""`/dashboard/stamps/refund`: a sale is looked for by its number, what its refund would move is shown, and then done."""

from typing import NamedTuple

from starlette.responses import Response

from stampwell.core.errors import AppError
from stampwell.core.phrases import Phrase, Translate, counted, phrase
from stampwell.core.validation import validate
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.stamps.stamp_labels import customer_of, rewards_said
from stampwell.db.database import Tx
from stampwell.features.people.model import Permission
from stampwell.features.stamps import reversing
from stampwell.features.stamps.contract.requests import ReverseSale
from stampwell.features.stamps.model import Stamp
from stampwell.features.stamps.reversal_plan import PlannedReversal
from stampwell.features.stamps.reversals import Reversal, SaleOnStamp
from stampwell.features.stamps.reversing import SaleOfStamp
from stampwell.web.forms import Form

_PATH = "/dashboard/stamps/refund"
_MOST_SHOWN = 100


class SaleLine(NamedTuple):
    """A card of the sale. did: what the sale did there; moves: what its refund moves, or what it moved where it is done."""

    stamp: Stamp
    customer: str
    did: list[Phrase]
    moves: list[Phrase]
    done: bool


class RefundPages:
    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        return (
            PageRoute("GET", _PATH, self.look, Permission.STAMPS),
            PageRoute("POST", _PATH, self.refund, Permission.STAMPS),
        )

    async def look(self, context: DashboardContext) -> Response:
        """The search; once a number is asked for, what its refund would move."""
        return await self._page(context, Form(), context.query("sale"))

    async def refund(self, context: DashboardContext) -> Response:
        form = context.form
        try:
            request = validate(ReverseSale, {"orderRef": form.text("sale"), **form.fields(("note",))}, context=context)

            def unit(tx: Tx) -> list[int]:
                """Marks that were taken back, those that were gone, and rewards owed again, of all cards."""
                rows = reversing.reverse(tx, context.account_id, request.orderRef, meta=context.meta(request.note))
                return [
                    sum(row.removed for row in rows),
                    sum(row.short for row in rows),
                    sum(len(row.returned) for row in rows),
                ]

            removed, short, returned = await context.once(unit)
        except AppError as refusal:
            shown = context.refused(refusal, fields=("note", "orderRef"))
            return await self._page(context, shown, form.text("sale"), status=refusal.status)
        return context.redirect(_PATH, _refunded(request.orderRef, removed, short, returned))

    async def _page(self, context: DashboardContext, form: Form, sale: str, *, status: int = 200) -> Response:
        found = await self._deps.db.read(reversing.find_sale, context.account_id, sale) if sale else []
        lines = [_line(one, context.language.translate) for one in found]
        return context.render(
            "stamps/refund.html",
            status=status,
            form=form,
            sale=sale,
            lines=lines[:_MOST_SHOWN],
            more=max(0, len(lines) - _MOST_SHOWN),
            open_lines=[line for line in lines if not line.done],
        )


def _refunded(number: str, removed: int, short: int, returned: int) -> Phrase:
    said = [phrase("Sale {number} is refunded.", number=number)]
    said += [phrase("Stamps removed: {count}.", count=removed)] if removed else []
    said += [phrase("No longer there: {count}.", count=short)] if short else []
    said += [phrase("Rewards to collect again: {count}.", count=returned)] if returned else []
    values = {f"s{place}": one for place, one in enumerate(said)}
    return Phrase(" ".join(f"{{{name}}}" for name in values), values)


def _line(found: SaleOfStamp, translate: Translate) -> SaleLine:
    stamp, planned, answered = found.stamp, found.planned, found.answered
    moves = _planned(planned) if planned is not None else _answered(stamp, answered) if answered is not None else []
    return SaleLine(stamp, customer_of(stamp, translate), _did(stamp, found.sale), moves, planned is None)


def _did(stamp: Stamp, sale: SaleOnStamp) -> list[Phrase]:
    did = [phrase("Stamps added: {count}", count=sale.added)] if sale.added is not None else []
    did += [phrase("Redeemed: {reward}", reward=rewards_said(stamp, sale.handed_out))] if sale.handed_out else []
    return did


def _planned(plan: PlannedReversal) -> list[Phrase]:
    """What would move, each with where it moves."""
    own, answer = plan.before, plan.answer
    moves = []
    if answer.returned:
        moves.append(phrase("Can be collected again: {rewards}", rewards=rewards_said(plan.owed_on or own, answer.returned)))
    if plan.deleted is not None:
        moves.append(phrase("The next card, which is still empty, is deleted."))
    if plan.taken_from is not None and answer.removed:
        before, after = plan.taken_from.stamps, plan.taken_from.stamps - answer.removed
        moves.append(_taken(plan, answer.removed, before=before, after=after))
    moves += _short(answer)
    return moves or [phrase("Nothing changes: the reward can't be taken back any more.")]


def _taken(plan: PlannedReversal, removed: int, *, before: int, after: int) -> Phrase:
    own, source = plan.before, plan.taken_from
    if source is None or source.stamp_id == own.stamp_id:
        return phrase("Stamps removed: {count} ({before} → {after})", count=removed, before=before, after=after)
    return phrase(
        "Stamps removed from card {code}, where they are now: {count} ({before} → {after})",
        code=source.code,
        count=removed,
        before=before,
        after=after,
    )


def _answered(stamp: Stamp, answer: Reversal) -> list[Phrase]:
    moves = [phrase("Already refunded.")]
    moves += (
        [phrase("Can be collected again: {rewards}", rewards=rewards_said(stamp, answer.returned))] if answer.returned else []
    )
    moves += [phrase("Stamps removed: {count}", count=answer.removed)] if answer.removed else []
    return moves + _short(answer)


def _short(answer: Reversal) -> list[Phrase]:
    if not answer.short:
        return []
    said = counted(
        "short",
        "{short} stamp of the sale is no longer there and can't be taken back.",
        "{short} stamps of the sale are no longer there and can't be taken back.",
    )
    return [phrase(said, short=answer.short)]
