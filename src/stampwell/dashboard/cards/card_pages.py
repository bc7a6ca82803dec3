"""`/dashboard/cards`: the shelf, and one card with its Card IDX."""

import re
from datetime import date, timedelta

from starlette.responses import Response

from stampwell.core.days import start_of_day_us
from stampwell.core.phrases import phrase
from stampwell.core.units import LARGEST_INTEGER
from stampwell.dashboard.cards.card_commands import create_command, list_command
from stampwell.dashboard.cards.card_faces import colors_path, sample_face
from stampwell.dashboard.cards.number_remarks import number_remarks
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.route import PageRoute
from stampwell.db.database import Tx
from stampwell.features.accounts.model import Account
from stampwell.features.cards import service
from stampwell.features.cards.model import Card
from stampwell.features.images.model import handle_in
from stampwell.features.locations.service import names_of
from stampwell.features.people.model import Permission
from stampwell.features.stamps.counts import CardCounts, counts_of_card

_A_PAGE = 12
_WEEK = 7
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
        cards, has_older = await self._deps.db.read(_cards_and_counts, context.account, before_id=below, today=context.today)
        shelf = [(card, counts, sample_face(card, context.account, origin=self._deps.default_domain)) for card, counts in cards]
        return context.render(
            "cards/list.html",
            shelf=shelf,
            colors_path=colors_path(face for _, _, face in shelf),
            older=f"/dashboard/cards?before={shelf[-1][0].card_id}" if has_older else "",
            command=list_command(context.origin),
        )

    async def show(self, context: DashboardContext) -> Response:
        card, counts, is_issued, places = await self._deps.db.read(
            _card_and_counts, context.account, context.number("card_id"), today=context.today
        )
        face = sample_face(card, context.account, origin=self._deps.default_domain)
        return context.render(
            "cards/card.html",
            card=card,
            face=face,
            colors_path=colors_path([face]),
            counts=counts,
            is_issued=is_issued,
            places=places,
            remarks=number_remarks(card),
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
        return context.redirect(
            f"/dashboard/cards/{made_id}/edit", phrase("This is the copy. Change what should be different.")
        )

    async def switch(self, context: DashboardContext) -> Response:
        card_id, active = context.number("card_id"), context.form.text("active") == "Y"

        def unit(tx: Tx) -> str:
            _, after = service.change_card(
                tx, context.account_id, card_id, {"active": active}, actor=context.actor, now_us=context.now_us
            )
            return after.name

        name = await context.once(unit)
        said = (
            phrase("{name} is switched on: new cards can be issued.", name=name)
            if active
            else phrase("{name} is switched off: no new cards are issued. Existing cards go on working.", name=name)
        )
        return context.redirect(f"/dashboard/cards/{card_id}", said)

    async def ask_archive(self, context: DashboardContext) -> Response:
        card, counts = await self._deps.db.read(_card_and_held, context.account, context.number("card_id"), today=context.today)
        return context.render("cards/archive.html", card=card, held=counts.held)

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
        return context.redirect(f"/dashboard/cards/{card_id}", phrase("{name} is restored.", name=name))

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


def _cards_and_counts(tx: Tx, account: Account, *, before_id: int, today: date) -> tuple[list[tuple[Card, CardCounts]], bool]:
    """A page of cards, newest first, and whether there are older ones."""
    cards = service.page_cards(tx, account.account_id, before_id=before_id, limit=_A_PAGE + 1)
    return [(card, _counts(tx, account, card.card_id, today)) for card in cards[:_A_PAGE]], len(cards) > _A_PAGE


def _card_and_held(tx: Tx, account: Account, card_id: int, *, today: date) -> tuple[Card, CardCounts]:
    return service.get_card(tx, account.account_id, card_id), _counts(tx, account, card_id, today)


def _card_and_counts(tx: Tx, account: Account, card_id: int, *, today: date) -> tuple[Card, CardCounts, bool, list[str]]:
    """With whether it was ever issued, and the names of the locations where it is valid; none for everywhere."""
    card, counts = _card_and_held(tx, account, card_id, today=today)
    is_issued = service.has_stamps(tx, account.account_id, card_id)
    return card, counts, is_issued, names_of(tx, account.account_id, card.location_ids)


def _counts(tx: Tx, account: Account, card_id: int, today: date) -> CardCounts:
    return counts_of_card(tx, account.account_id, card_id, today=today, since_us=_since_us(account, today))


def _since_us(account: Account, today: date) -> int:
    """The beginning of the last seven days."""
    return start_of_day_us(today - timedelta(days=_WEEK - 1), account.time_zone)
