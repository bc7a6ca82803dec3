"""`/dashboard/account`: the shop's name and looks, its clocks and language, its plan."""

from dataclasses import replace
from typing import Any

from starlette.responses import Response

from stampwell.core.errors import AppError
from stampwell.core.phrases import phrase
from stampwell.dashboard.account.errors import AccountChanged
from stampwell.dashboard.account.fields import (
    SHOWN_NAMES,
    ZONES,
    country_options,
    read_fields,
    seen_of,
    shown_differences,
    values_of,
)
from stampwell.dashboard.cards.faces import colors_path
from stampwell.dashboard.colors import read_color
from stampwell.dashboard.desk import Desk
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.visit import Visit
from stampwell.db.database import Tx
from stampwell.drawing.face import Face, FaceState, face_of
from stampwell.features.accounts.model import Account
from stampwell.features.accounts.service import change_account, get_account
from stampwell.features.audit.service import differences, record
from stampwell.features.images.model import LARGEST_UPLOAD, path_of
from stampwell.features.images.service import drop_unused, is_own, store
from stampwell.features.people.model import Permission
from stampwell.web.forms import Form

_PATH = "/dashboard/account"
_FIELDS = frozenset({*SHOWN_NAMES.values(), "picture"})


class AccountPages:
    """The settings of an account. Who may not change them may look."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> tuple[PageRoute, ...]:
        return (
            PageRoute("GET", _PATH, self.show, Permission.AUDIT),
            PageRoute("POST", _PATH, self.save, Permission.ACCOUNT, upload_bytes=LARGEST_UPLOAD),
        )

    async def show(self, visit: Visit) -> Response:
        return self._page(visit, Form.filled(values_of(visit.account)))

    async def save(self, visit: Visit) -> Response:
        if visit.form.has("preview"):
            return self._page(visit, visit.form)
        given: dict[str, Any] = {}
        try:
            given = {**read_fields(visit.form), **await self._logo(visit)}
            await visit.once(lambda tx: _save(tx, visit, given))
        except AccountChanged as changed:
            return _conflict(visit, changed, given)
        except AppError as refusal:
            return self._page(visit, visit.refused(refusal, fields=_FIELDS), status=refusal.status)
        return visit.redirect(_PATH, phrase("{name} is saved.", name=given["name"]))

    async def _logo(self, visit: Visit) -> dict[str, Any]:
        """Its handle: stored at once, so that nothing of it is lost if the rest is refused."""
        upload = visit.form.files.get("picture")
        if upload is not None:
            picture = await self._desk.pictures.reencode(upload.content)
            return {"logo": await visit.write(lambda tx: store(tx, visit.account_id, picture, now_us=visit.now_us))}
        if visit.form.has("removeLogo"):
            return {"logo": ""}
        kept = visit.form.text("keptLogo")
        known = not kept or await self._desk.db.read(is_own, visit.account_id, kept)
        return {"logo": kept} if known else {}

    def _page(self, visit: Visit, form: Form, *, status: int = 200) -> Response:
        face = _face(visit, form)
        return visit.render(
            "account/account.html",
            status=status,
            form=form,
            face=face,
            colors_path=colors_path([face]),
            zones=ZONES,
            countries=[(code, visit.t(name)) for code, name in country_options(visit.account)],
            plan=visit.plan,
        )


def _save(tx: Tx, visit: Visit, given: dict[str, Any]) -> None:
    present = get_account(tx, visit.account_id)
    before, after = change_account(tx, visit.account_id, given)
    if visit.form.text("seen") != seen_of(before):
        raise AccountChanged(present)
    changes = differences(_flat(before), _flat(after), SHOWN_NAMES)
    if changes:
        record(tx, visit.entry("account.updated", visit.account_id, after.name, changes))
    if before.logo != after.logo:
        drop_unused(tx, visit.account_id, before.logo)


def _flat(account: Account) -> Any:
    """With its time zone as text, as it is recorded."""
    return replace(account, time_zone=account.time_zone.key)  # type: ignore[arg-type]


def _conflict(visit: Visit, changed: AccountChanged, given: dict[str, Any]) -> Response:
    theirs = changed.present
    yours = replace(theirs, **given)
    return visit.render(
        "account/conflict.html",
        status=changed.status,
        rows=shown_differences(theirs, yours),
        kept={**values_of(yours), "seen": seen_of(theirs)},
    )


def _face(visit: Visit, form: Form) -> Face:
    """A card of the shop as the form would make it."""
    kept = "" if form.has("removeLogo") else form.text("keptLogo")
    return face_of(
        title=str(visit.t("Stamp card")),
        shop=form.text("accountNm")[:100] or visit.account.name,
        reward=str(visit.t("the reward")),
        count=4,
        goal=10,
        code=f"account {visit.account_id}",
        state=FaceState.USABLE,
        color=read_color(form, "color", []),
        paper=read_color(form, "paperColor", []),
        logo=path_of(kept) if kept == visit.account.logo else "",
    )
