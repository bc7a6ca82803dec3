"""`/dashboard/cards/new` and `…/edit`: the editor with its preview, and what happens when two people edit at once."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from starlette.responses import Response

from stampwell.core.actors import Actor
from stampwell.core.errors import AppError
from stampwell.core.phrases import from_plain, phrase, to_plain
from stampwell.dashboard.cards.card_faces import colors_path, sample_face
from stampwell.dashboard.cards.card_fields import (
    drawn,
    read_fields,
    require_fields,
    shown_differences,
    values_of,
)
from stampwell.dashboard.cards.kept_goals import kept_in_words
from stampwell.dashboard.cards.number_remarks import number_remarks
from stampwell.dashboard.cards.reward_rows import REWARD_FIELDS, changes_rows, rows_of
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.locations.location_choices import location_choices, ticked_locations
from stampwell.dashboard.route import PageRoute
from stampwell.db.database import Tx
from stampwell.features.cards import service
from stampwell.features.cards.errors import CardChanged
from stampwell.features.cards.model import Card, blank_card
from stampwell.features.cards.rewards import MOST_REWARDS
from stampwell.features.images.model import LARGEST_UPLOAD, url_of
from stampwell.features.images.service import store
from stampwell.features.locations.model import Location
from stampwell.features.locations.service import list_locations
from stampwell.features.people.model import Permission
from stampwell.features.stamps.counts import KeptGoals, goals_of_card
from stampwell.web.forms import Form

_ONE = "/dashboard/cards/{card_id:idx}"
# Taken, but soon guessed: people are told.
_SHORT_PASSWORD = 6
_FIELDS = frozenset(
    {"cardNm", "cardTtl", "maxStamps", "rewardTtl", "url", "stampImgUrl", "picture", "color", "paperColor", "onsitePwd"}
    | {"cooldownSec", "dailyMax", "locationIdxs"}
    | REWARD_FIELDS
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
        return await self._page(context, Form.filled({"maxStamps": 10}), _blank(context))

    async def create(self, context: DashboardContext) -> Response:
        if _is_drawn_only(context.form):
            return await self._page(context, context.form, _blank(context))
        try:
            given = {
                **read_fields(context.form, self._deps.default_domain),
                **await self._picture(context),
                **await self._password(context),
            }
            unit = partial(_create, account_id=context.account_id, given=given, actor=context.actor, now_us=context.now_us)
            card_id, name = await context.once(unit)
        except AppError as refusal:
            return await self._page(context, context.refused(refusal, fields=_FIELDS), _blank(context), status=refusal.status)
        if _is_short(context.form):
            said = phrase(
                "{name} is ready. Its Card IDX is {card_idx}. "
                "Its staff password is short and easy to guess: use 6 characters or more.",
                name=name,
                card_idx=str(card_id),
            )
        else:
            said = phrase("{name} is ready. Its Card IDX is {card_idx}.", name=name, card_idx=str(card_id))
        return context.redirect(f"/dashboard/cards/{card_id}", said)

    async def edit(self, context: DashboardContext) -> Response:
        card = await self._deps.db.read(service.get_card, context.account_id, context.number("card_id"))
        return await self._page(context, Form.filled(values_of(card, self._deps.default_domain)), card)

    async def save(self, context: DashboardContext) -> Response:
        card_id = context.number("card_id")
        card = await self._deps.db.read(service.get_card, context.account_id, card_id)
        if _is_drawn_only(context.form):
            return await self._page(context, context.form, card)
        given: dict[str, Any] = {}
        try:
            given = {
                **require_fields(context.form, self._deps.default_domain),
                **await self._picture(context),
                **await self._password(context),
            }
            name, *kept = await context.once(self._saving(context, card, given))
        except CardChanged as changed:
            return await self._conflict(context, changed, given)
        except AppError as refusal:
            return await self._page(context, context.refused(refusal, fields=_FIELDS), card, status=refusal.status)
        said = (
            phrase("{name} is saved. Its staff password is short and easy to guess: use 6 characters or more.", name=name)
            if _is_short(context.form)
            else phrase("{name} is saved.", name=name)
        )
        for sentence in kept:
            said = phrase("{said} {more}", said=said, more=from_plain(sentence))
        return context.redirect(f"/dashboard/cards/{card_id}", said)

    def _saving(self, context: DashboardContext, card: Card, given: Mapping[str, Any]) -> Callable[[Tx], list[Any]]:
        """The unit of work of `save`: the card's name, and where its goal changed, a sentence on those that keep theirs."""
        fields = {name: value for name, value in given.items() if name != "version"}

        def unit(tx: Tx) -> list[Any]:
            after = service.save_card(
                tx,
                context.account_id,
                card.card_id,
                fields,
                expected_version=given["version"],
                picture_origin=self._deps.default_domain,
                actor=context.actor,
                now_us=context.now_us,
            )
            if after.max_stamps == card.max_stamps:
                return [after.name]
            kept = goals_of_card(tx, context.account_id, card.card_id, today=context.today, new_goal=after.max_stamps)
            words = kept_in_words(kept)
            return [after.name] if words is None else [after.name, to_plain(words)]

        return unit

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

    async def _page(self, context: DashboardContext, form: Form, card: Card, *, status: int = 200) -> Response:
        as_typed = drawn(card, form, self._deps.default_domain)
        face = sample_face(as_typed, context.account, origin=self._deps.default_domain)
        locations, kept = await self._deps.db.read(_locations_and_goals, card, today=context.today)
        return context.render(
            "cards/editor.html",
            status=status,
            form=form,
            card=card,
            rewards=rows_of(form),
            most_rewards=MOST_REWARDS,
            locations=location_choices(locations, {*card.location_ids, *ticked_locations(form, "location")}),
            face=face,
            remarks=number_remarks(as_typed),
            kept_goal=kept_in_words(kept),
            colors_path=colors_path([face]),
            action=f"/dashboard/cards/{card.card_id}/edit" if card.card_id else "/dashboard/cards/new",
            shop_color=context.account.color or "b3261e",
            shop_paper=context.account.paper_color or "ffffff",
        )

    async def _conflict(self, context: DashboardContext, changed: CardChanged, given: dict[str, Any]) -> Response:
        theirs = changed.present
        yours = replace(theirs, **{field: value for field, value in given.items() if field != "version"})
        places = await self._deps.db.read(list_locations, context.account_id)
        return context.render(
            "cards/conflict.html",
            status=changed.status,
            card=theirs,
            rows=shown_differences(theirs, yours, {place.location_id: place.name for place in places}),
            kept=values_of(yours, self._deps.default_domain),
            needs_password=bool(context.form.raw("onsitePwd")),
        )


def _is_drawn_only(form: Form) -> bool:
    """Whether a button was pressed that shows the form again and saves nothing."""
    return form.has("preview") or changes_rows(form)


def _is_short(form: Form) -> bool:
    """Whether a staff password was typed that is soon guessed."""
    return 0 < len(form.raw("onsitePwd")) < _SHORT_PASSWORD


def _blank(context: DashboardContext) -> Card:
    return blank_card(context.account_id, context.now_us)


def _locations_and_goals(tx: Tx, card: Card, *, today: date) -> tuple[list[Location], KeptGoals]:
    return list_locations(tx, card.account_id), goals_of_card(tx, card.account_id, card.card_id, today=today)


def _create(tx: Tx, *, account_id: int, given: Mapping[str, Any], actor: Actor, now_us: int) -> tuple[int, str]:
    """The number and the name of the new card."""
    card = service.add_card(tx, account_id, given, actor=actor, now_us=now_us)
    return card.card_id, card.name
