"""`/dashboard/cards`: the shelf, and one card with its Card IDX."""

import re

from starlette.responses import Response

from stampwell.core.phrases import phrase
from stampwell.core.units import LARGEST_INTEGER
from stampwell.dashboard.cards.card_commands import create_command
from stampwell.dashboard.cards.card_faces import colors_path, sample_face
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.route import PageRoute
from stampwell.db.database import Tx
from stampwell.features.cards import service
from stampwell.features.cards.model import Card
from stampwell.features.images.model import handle_in
from stampwell.features.locations.service import names_of
from stampwell.features.people.model import Permission
from stampwell.features.stamps.counts import Bounded, count_of_card

_A_PAGE = 12
_NUMBER = re.compile("[0-9]{1,18}")
_ONE = "/dashboard/cards/{card_id:idx}"


class CardPages:
    """Looking at cards, and what becomes of one as a whole."""

    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        return (
            PageRoute("GET", "/dashboard/cards", self.list, Permission.VIEW),
            PageRoute("GET", _ONE, self.show, Permission.VIEW),
            PageRoute("POST", f"{_ONE}/duplicate", self.duplicate, Permission.CARDS),
            PageRoute("POST", f"{_ONE}/switch", self.switch, Permission.CARDS),
            PageRoute("GET", f"{_ONE}/archive", self.ask_archive, Permission.CARDS),
            PageRoute("POST", f"{_ONE}/archive", self.archive, Permission.CARDS),
            PageRoute("POST", f"{_ONE}/unarchive", self.unarchive, Permission.CARDS),
            PageRoute("GET", f"{_ONE}/delete", self.ask_delete, Permission.CARDS),
            PageRoute("POST", f"{_ONE}/delete", self.delete, Permission.CARDS),
        )

    async def list(self, context: DashboardContext) -> Response:
        before = context.query("before")
        below = int(before) if _NUMBER.fullmatch(before) else LARGEST_INTEGER
        cards = await self._deps.db.read(service.page_cards, context.account_id, before_id=below, limit=_A_PAGE + 1)
        shelf = [(card, sample_face(card, context.account, origin=self._deps.default_domain)) for card in cards[:_A_PAGE]]
        return context.render(
            "cards/list.html",
            shelf=shelf,
            colors_path=colors_path(face for _, face in shelf),
            older=f"/dashboard/cards?before={cards[_A_PAGE - 1].card_id}" if len(cards) > _A_PAGE else "",
        )

    async def show(self, context: DashboardContext) -> Response:
        card, stamps, places = await self._deps.db.read(_card_and_count, context.account_id, context.number("card_id"))
        face = sample_face(card, context.account, origin=self._deps.default_domain)
        return context.render(
            "cards/card.html",
            card=card,
            face=face,
            colors_path=colors_path([face]),
            stamps=stamps,
            places=places,
            foreign_picture=bool(card.stamp_img_url) and not handle_in(card.stamp_img_url, self._deps.default_domain),
            command=create_command(card.card_id, origin=context.origin, today=context.today),
        )

    async def duplicate(self, context: DashboardContext) -> Response:
        card_id = context.number("card_id")

        def unit(tx: Tx) -> int:
            like = service.get_card(tx, context.account_id, card_id)
            name = phrase("Copy of {name}", name=like.name).said(context.language.translate)
            made = service.duplicate_card(
                tx, context.account_id, card_id, name=name, actor=context.actor, now_us=context.now_us
            )
            return made.card_id

        made_id = await context.once(unit)
        return context.redirect(f"/dashboard/cards/{made_id}/edit", phrase("This is the copy. Change what is to be different."))

    async def switch(self, context: DashboardContext) -> Response:
        card_id, active = context.number("card_id"), context.form.text("active") == "Y"

        def unit(tx: Tx) -> str:
            _, after = service.change_card(
                tx, context.account_id, card_id, {"active": active}, actor=context.actor, now_us=context.now_us
            )
            return after.name

        name = await context.once(unit)
        said = (
            phrase("{name} is switched on: stamps of it can be issued.", name=name)
            if active
            else phrase("{name} is switched off: no new stamps of it are issued. Those that are out go on.", name=name)
        )
        return context.redirect(f"/dashboard/cards/{card_id}", said)

    async def ask_archive(self, context: DashboardContext) -> Response:
        card = await self._deps.db.read(service.get_card, context.account_id, context.number("card_id"))
        return context.render("cards/archive.html", card=card)

    async def archive(self, context: DashboardContext) -> Response:
        card_id = context.number("card_id")

        def unit(tx: Tx) -> str:
            return service.archive_card(tx, context.account_id, card_id, actor=context.actor, now_us=context.now_us).name

        name = await context.once(unit)
        undo = f"/dashboard/cards/{card_id}/unarchive"
        return context.redirect(f"/dashboard/cards/{card_id}", phrase("{name} is archived.", name=name), undo=undo)

    async def unarchive(self, context: DashboardContext) -> Response:
        card_id = context.number("card_id")

        def unit(tx: Tx) -> str:
            return service.unarchive_card(tx, context.account_id, card_id, actor=context.actor, now_us=context.now_us).name

        name = await context.once(unit)
        return context.redirect(f"/dashboard/cards/{card_id}", phrase("{name} is back from the archive.", name=name))

    async def ask_delete(self, context: DashboardContext) -> Response:
        card, used = await self._deps.db.read(_card_and_use, context.account_id, context.number("card_id"))
        return context.render("cards/delete.html", card=card, used=used)

    async def delete(self, context: DashboardContext) -> Response:
        card_id = context.number("card_id")

        def unit(tx: Tx) -> str:
            card = service.delete_unused_card(
                tx,
                context.account_id,
                card_id,
                picture_origin=self._deps.default_domain,
                actor=context.actor,
                now_us=context.now_us,
            )
            return card.name

        name = await context.once(unit)
        return context.redirect("/dashboard/cards", phrase("{name} is deleted.", name=name))


def _card_and_use(tx: Tx, account_id: int, card_id: int) -> tuple[Card, bool]:
    return service.get_card(tx, account_id, card_id), service.has_stamps(tx, account_id, card_id)


def _card_and_count(tx: Tx, account_id: int, card_id: int) -> tuple[Card, Bounded, list[str]]:
    """With the names of the locations where it is valid; none for everywhere."""
    card = service.get_card(tx, account_id, card_id)
    return card, count_of_card(tx, account_id, card_id), names_of(tx, account_id, card.location_ids)
