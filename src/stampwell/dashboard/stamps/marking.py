"""`/dashboard/stamps/{stamp_id}`: one stamp, its history in words, and what staff do with it."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from stampwell.core.errors import AppError, FieldError, FieldsWrong
from stampwell.core.phrases import Phrase, phrase
from stampwell.dashboard.desk import Desk
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.stamps.errors import CannotUndo
from stampwell.dashboard.stamps.words import chip_of, customer_of, line_of
from stampwell.dashboard.visit import Visit
from stampwell.db.database import Tx
from stampwell.features.audit.service import record
from stampwell.features.people.model import Permission
from stampwell.features.people.service import list_people
from stampwell.features.stamps import rules, service
from stampwell.features.stamps.errors import WrongStaffPassword
from stampwell.features.stamps.marking import Marking, mark_batch
from stampwell.features.stamps.model import HistoryRow, Stamp
from stampwell.features.stamps.requests import AddMarks, RedeemStamp, RemoveMarks
from stampwell.features.stamps.states import Action
from stampwell.http.decode import validate
from stampwell.web.forms import Form

_ALL = 2**63 - 1
_ROWS = 50
_UNDO_US = 10 * 60 * 1_000_000


class StampPages:
    """One stamp."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> tuple[PageRoute, ...]:
        one = "/dashboard/stamps/{stamp_id:idx}"
        return (
            PageRoute("GET", one, self.show, Permission.VIEW),
            PageRoute("POST", f"{one}/add", self.add, Permission.MARK),
            PageRoute("POST", f"{one}/remove", self.remove, Permission.MARK),
            PageRoute("POST", f"{one}/redeem", self.redeem, Permission.MARK),
            PageRoute("POST", f"{one}/undo/{{event_id:idx}}", self.undo, Permission.MARK),
        )

    async def show(self, visit: Visit) -> Response:
        return await self._page(visit, Form())

    async def add(self, visit: Visit) -> Response:
        async def work(stamp_id: int) -> Response:
            sent = visit.form.fields(("count", "note"), integers=("count",))
            request = validate(AddMarks, {"stampIdx": stamp_id, **sent}, context=visit)
            return await self._mark(visit, request.count or 1, request.note)

        return await self._answered(visit, work)

    async def remove(self, visit: Visit) -> Response:
        async def work(stamp_id: int) -> Response:
            sent = visit.form.fields(("count", "note"), integers=("count",))
            request = validate(RemoveMarks, {"stampIdx": stamp_id, **sent}, context=visit)
            return await self._mark(visit, -(request.count or 1), request.note)

        return await self._answered(visit, work)

    async def undo(self, visit: Visit) -> Response:
        """A reversal row, as long as it is the newest of the history, the person's own and fresh."""

        async def work(stamp_id: int) -> Response:
            event_id = visit.number("event_id")
            rows = await self._desk.db.read(service.history, visit.account_id, stamp_id, before_id=_ALL, limit=1)
            if not rows or not _can_undo(rows[0], event_id, visit):
                raise CannotUndo
            marks = rows[0].stamps_before - rows[0].stamps_after
            return await self._mark(visit, marks, str(visit.t(phrase("Undone"))), undoable=False)

        return await self._answered(visit, work)

    async def redeem(self, visit: Visit) -> Response:
        async def work(stamp_id: int) -> Response:
            stamp = await self._desk.db.read(service.get_stamp, visit.account_id, stamp_id)
            sent = {"stampIdx": stamp_id, **visit.form.fields(("note",))}
            if visit.form.raw("onsitePwd"):
                sent["onsitePwd"] = visit.form.raw("onsitePwd")
            request = validate(RedeemStamp, sent, context=visit)
            checked = await self._checked(visit, stamp, request.onsitePwd) if stamp.card_onsite else None

            def unit(tx: Tx) -> None:
                after = service.redeem(
                    tx, visit.account_id, stamp_id, checked_hash=checked, moment=visit.moment, deed=visit.deed(request.note)
                )
                record(tx, visit.entry("stamp.redeemed", stamp_id, after.code))

            await visit.once(unit)
            return visit.redirect(f"/dashboard/stamps/{stamp_id}", phrase("The reward is handed out."))

        return await self._answered(visit, work)

    async def _answered(self, visit: Visit, work: Callable[[int], Awaitable[Response]]) -> Response:
        try:
            return await work(visit.number("stamp_id"))
        except AppError as refusal:
            return await self._page(visit, visit.refused(refusal, fields=("count", "note", "onsitePwd")), status=refusal.status)

    async def _mark(self, visit: Visit, marks: int, note: str | None, *, undoable: bool = True) -> Response:
        stamp_id = visit.number("stamp_id")

        def unit(tx: Tx) -> list[int]:
            before = service.lock_stamp(tx, visit.account_id, stamp_id)
            (outcome,) = mark_batch(tx, [Marking(visit.account_id, stamp_id, marks, visit.moment, visit.deed(note))])
            if isinstance(outcome, AppError):
                raise outcome
            action = "stamp.added" if marks > 0 else "stamp.removed"
            record(tx, visit.entry(action, stamp_id, before.code, {"stamps": [before.stamps, outcome.stamps]}))
            (row,) = service.history(tx, visit.account_id, stamp_id, before_id=_ALL, limit=1)
            return [before.stamps, outcome.stamps, row.event_id]

        before, after, event_id = await visit.once(unit)
        said: Phrase = phrase("Marks: {before} → {after}.", before=before, after=after)
        undo = f"/dashboard/stamps/{stamp_id}/undo/{event_id}" if undoable else ""
        return visit.redirect(f"/dashboard/stamps/{stamp_id}", said, undo=undo)

    async def _checked(self, visit: Visit, stamp: Stamp, password: str | None) -> str:
        """The hash that the staff password matches. Tries are counted before it is looked at, as the API does."""
        rules.check(Action.REDEEM, stamp, visit.moment)
        if password is None:
            raise FieldsWrong([FieldError("onsitePwd", phrase("required: this card is redeemed with its staff password"))])
        tried = await self._desk.db.write(service.begin_password_try, stamp.account_id, stamp.stamp_id, moment=visit.moment)
        stored = tried.card_onsite_hash
        if stored is None or not await self._desk.passwords.matches(password, stored):
            raise WrongStaffPassword(left=rules.MOST_WRONG_PASSWORDS - tried.redeem_failures)
        return stored

    async def _page(self, visit: Visit, form: Form, *, status: int = 200) -> Response:
        stamp_id, older = visit.number("stamp_id"), visit.query("before")
        before_id = int(older) if older.isascii() and older.isdigit() and len(older) < len(str(_ALL)) else _ALL

        def unit(tx: Tx) -> tuple[Stamp, list[HistoryRow], dict[int, str]]:
            stamp = service.get_stamp(tx, visit.account_id, stamp_id)
            rows = service.history(tx, visit.account_id, stamp_id, before_id=before_id, limit=_ROWS + 1)
            people = list_people(tx, visit.account_id, removed=True)
            return stamp, rows, {person.person_id: person.name for person in people}

        stamp, rows, people = await self._desk.db.read(unit)
        return visit.render(
            "stamps/stamp.html",
            status=status,
            form=form,
            stamp=stamp,
            customer=customer_of(stamp),
            chip=chip_of(stamp, visit.today),
            lines=[line_of(row, people) for row in rows[:_ROWS]],
            older=f"/dashboard/stamps/{stamp_id}?before={rows[_ROWS - 1].event_id}" if len(rows) > _ROWS else "",
            usable=not stamp.redeemed_at,
        )


def _can_undo(row: HistoryRow, event_id: int, visit: Visit) -> bool:
    return (
        row.event_id == event_id
        and row.kind in {"added", "removed"}
        and (row.actor_kind, row.actor_id) == ("staff", visit.person.person_id)
        and visit.now_us - row.recorded_at <= _UNDO_US
    )
