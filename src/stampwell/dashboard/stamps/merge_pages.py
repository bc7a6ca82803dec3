"""`/dashboard/stamps/{stamp_id}/merge`: the second card is chosen, what becomes of both is shown, and then done."""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from starlette.responses import Response

from stampwell.core.day_words import ymd_in_words
from stampwell.core.errors import AppError, FieldsWrong
from stampwell.core.phrases import Phrase, phrase
from stampwell.core.validation import validate
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.stamps.choosing import find_scanned
from stampwell.dashboard.stamps.stamp_labels import chip_of, customer_of
from stampwell.dashboard.stamps.stamp_page import about, show_stamp
from stampwell.db.database import Tx
from stampwell.features.accounts.model import Account
from stampwell.features.people.model import Permission
from stampwell.features.stamps import finding, merging, rules
from stampwell.features.stamps.contract.requests import MergeStamps
from stampwell.features.stamps.errors import CannotMerge, NoRoom, StampMerged
from stampwell.features.stamps.merging import Merged
from stampwell.features.stamps.model import EventMeta, Stamp
from stampwell.features.stamps.rewards import handed_out_numbers, owed_rewards, rewards_of
from stampwell.features.stamps.search.search import search
from stampwell.features.stamps.search.terms import SearchQuery
from stampwell.features.stamps.states import Action
from stampwell.web.forms import Form

_PATH = "/dashboard/stamps/{stamp_id:idx}/merge"
_NUMBER = re.compile("[0-9]{1,18}")


class _Candidate(NamedTuple):
    """A card that may be chosen. refusal: why it can't be; None where it can."""

    stamp: Stamp
    refusal: AppError | None


class _Preview(NamedTuple):
    """The second card, and both as the merge would leave them; or why it can't be done."""

    target: Stamp
    merged: Merged | None
    refusal: AppError | None


class _MergeRead(NamedTuple):
    stamp: Stamp
    candidates: list[_Candidate]
    preview: _Preview | None
    refusal: AppError | None


class MergePages:
    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        return (
            PageRoute("GET", _PATH, self.choose, Permission.STAMPS),
            PageRoute("POST", _PATH, self.merge, Permission.STAMPS),
        )

    async def choose(self, context: DashboardContext) -> Response:
        """Cards to choose from; once one is chosen, what would become of both. Of a card that can't be merged, its own page."""
        try:
            return await self._page(context, Form(), context.query("into"))
        except (StampMerged, CannotMerge) as refusal:
            return await show_stamp(context, context.refused(refusal), status=refusal.status)

    async def merge(self, context: DashboardContext) -> Response:
        form, stamp_id = context.form, context.number("stamp_id")
        sent = form.fields(("into", "note"), integers=("into",))
        try:
            values = {"fromStampIdx": stamp_id, "intoStampIdx": sent.pop("into", None), **sent}
            request = validate(MergeStamps, values, context=context)

            def unit(tx: Tx) -> list[int]:
                done = merging.merge(tx, context.account_id, stamp_id, request.intoStampIdx, meta=context.meta(request.note))
                return [done.target.stamp_id, done.target.stamps, done.target.max_stamps]

            into, stamps, goal = await context.once(unit)
        except AppError as refusal:
            shown = context.refused(refusal, fields=("note",))
            return await self._page(context, shown, form.text("into"), status=refusal.status)
        said = phrase("Cards merged. This one now has {stamps} of {max_stamps}.", stamps=stamps, max_stamps=goal)
        return context.redirect(f"/dashboard/stamps/{into}", said)

    async def _page(self, context: DashboardContext, form: Form, into: str, *, status: int = 200) -> Response:
        asked = _Asked(context.number("stamp_id"), context.query("q"), into=int(into) if _NUMBER.fullmatch(into) else None)
        read = await self._deps.db.read(_read, context.account, asked, meta=context.meta())
        preview, say = read.preview, context.language.translate
        return context.render(
            "stamps/merge.html",
            status=status,
            form=form,
            here=f"/dashboard/stamps/{read.stamp.stamp_id}",
            q=asked.text,
            refusal="" if read.refusal is None else context.message(read.refusal),
            candidates=[
                (one.stamp, customer_of(one.stamp, say), chip_of(one.stamp, context.today), _why_not(context, one.refusal))
                for one in read.candidates
            ],
            other=None if preview is None else preview.target,
            other_customer="" if preview is None else customer_of(preview.target, say),
            other_chip=None if preview is None else chip_of(preview.target, context.today),
            why_not="" if preview is None else _why_not(context, preview.refusal),
            becomes=[] if preview is None or preview.merged is None else _becomes(read.stamp, preview.target, preview.merged),
            **about(read.stamp, context),
        )


class _Asked(NamedTuple):
    """Which stamp is to be merged, the text that the second is looked for by (blank for none), and its number once chosen."""

    stamp_id: int
    text: str
    into: int | None


def _read(tx: Tx, account: Account, asked: _Asked, *, meta: EventMeta) -> _MergeRead:
    """Raises StampNotFound, and what a card that can't be merged at all is refused with."""
    stamp = finding.get_stamp(tx, account.account_id, asked.stamp_id)
    rules.check(Action.MERGE, stamp, meta)
    if asked.into is not None:
        target = finding.get_stamp(tx, account.account_id, asked.into)
        return _MergeRead(stamp, [], _preview(stamp, target, meta), None)
    try:
        found = _found(tx, account, stamp, asked.text, today=meta.today)
    except AppError as refusal:
        return _MergeRead(stamp, [], None, refusal)
    others = [other for other in found if other.stamp_id != stamp.stamp_id]
    candidates = [_Candidate(other, _preview(stamp, other, meta).refusal) for other in others]
    # Those that can be chosen come first.
    return _MergeRead(stamp, sorted(candidates, key=lambda one: one.refusal is not None), None, None)


def _preview(stamp: Stamp, target: Stamp, meta: EventMeta) -> _Preview:
    try:
        return _Preview(target, merging.merged(Merged(stamp, target), meta), None)
    except AppError as refusal:
        return _Preview(target, None, refusal)


def _found(tx: Tx, account: Account, stamp: Stamp, text: str, *, today: date) -> list[Stamp]:
    """What is looked for, as on the list; where nothing is, cards with the customer's phone number, address or name."""
    scanned = find_scanned(tx, account.account_id, text)
    if scanned is not None:
        return [finding.last_of_merges(tx, scanned)]
    for wanted in [text] if text else _known_by(stamp):
        found = search(tx, account.account_id, SearchQuery(wanted), today=today, region=account.region).stamps
        if any(other.stamp_id != stamp.stamp_id for other in found):
            return found
    return []


def _known_by(stamp: Stamp) -> Iterator[str]:
    return (text for text in (stamp.user_phone, stamp.user_email, stamp.user_name) if text)


def _why_not(context: DashboardContext, refusal: AppError | None) -> str:
    """In plain words; blank where nothing is in the way."""
    match refusal:
        case None:
            return ""
        case NoRoom():
            said = phrase(
                "Together they have {stamps}, and the card takes {max_stamps}. Keep both until one is full.",
                **refusal.parameters,
            )
            return said.said(context.language.translate)
        case FieldsWrong():
            return str(context.t("This is the card itself. Choose another one."))
        case _:
            return context.message(refusal)


def _becomes(stamp: Stamp, other: Stamp, merged: Merged) -> list[Phrase]:
    """What the merge makes of both, a sentence each."""
    after = merged.target
    lines = [
        phrase(
            "Stamps: {moved} + {there} = {stamps} of {max_stamps}",
            moved=stamp.stamps,
            there=other.stamps,
            stamps=after.stamps,
            max_stamps=after.max_stamps,
        )
    ]
    both = {*handed_out_numbers(stamp), *handed_out_numbers(other)}
    lines += [
        phrase("Redeemed on one of them, so it counts as redeemed: {reward}", reward=reward.title)
        for reward in rewards_of(after)
        if reward.stamps in both
    ]
    lines += [phrase("Ready to redeem then: {reward}", reward=reward.title) for reward in owed_rewards(after)]
    if after.stamps >= after.max_stamps:
        lines.append(phrase("The card will be full, with its reward ready."))
    lines.append(phrase("The old QR code and link of card {code} will open card {other}.", code=stamp.code, other=other.code))
    lines.append(phrase("The other card stays valid until {day}.", day=ymd_in_words(other.ends_on)))
    return lines
