"""The three steps from an empty shop to its first stamp. They stay until all are done, and never come back."""

from typing import NamedTuple

from stampwell.core.phrases import Phrase, phrase
from stampwell.core.units import LARGEST_INTEGER
from stampwell.db.database import Tx
from stampwell.features.cards.model import Card
from stampwell.features.cards.service import page_cards
from stampwell.features.people.model import Permission, Viewer
from stampwell.features.stamps.counts import lately_issued
from stampwell.features.stamps.ledger.daily_counts import ever_happened

_LOOKED_AT = 50


class FirstStep(NamedTuple):
    """path: where the step is taken, with `button` on it; blank unless it is the next one and the viewer may take it."""

    title: Phrase
    explained: Phrase
    done: bool
    is_next: bool
    button: Phrase
    path: str


def first_steps(tx: Tx, viewer: Viewer) -> list[FirstStep]:
    """Empty once all are done."""
    account_id = viewer.account.account_id
    lately, ever = lately_issued(tx, account_id), ever_happened(tx, account_id)
    if ever.marks or (lately is not None and lately.marked):
        return []
    issued = lately is not None or ever.issued > 0
    cards = page_cards(tx, account_id, before_id=LARGEST_INTEGER, limit=_LOOKED_AT)
    done = (bool(cards) or issued, issued, False)
    steps = (
        (
            phrase("Design a card"),
            phrase("How many stamps a customer collects, and what they get for it."),
            phrase("Design a card"),
            "/dashboard/cards/new",
            Permission.CARDS,
        ),
        (
            phrase("Put your first card into a customer's hand"),
            phrase("Issue a card, then let the customer scan its QR code, or send them the link."),
            phrase("Issue a card"),
            _issue_path(cards),
            Permission.ISSUE,
        ),
        (
            phrase("Add a stamp"),
            phrase("Open the card, press Add stamp, and see the stamp arrive on the customer's phone."),
            phrase("Open the card"),
            _issue_path(cards) if lately is None else f"/dashboard/stamps/{lately.newest_id}",
            Permission.MARK,
        ),
    )
    following = done.index(False)
    return [
        FirstStep(
            title,
            explained,
            done[number],
            number == following,
            button,
            path if number == following and viewer.may(permission) else "",
        )
        for number, (title, explained, button, path, permission) in enumerate(steps)
    ]


def _issue_path(cards: list[Card]) -> str:
    """Of the newest design that takes stamps; the list of designs where none does."""
    usable = next((card for card in cards if card.takes_stamps), None)
    return "/dashboard/cards" if usable is None else f"/dashboard/stamps/new?card={usable.card_id}"
