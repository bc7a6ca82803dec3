"""What a text finds in a shop: customers' cards first, then everything else that is called so or has that number."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from stampwell.core.phrases import Phrase, Translate, phrase
from stampwell.dashboard.search.page_index import pages_named
from stampwell.dashboard.stamps.choosing import find_scanned
from stampwell.dashboard.stamps.stamp_labels import Chip, customer_of, is_nameless, unusual_chip
from stampwell.db.database import Tx
from stampwell.features.cards.service import list_cards
from stampwell.features.domains.service import list_domains
from stampwell.features.locations.service import list_locations
from stampwell.features.people.model import Permission, Viewer
from stampwell.features.people.service import list_people
from stampwell.features.stamps import finding, reversing
from stampwell.features.stamps.model import Stamp
from stampwell.features.stamps.search.search import search
from stampwell.features.stamps.search.terms import SearchQuery
from stampwell.features.stamps.search.tokens import ENDING_LENGTH, fold

_MOST_HITS = 8
_LONGEST_SALE = 100


class Hit(NamedTuple):
    """Something that was found. chip: of a card in an unusual state."""

    path: str
    title: str | Phrase
    detail: str | Phrase = ""
    chip: Chip | None = None


class HitGroup(NamedTuple):
    """Things of one kind. more: the path of the list with all of them, blank where these are all."""

    title: Phrase
    hits: Sequence[Hit]
    more: str = ""


class Everything(NamedTuple):
    """scanned: the card that a whole code or link names. place_taken: it took the place of the one that was looked for."""

    groups: Sequence[HitGroup] = ()
    scanned: Stamp | None = None
    place_taken: bool = False

    @property
    def hits(self) -> list[Hit]:
        return [hit for group in self.groups for hit in group.hits]

    @property
    def only(self) -> Hit | None:
        """What was found, where it is one thing."""
        return self.hits[0] if len(self.hits) == 1 and not any(group.more for group in self.groups) else None


def find_everything(tx: Tx, viewer: Viewer, text: str, *, today: date, translate: Translate) -> Everything:
    """What the person may see of what the text finds in the shop; nothing for a blank one."""
    if not text:
        return Everything()
    scanned = find_scanned(tx, viewer.account.account_id, text)
    if scanned is not None:
        stamp = finding.last_of_merges(tx, scanned)
        return Everything([_cards_group([stamp], text, today, translate)], stamp, stamp is not scanned)
    groups = [
        _found_cards(tx, viewer, text, today=today, translate=translate),
        HitGroup(phrase("Sales"), list(_sales(tx, viewer, text))),
        HitGroup(phrase("Card designs"), list(_designs(tx, viewer, text))),
        HitGroup(phrase("Links"), list(_links(tx, viewer, text))),
        HitGroup(phrase("Locations"), list(_locations(tx, viewer, text))),
        HitGroup(phrase("Team"), list(_team(tx, viewer, text))),
        HitGroup(phrase("Pages"), [Hit(page.path, page.title) for page in pages_named(text, viewer, translate)]),
    ]
    return Everything([_shortened(group) for group in groups if group.hits or group.more])


def _found_cards(tx: Tx, viewer: Viewer, text: str, *, today: date, translate: Translate) -> HitGroup:
    account = viewer.account
    found = search(tx, account.account_id, SearchQuery(text), today=today, region=account.region)
    group = _cards_group(found.stamps[:_MOST_HITS], text, today, translate)
    has_more = len(found.stamps) > _MOST_HITS or found.cursor is not None
    return group if has_more else group._replace(more="")


def _cards_group(stamps: Sequence[Stamp], text: str, today: date, translate: Translate) -> HitGroup:
    hits = [_card_hit(stamp, today, translate) for stamp in stamps]
    return HitGroup(phrase("Customer cards"), hits, f"/dashboard/stamps?{urlencode({'q': text})}")


def _card_hit(stamp: Stamp, today: date, translate: Translate) -> Hit:
    count = phrase("{stamps} of {max_stamps}", stamps=stamp.stamps, max_stamps=stamp.max_stamps)
    ending = stamp.code[-ENDING_LENGTH:]
    detail = (
        count
        if is_nameless(stamp)
        else phrase("{card} · {count} · …{ending}", card=stamp.card_name, count=count, ending=ending)
    )
    return Hit(f"/dashboard/stamps/{stamp.stamp_id}", customer_of(stamp, translate), detail, unusual_chip(stamp, today))


def _shortened(group: HitGroup) -> HitGroup:
    return group if group.more else group._replace(hits=group.hits[:_MOST_HITS])


def _sales(tx: Tx, viewer: Viewer, text: str) -> Iterator[Hit]:
    if (
        viewer.may(Permission.STAMPS)
        and len(text) <= _LONGEST_SALE
        and reversing.find_sale(tx, viewer.account.account_id, text)
    ):
        yield Hit(f"/dashboard/stamps/refund?{urlencode({'sale': text})}", phrase("Sale {number}", number=text))


def _designs(tx: Tx, viewer: Viewer, text: str) -> Iterator[Hit]:
    for card in list_cards(tx, viewer.account.account_id):
        if _is_called(f"{card.name} {card.title}", text):
            yield Hit(f"/dashboard/cards/{card.card_id}", card.name, card.title if card.title != card.name else "")


def _links(tx: Tx, viewer: Viewer, text: str) -> Iterator[Hit]:
    if viewer.may(Permission.DOMAINS):
        for domain in list_domains(tx, viewer.account.account_id):
            if _is_called(domain.origin, text):
                yield Hit(f"/dashboard/domains/{domain.domain_id}", domain.host)


def _locations(tx: Tx, viewer: Viewer, text: str) -> Iterator[Hit]:
    if viewer.may(Permission.CARDS):
        for location in list_locations(tx, viewer.account.account_id):
            if _is_called(location.name, text):
                yield Hit(f"/dashboard/locations/{location.location_id}", location.name)


def _team(tx: Tx, viewer: Viewer, text: str) -> Iterator[Hit]:
    # Digits name a card, a phone or a sale; in an address they are nobody's name.
    if viewer.may(Permission.PEOPLE) and not text.removeprefix("#").isdigit():
        for person in list_people(tx, viewer.account.account_id):
            if _is_called(f"{person.name} {person.email}", text):
                yield Hit(f"/dashboard/people/{person.person_id}", person.name, person.email)


def _is_called(name: str, text: str) -> bool:
    wanted = fold(text)
    return bool(wanted) and wanted in fold(name)
