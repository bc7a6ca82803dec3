"""`/dashboard/stamps/{stamp_id}`: one stamp as its customer sees it, what can be done with it, and its history in words."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from starlette.responses import Response

from stampwell.core.days import day_of
from stampwell.core.phrases import phrase
from stampwell.core.units import LARGEST_INTEGER
from stampwell.dashboard.cards.card_faces import colors_path
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.stamps.common import undo_rule
from stampwell.dashboard.stamps.places import places_for
from stampwell.dashboard.stamps.stamp_faces import stamp_face
from stampwell.dashboard.stamps.stamp_history import NEWEST, PAGE_SIZE, HistoryRead, history_lines, read_history
from stampwell.dashboard.stamps.stamp_labels import Names, chip_of, customer_of
from stampwell.db.database import Tx
from stampwell.drawing.qr import qr_svg
from stampwell.features.cards.model import Card
from stampwell.features.cards.service import get_card, list_cards
from stampwell.features.keys.service import list_keys
from stampwell.features.locations.model import Location
from stampwell.features.locations.service import list_locations
from stampwell.features.people.model import Permission
from stampwell.features.people.service import list_people
from stampwell.features.stamps import finding
from stampwell.features.stamps.model import HistoryRow, Stamp
from stampwell.features.stamps.rewards import last_handed_out, owed_rewards, rewards_of
from stampwell.features.stamps.states import REFUSALS, Action, State, state_of
from stampwell.web.forms import Form
from stampwell.web.headers import PAGE_HEADERS

_ONE = "/dashboard/stamps/{stamp_id:idx}"


class StampDetailPage:
    """Looking at one stamp."""

    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        return (
            PageRoute("GET", _ONE, self.show, Permission.VIEW),
            PageRoute("GET", f"{_ONE}/qr.svg", self.qr, Permission.VIEW),
        )

    async def show(self, context: DashboardContext) -> Response:
        return await show_stamp(context, Form())

    async def qr(self, context: DashboardContext) -> Response:
        """The code of the stamp's link: its own page may be on another host, from which the dashboard shows nothing."""
        stamp = await self._deps.db.read(finding.get_stamp, context.account_id, context.number("stamp_id"))
        return Response(qr_svg(stamp_url(stamp)), headers=PAGE_HEADERS, media_type="image/svg+xml")


class _StampRead(NamedTuple):
    """What the page shows.

    linked: the stamp's next one and the one that it was merged into, by number, where they are there.
    """

    stamp: Stamp
    card: Card
    history: HistoryRead
    names: Names
    locations: list[Location]
    linked: dict[int, Stamp]


async def show_stamp(context: DashboardContext, form: Form, *, status: int = 200) -> Response:
    """The page, with what was wrong with a form of it."""
    stamp_id, older = context.number("stamp_id"), context.query("before")
    is_number = older.isascii() and older.isdigit() and len(older) < len(str(LARGEST_INTEGER))
    before = int(older) if is_number else None
    shows_all = before is not None or context.query("history") == "all"
    limit = PAGE_SIZE if shows_all else NEWEST
    read = await context.deps.db.read(_read, context.account_id, stamp_id, before=before, limit=limit, now_us=context.now_us)
    stamp, card, here = read.stamp, read.card, f"/dashboard/stamps/{stamp_id}"
    lines = history_lines(read.history, stamp, read.names)
    face = stamp_face(stamp, card, context.account, origin=context.deps.default_domain, today=context.today)
    first = read.history.newest
    can_undo = first is not None and undo_rule(context).allows(first, now_us=context.now_us)
    return context.render(
        "stamps/stamp.html",
        status=status,
        form=form,
        here=here,
        face=face,
        colors_path=colors_path([face]),
        stamp_url=stamp_url(stamp),
        mail_link=_mail_link(context, stamp),
        lines=lines if shows_all else lines[:NEWEST],
        all_of_it=f"{here}?history=all" if not shows_all and (read.history.has_older or len(lines) > NEWEST) else "",
        rewards=_rewards(stamp, context),
        owed=owed_rewards(stamp) if takes_rewards(stamp, context) else (),
        places=places_for(context, stamp, read.locations),
        has_locations=bool(read.locations),
        next_stamp=read.linked.get(stamp.renewed_stamp_id or 0),
        merged_into=read.linked.get(stamp.merged_stamp_id or 0),
        undo=f"{here}/undo/{first.event_id}" if first and can_undo else "",
        older=f"{here}?before={read.history.rows[-1].event_id}" if shows_all and read.history.has_older else "",
        **about(stamp, context),
    )


def about(stamp: Stamp, context: DashboardContext) -> dict[str, Any]:
    """What every page about a stamp shows of it."""
    state = state_of(stamp, context.today)
    return {
        "stamp": stamp,
        "customer": customer_of(stamp, context.language.translate),
        "chip": chip_of(stamp, context.today),
        "usual": state is State.USABLE,
        "redeemed": state is State.REDEEMED,
        "merged": state is State.MERGED,
        "expired": state is State.EXPIRED,
        "inactive": state is State.INACTIVE,
        "not_yet_valid": state is State.NOT_YET_VALID,
        "takes_marks": state is State.USABLE or (state is State.FULL and stamp.carries and stamp.renewed_stamp_id is None),
        "reward_ready": state is State.FULL and not last_handed_out(stamp),
        "last_given": state is State.FULL and last_handed_out(stamp),
    }


def stamp_url(stamp: Stamp) -> str:
    """The link that the customer has."""
    return f"{stamp.domain}/stamp/{stamp.code}"


def _mail_link(context: DashboardContext, stamp: Stamp) -> str:
    """Opens an e-mail to the customer, with the link in it."""
    subject = phrase("Your card from {shop}", shop=context.account.name)
    body = phrase("Here is your card: {url}", url=stamp_url(stamp))
    words = urlencode(
        {"subject": subject.said(context.language.translate), "body": body.said(context.language.translate)}, quote_via=quote
    )
    return f"mailto:{quote(stamp.user_email or '', safe='@')}?{words}"


def takes_rewards(stamp: Stamp, context: DashboardContext) -> bool:
    """Whether rewards on the way can be handed out."""
    return state_of(stamp, context.today) not in REFUSALS[Action.REDEEM_REWARD]


class _RewardLine(NamedTuple):
    """A reward on the way. stamps: how many earn it. day: on which it was handed out, ISO text, or blank. missing: stamps."""

    stamps: int
    title: str
    day: str
    missing: int


def _rewards(stamp: Stamp, context: DashboardContext) -> list[_RewardLine]:
    zone = context.account.time_zone
    return [
        _RewardLine(
            reward.stamps,
            reward.title,
            "" if reward.handed_out_at is None else day_of(reward.handed_out_at, zone).isoformat(),
            max(0, reward.stamps - stamp.stamps),
        )
        for reward in rewards_of(stamp)
    ]


def _read(tx: Tx, account_id: int, stamp_id: int, *, before: int | None, limit: int, now_us: int) -> _StampRead:
    stamp = finding.get_stamp(tx, account_id, stamp_id)
    history = read_history(tx, account_id, stamp_id, before=before, limit=limit, now_us=now_us)
    locations = list_locations(tx, account_id)
    names = Names(
        people={person.person_id: person.name for person in list_people(tx, account_id, removed=True)},
        keys={key.key_id: key.name for key in list_keys(tx, account_id)},
        cards={card.card_id: card.name for card in list_cards(tx, account_id)} if _moved(history.rows) else {},
        locations={location.location_id: location.name for location in locations},
    )
    linked = finding.find_present(tx, account_id, (stamp.renewed_stamp_id, stamp.merged_stamp_id))
    return _StampRead(stamp, get_card(tx, account_id, stamp.card_id), history, names, locations, linked)


def _moved(rows: Sequence[HistoryRow]) -> bool:
    return any("cardIdx" in (row.changes or {}) for row in rows)
