"""`/dashboard/cards/new` and `…/edit`: the editor with its preview, and what happens when two people edit at once."""

from dataclasses import replace
from typing import Any

from starlette.responses import Response

from stampwell.core.errors import AppError
from stampwell.core.phrases import phrase
from stampwell.dashboard.cards.faces import colors_path, sample_face
from stampwell.dashboard.cards.fields import (
    SHOWN_NAMES,
    drawn,
    read_fields,
    require_fields,
    shown_differences,
    values_of,
)
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.route import PageRoute
from stampwell.db.database import Tx
from stampwell.features.audit.service import differences, record
from stampwell.features.cards import service
from stampwell.features.cards.errors import CardChanged
from stampwell.features.cards.model import Card
from stampwell.features.images.model import LARGEST_UPLOAD, handle_in, url_of
from stampwell.features.images.service import drop_unused, store
from stampwell.features.people.model import Permission
from stampwell.web.forms import Form

_ONE = "/dashboard/cards/{card_id:idx}"
# Taken, but soon guessed: people are told.
_SHORT_PASSWORD = 6
_FIELDS = frozenset(
    {"cardNm", "cardTtl", "maxStamps", "rewardTtl", "url", "stampImgUrl", "picture", "color", "paperColor", "onsitePwd"}
    | {"cooldownSec", "dailyMax"}
)


class CardEditor:
    """Making a card and changing one."""

    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        return (
            PageRoute("GET", "/dashboard/cards/new", self.new, Permission.CARDS),
            PageRoute("POST", "/dashboard/cards/new", self.create, Permission.CARDS, upload_bytes=LARGEST_UPLOAD),
            PageRoute("GET", f"{_ONE}/edit", self.edit, Permission.CARDS),
            PageRoute("POST", f"{_ONE}/edit", self.save, Permission.CARDS, upload_bytes=LARGEST_UPLOAD),
        )

    async def new(self, context: DashboardContext) -> Response:
        return self._page(context, Form.filled({"maxStamps": 10}), _blank(context))

    async def create(self, context: DashboardContext) -> Response:
        if context.form.has("preview"):
            return self._page(context, context.form, _blank(context))
        try:
            given = {
                **read_fields(context.form, self._deps.default_domain),
                **await self._picture(context),
                **await self._password(context),
            }
            card_id, name = await context.once(lambda tx: _create(tx, context, given))
        except AppError as refusal:
            return self._page(context, context.refused(refusal, fields=_FIELDS), _blank(context), status=refusal.status)
        if _is_short(context.form):
            said = phrase(
                "{name} is ready. Its Card IDX is {card_idx}. "
                "Its staff password is short and soon guessed: choose 6 characters or more.",
                name=name,
                card_idx=str(card_id),
            )
        else:
            said = phrase("{name} is ready. Its Card IDX is {card_idx}.", name=name, card_idx=str(card_id))
        return context.redirect(f"/dashboard/cards/{card_id}", said)

    async def edit(self, context: DashboardContext) -> Response:
        card = await self._deps.db.read(service.get_card, context.account_id, context.number("card_id"))
        return self._page(context, Form.filled(values_of(card, self._deps.default_domain)), card)

    async def save(self, context: DashboardContext) -> Response:
        card_id = context.number("card_id")
        card = await self._deps.db.read(service.get_card, context.account_id, card_id)
        if context.form.has("preview"):
            return self._page(context, context.form, card)
        given: dict[str, Any] = {}
        try:
            given = {
                **require_fields(context.form, self._deps.default_domain),
                **await self._picture(context),
                **await self._password(context),
            }
            name = await context.once(lambda tx: _save(tx, context, card_id, given, self._deps.default_domain))
        except CardChanged as changed:
            return self._conflict(context, changed, given)
        except AppError as refusal:
            return self._page(context, context.refused(refusal, fields=_FIELDS), card, status=refusal.status)
        said = (
            phrase("{name} is saved. Its staff password is short and soon guessed: choose 6 characters or more.", name=name)
            if _is_short(context.form)
            else phrase("{name} is saved.", name=name)
        )
        return context.redirect(f"/dashboard/cards/{card_id}", said)

    async def _uploaded(self, context: DashboardContext) -> dict[str, Any]:
        return {**await self._picture(context), **await self._password(context)}

    async def _picture(self, context: DashboardContext) -> dict[str, Any]:
        """The address of what was uploaded: stored at once, so that nothing of it is lost if the rest is refused."""
        upload = context.form.files.get("picture")
        if upload is None:
            return {"stamp_img_url": ""} if context.form.has("removePicture") else {}
        picture = await self._deps.pictures.reencode(upload.content)
        handle = await context.write(lambda tx: store(tx, context.account_id, picture, now_us=context.now_us))
        return {"stamp_img_url": url_of(handle, self._deps.default_domain)}

    async def _password(self, context: DashboardContext) -> dict[str, Any]:
        """A new staff password as its hash; a blank field leaves the one that there is."""
        typed = context.form.raw("onsitePwd")
        return {"onsite_hash": await self._deps.passwords.hash(typed)} if typed else {}

    def _page(self, context: DashboardContext, form: Form, card: Card, *, status: int = 200) -> Response:
        face = sample_face(drawn(card, form, self._deps.default_domain), context.account, origin=self._deps.default_domain)
        return context.render(
            "cards/editor.html",
            status=status,
            form=form,
            card=card,
            face=face,
            colors_path=colors_path([face]),
            action=f"/dashboard/cards/{card.card_id}/edit" if card.card_id else "/dashboard/cards/new",
            shop_color=context.account.color or "b3261e",
            shop_paper=context.account.paper_color or "ffffff",
            foreign_picture=bool(card.stamp_img_url) and not handle_in(card.stamp_img_url, self._deps.default_domain),
        )

    def _conflict(self, context: DashboardContext, changed: CardChanged, given: dict[str, Any]) -> Response:
        theirs = changed.present
        yours = replace(theirs, **{field: value for field, value in given.items() if field != "version"})
        return context.render(
            "cards/conflict.html",
            status=changed.status,
            card=theirs,
            rows=shown_differences(theirs, yours),
            kept=values_of(yours, self._deps.default_domain),
            needs_password=bool(context.form.raw("onsitePwd")),
        )


def _is_short(form: Form) -> bool:
    """Whether a staff password was typed that is soon guessed."""
    return 0 < len(form.raw("onsitePwd")) < _SHORT_PASSWORD


def _create(tx: Tx, context: DashboardContext, given: dict[str, Any]) -> list[Any]:
    card = service.add_card(tx, context.account_id, given, now_us=context.now_us)
    changes = differences(_blank(context), card, SHOWN_NAMES, hidden=("onsite_hash",))
    record(tx, context.entry("card.created", card.card_id, card.name, changes))
    return [card.card_id, card.name]


def _save(tx: Tx, context: DashboardContext, card_id: int, given: dict[str, Any], origin: str) -> str:
    fields = {name: value for name, value in given.items() if name != "version"}
    before, after = service.change_card(tx, context.account_id, card_id, fields, expected_version=given["version"])
    changes = differences(before, after, SHOWN_NAMES, hidden=("onsite_hash",))
    if changes:
        record(tx, context.entry("card.updated", card_id, after.name, changes))
    if before.stamp_img_url != after.stamp_img_url:
        drop_unused(tx, context.account_id, handle_in(before.stamp_img_url, origin))
    return after.name


def _blank(context: DashboardContext) -> Card:
    """No card yet: number 0."""
    return Card(
        card_id=0,
        account_id=context.account_id,
        name="",
        title="",
        max_stamps=10,
        reward_title="",
        url="",
        stamp_img_url="",
        onsite=False,
        onsite_hash=None,
        cooldown_s=0,
        daily_max=0,
        renews=False,
        active=True,
        archived_at=None,
        created_at=context.now_us,
    )
