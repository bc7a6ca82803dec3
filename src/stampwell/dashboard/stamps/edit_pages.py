"""`/dashboard/stamps/{stamp_id}/edit`: whom a stamp is for, the memo, and its days; and what if two people edit it at once."""

import hashlib
import json
from collections.abc import Sequence
from functools import partial
from typing import Any

from starlette.responses import Response

from stampwell.core.errors import AppError, FieldError
from stampwell.core.phrases import Phrase, phrase
from stampwell.core.validation import validate
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.stamps.common import read_reason
from stampwell.dashboard.stamps.correction_pages import corrected
from stampwell.dashboard.stamps.errors import StampChanged
from stampwell.dashboard.stamps.stamp_page import about
from stampwell.features.people.model import Permission
from stampwell.features.stamps import finding
from stampwell.features.stamps.contract.requests import UpdateStamp
from stampwell.features.stamps.contract.to_change import change_of
from stampwell.features.stamps.corrections import Correction, correct_seen
from stampwell.features.stamps.model import Stamp
from stampwell.features.stamps.service import StampChange
from stampwell.web.forms import Form

_PATH = "/dashboard/stamps/{stamp_id:idx}/edit"
_LABELS = {
    "userNm": phrase("Name"),
    "userPhnno": phrase("Phone number"),
    "userEml": phrase("E-mail address"),
    "userId": phrase("User id"),
    "strtYmd": phrase("Valid from"),
    "endYmd": phrase("Valid until"),
    "userEtc1": phrase("Extra field 1"),
    "userEtc2": phrase("Extra field 2"),
    "memo": phrase("Memo"),
}


class EditPages:
    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        return (
            PageRoute("GET", _PATH, self.ask, Permission.STAMPS),
            PageRoute("POST", _PATH, self.save, Permission.STAMPS),
        )

    async def ask(self, context: DashboardContext) -> Response:
        stamp = await self._deps.db.read(finding.get_stamp, context.account_id, context.number("stamp_id"))
        values = _values_of(stamp)
        return _page(context, stamp, Form.filled({**values, "seen": _seen(values)}))

    async def save(self, context: DashboardContext) -> Response:
        stamp_id = context.number("stamp_id")
        try:
            note, wrong = read_reason(context)
            unit = partial(
                correct_seen,
                account_id=context.account_id,
                stamp_id=stamp_id,
                change_from=partial(_change, context=context, wrong=wrong),
                meta=context.meta(note),
            )
            done = Correction(*await context.once(unit))
        except StampChanged as changed:
            return _conflict(context, changed)
        except AppError as refusal:
            stamp = await self._deps.db.read(finding.get_stamp, context.account_id, stamp_id)
            form = context.refused(refusal, fields=(*_LABELS, "note"))
            return _page(context, stamp, form, status=refusal.status)
        return corrected(context, done, phrase("Changes saved."))


def _change(present: Stamp, *, context: DashboardContext, wrong: Sequence[FieldError]) -> StampChange:
    """Only what was really changed is asked for: of a stamp that is redeemed, days that stay are no refusal.

    wrong: what is wrong with the reason. Raises StampChanged when the form was made of other values than the present ones,
    and FieldsWrong.
    """
    form = context.form
    values = _values_of(present)
    if form.text("seen") != _seen(values):
        raise StampChanged(present)
    given = {name: form.text(name) for name in _LABELS if form.has(name) and form.text(name) != values[name].strip()}
    request = validate(UpdateStamp, {"stampIdx": present.stamp_id, **given}, context=context, wrong=wrong)
    return change_of(request, drafts=context.deps.drafts, plan=context.plan)


def _page(context: DashboardContext, stamp: Stamp, form: Form, *, status: int = 200) -> Response:
    here = f"/dashboard/stamps/{stamp.stamp_id}"
    return context.render("stamps/edit.html", status=status, form=form, here=here, **about(stamp, context))


def _conflict(context: DashboardContext, changed: StampChanged) -> Response:
    stamp, form = changed.present, context.form
    theirs = _values_of(stamp)
    yours = {name: form.text(name) if form.has(name) else theirs[name] for name in _LABELS}
    rows: list[tuple[Phrase, Any, Any]] = [
        (label, theirs[name] or phrase("none"), yours[name] or phrase("none"))
        for name, label in _LABELS.items()
        if theirs[name].strip() != yours[name]
    ]
    sent = [name for name in (*_LABELS, "note") if form.has(name)]
    return context.render(
        "stamps/conflict.html",
        status=changed.status,
        here=f"/dashboard/stamps/{stamp.stamp_id}",
        rows=rows,
        kept={**{name: form.text(name) for name in sent}, "seen": _seen(theirs)},
        **about(stamp, context),
    )


def _values_of(stamp: Stamp) -> dict[str, str]:
    """What the form holds of the stamp."""
    return {
        "userNm": stamp.user_name or "",
        "userPhnno": stamp.user_phone or "",
        "userEml": stamp.user_email or "",
        "userId": stamp.user_id,
        "strtYmd": stamp.starts_on,
        "endYmd": stamp.ends_on,
        "userEtc1": stamp.user_etc1 or "",
        "userEtc2": stamp.user_etc2 or "",
        "memo": stamp.memo or "",
    }


def _seen(values: dict[str, str]) -> str:
    """A fingerprint of what the form was made of: marks that are added meanwhile are no conflict."""
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()
