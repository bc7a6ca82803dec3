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
from stampwell.dashboard.desk import Desk
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.visit import Visit
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

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> tuple[PageRoute, ...]:
        return (
            PageRoute("GET", "/dashboard/cards/new", self.new, Permission.CARDS),
            PageRoute("POST", "/dashboard/cards/new", self.create, Permission.CARDS, upload_bytes=LARGEST_UPLOAD),
            PageRoute("GET", f"{_ONE}/edit", self.edit, Permission.CARDS),
            PageRoute("POST", f"{_ONE}/edit", self.save, Permission.CARDS, upload_bytes=LARGEST_UPLOAD),
        )

    async def new(self, visit: Visit) -> Response:
        return self._page(visit, Form.filled({"maxStamps": 10}), _blank(visit))

    async def create(self, visit: Visit) -> Response:
        if visit.form.has("preview"):
            return self._page(visit, visit.form, _blank(visit))
        try:
            given = {
                **read_fields(visit.form, self._desk.default_domain),
                **await self._picture(visit),
                **await self._password(visit),
            }
            card_id, name = await visit.once(lambda tx: _create(tx, visit, given))
        except AppError as refusal:
            return self._page(visit, visit.refused(refusal, fields=_FIELDS), _blank(visit), status=refusal.status)
        if _is_short(visit.form):
            said = phrase(
                "{name} is ready. Its Card IDX is {card_idx}. "
                "Its staff password is short and soon guessed: choose 6 characters or more.",
                name=name,
                card_idx=str(card_id),
            )
        else:
            said = phrase("{name} is ready. Its Card IDX is {card_idx}.", name=name, card_idx=str(card_id))
        return visit.redirect(f"/dashboard/cards/{card_id}", said)

    async def edit(self, visit: Visit) -> Response:
        card = await self._desk.db.read(service.get_card, visit.account_id, visit.number("card_id"))
        return self._page(visit, Form.filled(values_of(card, self._desk.default_domain)), card)

    async def save(self, visit: Visit) -> Response:
        card_id = visit.number("card_id")
        card = await self._desk.db.read(service.get_card, visit.account_id, card_id)
        if visit.form.has("preview"):
            return self._page(visit, visit.form, card)
        given: dict[str, Any] = {}
        try:
            given = {
                **require_fields(visit.form, self._desk.default_domain),
                **await self._picture(visit),
                **await self._password(visit),
            }
            name = await visit.once(lambda tx: _save(tx, visit, card_id, given, self._desk.default_domain))
        except CardChanged as changed:
            return self._conflict(visit, changed, given)
        except AppError as refusal:
            return self._page(visit, visit.refused(refusal, fields=_FIELDS), card, status=refusal.status)
        said = (
            phrase("{name} is saved. Its staff password is short and soon guessed: choose 6 characters or more.", name=name)
            if _is_short(visit.form)
            else phrase("{name} is saved.", name=name)
        )
        return visit.redirect(f"/dashboard/cards/{card_id}", said)

    async def _uploaded(self, visit: Visit) -> dict[str, Any]:
        return {**await self._picture(visit), **await self._password(visit)}

    async def _picture(self, visit: Visit) -> dict[str, Any]:
        """The address of what was uploaded: stored at once, so that nothing of it is lost if the rest is refused."""
        upload = visit.form.files.get("picture")
        if upload is None:
            return {"stamp_img_url": ""} if visit.form.has("removePicture") else {}
        picture = await self._desk.pictures.reencode(upload.content)
        handle = await visit.write(lambda tx: store(tx, visit.account_id, picture, now_us=visit.now_us))
        return {"stamp_img_url": url_of(handle, self._desk.default_domain)}

    async def _password(self, visit: Visit) -> dict[str, Any]:
        """A new staff password as its hash; a blank field leaves the one that there is."""
        typed = visit.form.raw("onsitePwd")
        return {"onsite_hash": await self._desk.passwords.hash(typed)} if typed else {}

    def _page(self, visit: Visit, form: Form, card: Card, *, status: int = 200) -> Response:
        face = sample_face(drawn(card, form, self._desk.default_domain), visit.account, origin=self._desk.default_domain)
        return visit.render(
            "cards/editor.html",
            status=status,
            form=form,
            card=card,
            face=face,
            colors_path=colors_path([face]),
            action=f"/dashboard/cards/{card.card_id}/edit" if card.card_id else "/dashboard/cards/new",
            shop_color=visit.account.color or "b3261e",
            shop_paper=visit.account.paper_color or "ffffff",
            foreign_picture=bool(card.stamp_img_url) and not handle_in(card.stamp_img_url, self._desk.default_domain),
        )

    def _conflict(self, visit: Visit, changed: CardChanged, given: dict[str, Any]) -> Response:
        theirs = changed.present
        yours = replace(theirs, **{field: value for field, value in given.items() if field != "version"})
        return visit.render(
            "cards/conflict.html",
            status=changed.status,
            card=theirs,
            rows=shown_differences(theirs, yours),
            kept=values_of(yours, self._desk.default_domain),
            needs_password=bool(visit.form.raw("onsitePwd")),
        )


def _is_short(form: Form) -> bool:
    """Whether a staff password was typed that is soon guessed."""
    return 0 < len(form.raw("onsitePwd")) < _SHORT_PASSWORD


def _create(tx: Tx, visit: Visit, given: dict[str, Any]) -> list[Any]:
    card = service.add_card(tx, visit.account_id, given, now_us=visit.now_us)
    changes = differences(_blank(visit), card, SHOWN_NAMES, hidden=("onsite_hash",))
    record(tx, visit.entry("card.created", card.card_id, card.name, changes))
    return [card.card_id, card.name]


def _save(tx: Tx, visit: Visit, card_id: int, given: dict[str, Any], origin: str) -> str:
    fields = {name: value for name, value in given.items() if name != "version"}
    before, after = service.change_card(tx, visit.account_id, card_id, fields, expected_version=given["version"])
    changes = differences(before, after, SHOWN_NAMES, hidden=("onsite_hash",))
    if changes:
        record(tx, visit.entry("card.updated", card_id, after.name, changes))
    if before.stamp_img_url != after.stamp_img_url:
        drop_unused(tx, visit.account_id, handle_in(before.stamp_img_url, origin))
    return after.name


def _blank(visit: Visit) -> Card:
    """No card yet: number 0."""
    return Card(
        card_id=0,
        account_id=visit.account_id,
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
        created_at=visit.now_us,
    )
