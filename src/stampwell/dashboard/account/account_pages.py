"""`/dashboard/account`: the shop's name and looks, its clocks and language, its plan."""

from dataclasses import replace
from functools import partial
from typing import Any

from starlette.responses import Response

from stampwell.core.errors import AppError
from stampwell.core.phrases import phrase
from stampwell.dashboard.account.account_fields import ZONES, country_options, read_fields, shown_differences, values_of
from stampwell.dashboard.cards.card_faces import colors_path
from stampwell.dashboard.colors import read_color
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.route import PageRoute
from stampwell.drawing.face import Face, FaceState, face_of
from stampwell.features.accounts.changes import SHOWN_NAMES, seen_of
from stampwell.features.accounts.errors import AccountChanged
from stampwell.features.images.account_logo import change_account_and_logo
from stampwell.features.images.model import LARGEST_UPLOAD, path_of
from stampwell.features.images.service import is_own, store
from stampwell.features.people.model import Permission
from stampwell.web.forms import Form

_PATH = "/dashboard/account"
_FIELDS = frozenset({*SHOWN_NAMES.values(), "picture"})


class AccountPages:
    """The settings of an account. Who may not change them may look."""

    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        return (
            PageRoute("GET", _PATH, self.show, Permission.AUDIT),
            PageRoute("POST", _PATH, self.save, Permission.ACCOUNT, upload_bytes=LARGEST_UPLOAD),
        )

    async def show(self, context: DashboardContext) -> Response:
        return self._page(context, Form.filled(values_of(context.account)))

    async def save(self, context: DashboardContext) -> Response:
        if context.form.has("preview"):
            return self._page(context, context.form)
        given: dict[str, Any] = {}
        try:
            given = {**read_fields(context.form), **await self._logo(context)}
            unit = partial(
                change_account_and_logo,
                account_id=context.account_id,
                given=given,
                seen=context.form.text("seen"),
                actor=context.actor,
                now_us=context.now_us,
            )
            await context.once(unit)
        except AccountChanged as changed:
            return _conflict(context, changed, given)
        except AppError as refusal:
            return self._page(context, context.refused(refusal, fields=_FIELDS), status=refusal.status)
        return context.redirect(_PATH, phrase("Saved: {name}.", name=given["name"]))

    async def _logo(self, context: DashboardContext) -> dict[str, Any]:
        """Its handle: stored at once, so that nothing of it is lost if the rest is refused."""
        upload = context.form.files.get("picture")
        if upload is not None:
            picture = await self._deps.pictures.reencode(upload.content)
            return {"logo": await context.write(lambda tx: store(tx, context.account_id, picture, now_us=context.now_us))}
        if context.form.has("removeLogo"):
            return {"logo": ""}
        kept = context.form.text("keptLogo")
        known = not kept or await self._deps.db.read(is_own, context.account_id, kept)
        return {"logo": kept} if known else {}

    def _page(self, context: DashboardContext, form: Form, *, status: int = 200) -> Response:
        face = _face(context, form)
        return context.render(
            "account/account.html",
            status=status,
            form=form,
            face=face,
            colors_path=colors_path([face]),
            zones=ZONES,
            countries=[(code, context.t(name)) for code, name in country_options(context.account)],
            plan=context.plan,
        )


def _conflict(context: DashboardContext, changed: AccountChanged, given: dict[str, Any]) -> Response:
    theirs = changed.present
    yours = replace(theirs, **given)
    return context.render(
        "account/conflict.html",
        status=changed.status,
        rows=shown_differences(theirs, yours),
        kept={**values_of(yours), "seen": seen_of(theirs)},
    )


def _face(context: DashboardContext, form: Form) -> Face:
    """A card of the shop as the form would make it."""
    kept = "" if form.has("removeLogo") else form.text("keptLogo")
    return face_of(
        title=str(context.t("Stamp card")),
        shop=form.text("accountNm")[:100] or context.account.name,
        reward=str(context.t("the reward")),
        count=4,
        goal=10,
        code=f"account {context.account_id}",
        state=FaceState.USABLE,
        color=read_color(form, "color", []),
        paper=read_color(form, "paperColor", []),
        logo=path_of(kept) if kept == context.account.logo else "",
    )
