"""Searching an account's stamps: a page of them, and how far it looked. The work is bounded, whatever is asked.

A text is looked for to the letter first (number, user id, e-mail address, phone number, the end of a code), which finds what
was issued a moment ago too; then as a whole word, newest first; then as the beginning of longer words. Without a text stamps
come newest first.
"""

from collections.abc import Sequence
from datetime import date
from heapq import merge
from itertools import groupby
from typing import NamedTuple

from pydantic_core import to_json

from stampwell.core.paging import make_cursor
from stampwell.core.units import ABOVE_ALL, BELOW_ALL
from stampwell.db.cursor_pages import Position, position_of
from stampwell.db.database import Tx
from stampwell.db.secret import cursor_secret
from stampwell.features.stamps import list_queries, queries
from stampwell.features.stamps.model import Stamp
from stampwell.features.stamps.search import search_queries
from stampwell.features.stamps.search.search_queries import WordEntry
from stampwell.features.stamps.search.terms import Exact, SearchQuery, beyond, exact_of, terms_asked
from stampwell.features.stamps.search.tokens import ending_word
from stampwell.features.stamps.states import State

PAGE_SIZE = 50
MOST_ENTRIES = 2_000
"""Entries of words a page, each with its stamp."""
MOST_STAMPS = 20_000
"""Stamps a page, where states alone are asked for."""
MOST_SCATTERED = 10_000
"""The same of rare states, whose stamps lie far apart and take as much longer to read."""

_MOST_COUNTED = 1_000
_FIRST_LOOK, _NEXT_LOOKS = 64, 512

EXACT, WHOLE, LONGER = range(3)


class Found(NamedTuple):
    """A page. cursor: of the next, or None. looked_at: how many stamps, where that ended the page before it was full."""

    stamps: list[Stamp]
    cursor: str | None = None
    looked_at: int | None = None


class _Place(NamedTuple):
    """Where a page ends: in which stage, after which entry of it. led_by: the term that the words are those of."""

    stage: int
    led_by: str
    word: str
    position: Position


class _Search(NamedTuple):
    """What is asked, worked out. terms: to be fulfilled all, the rarest first; none when no word can fulfil them."""

    account_id: int
    wanted: SearchQuery
    today: date
    exact: Exact
    terms: Sequence[tuple[str, ...]]


def search(
    tx: Tx, account_id: int, wanted: SearchQuery, *, today: date, region: str | None = None, cursor: str | None = None
) -> Found:
    """`region`: where phone numbers without a country code belong. Raises FieldsWrong for a cursor of another search."""
    of = f"search/{account_id}/{to_json(wanted).decode()}"
    place = _place_of(tx, of, cursor)
    if not wanted.text:
        stamps, end, looked_at = _by_state(tx, account_id, wanted, today, place)
    else:
        terms = _ordered(tx, account_id, terms_asked(wanted.text, region), place.led_by)
        asked = _Search(account_id, wanted, today, exact_of(wanted.text, region), terms)
        stamps, end, looked_at = _by_text(tx, asked, place)
    return Found(stamps, None if end is None else _cursor_of(tx, of, end), looked_at)


def _by_state(
    tx: Tx, account_id: int, wanted: SearchQuery, today: date, place: _Place
) -> tuple[list[Stamp], _Place | None, int | None]:
    _, card_id, state = wanted
    # Where the index has nothing else in it, the page is full before the boundary.
    sparse = state not in {None, State.REDEEMED}
    most = MOST_SCATTERED if state in {State.FULL, State.INACTIVE} else MOST_STAMPS
    until = (
        search_queries.boundary(tx, account_id, state=state, card_id=card_id, before=place.position, most=most)
        if sparse
        else None
    )
    stamps = search_queries.page(
        tx,
        account_id,
        state=state,
        card_id=card_id,
        today=today.isoformat(),
        before=place.position,
        until=until or BELOW_ALL,
        limit=PAGE_SIZE + 1,
    )
    if len(stamps) > PAGE_SIZE:
        last = stamps[PAGE_SIZE - 1]
        return stamps[:PAGE_SIZE], _Place(EXACT, "", "", (last.created_at, last.stamp_id)), None
    return (stamps, None, None) if until is None else (stamps, _Place(EXACT, "", "", until), most)


def _by_text(tx: Tx, asked: _Search, place: _Place) -> tuple[list[Stamp], _Place | None, int | None]:
    found: list[tuple[_Place, Stamp]] = []
    looked_at = 0
    for stage in range(place.stage, LONGER + 1 if asked.terms else EXACT + 1):
        here = place if stage == place.stage else _beginning(asked, stage)
        more = True
        while more:
            if looked_at >= MOST_ENTRIES:
                return [stamp for _, stamp in found], here, looked_at
            limit = min(_NEXT_LOOKS if looked_at else _FIRST_LOOK, MOST_ENTRIES - looked_at)
            entries = _entries(tx, asked, here, limit)
            found += _kept(tx, asked, stage, entries)
            if len(found) > PAGE_SIZE:
                return [stamp for _, stamp in found[:PAGE_SIZE]], found[PAGE_SIZE - 1][0], None
            looked_at += len(entries)
            more = len(entries) == limit
            here = _place_at(asked, stage, entries[-1]) if entries else here
    return [stamp for _, stamp in found], None, None


def _entries(tx: Tx, asked: _Search, place: _Place, limit: int) -> list[WordEntry]:
    """The next of that stage, `limit` at most; fewer only where it ends."""
    account_id = asked.account_id
    if place.stage == EXACT:
        return _merged(_exact(tx, asked, place.position, limit), limit)
    leading = asked.terms[0]
    if place.stage == WHOLE:
        found = [search_queries.whole(tx, account_id, word, before=place.position, limit=limit) for word in leading]
        return _merged(found, limit)
    return search_queries.longer(tx, account_id, leading[0], before=WordEntry(place.word, *place.position), limit=limit)


def _exact(tx: Tx, asked: _Search, before: Position, limit: int) -> list[list[WordEntry]]:
    exact, card_id = asked.exact, asked.wanted.card_id
    card: dict[str, object] = {} if card_id is None else {"card_id": card_id}
    filters = [{"phone_digits": phone} for phone in exact.phones]
    filters += [{"email_key": email} for email in exact.emails]
    filters += [{"user_id": exact.user_id}] if exact.user_id else []
    found = [
        [WordEntry("", stamp.created_at, stamp.stamp_id) for stamp in page]
        for page in (
            list_queries.page(tx, asked.account_id, {**given, **card}, before=before, limit=limit) for given in filters
        )
    ]
    if exact.ending:
        found.append(search_queries.whole(tx, asked.account_id, ending_word(exact.ending), before=before, limit=limit))
    if exact.number is not None:
        name = (asked.account_id, exact.number)
        numbered = [WordEntry("", stamp.created_at, stamp.stamp_id) for stamp in queries.find_each(tx, [name]).values()]
        found.append([entry for entry in numbered if (entry.created_at, entry.stamp_id) < before])
    return found


def _merged(found: Sequence[Sequence[WordEntry]], limit: int) -> list[WordEntry]:
    """Newest first; what several found is there once."""
    ordered = merge(*found, key=lambda entry: (entry.created_at, entry.stamp_id), reverse=True)
    return [next(same) for _, same in groupby(ordered, key=lambda entry: entry.stamp_id)][:limit]


def _kept(tx: Tx, asked: _Search, stage: int, entries: Sequence[WordEntry]) -> list[tuple[_Place, Stamp]]:
    """The stamps of those entries that fulfil everything and were not found by an entry before."""
    fitting = entries
    if stage == LONGER or (stage == WHOLE and len(asked.terms) > 1):
        words = search_queries.words_of(tx, asked.account_id, [entry.stamp_id for entry in entries])
        fitting = [entry for entry in entries if _fulfils(asked, stage, entry, words[entry.stamp_id])]
    if asked.wanted[1:] != (None, None):
        kept = _of_card_and_state(tx, asked, [entry.stamp_id for entry in fitting])
        fitting = [entry for entry in fitting if entry.stamp_id in kept]
    named = [(asked.account_id, entry.stamp_id) for entry in fitting]
    stamps = queries.find_each(tx, named)
    return [
        (_place_at(asked, stage, entry), stamp)
        for entry, name in zip(fitting, named, strict=True)
        if (stamp := stamps.get(name)) is not None and asked.exact.fits(stamp) == (stage == EXACT)
    ]


def _of_card_and_state(tx: Tx, asked: _Search, stamp_ids: Sequence[int]) -> set[int]:
    _, card_id, state = asked.wanted
    today = asked.today.isoformat()
    return search_queries.fitting(tx, asked.account_id, stamp_ids, state=state, card_id=card_id, today=today)


def _fulfils(asked: _Search, stage: int, entry: WordEntry, words: Sequence[str]) -> bool:
    leading = asked.terms[0]
    if stage == LONGER and (
        any(word in leading for word in words) or any(word.startswith(leading[0]) and word > entry.word for word in words)
    ):
        return False
    return all(any(word.startswith(term[0]) for word in words) for term in asked.terms[1:])


def _ordered(tx: Tx, account_id: int, terms: Sequence[tuple[str, ...]], led_by: str) -> Sequence[tuple[str, ...]]:
    """The rarest first, or the one that led on the pages before; none when there is one that no word begins with."""
    if led_by or len(terms) <= 1:
        return sorted(terms, key=lambda term: term[0] != led_by)
    counts = {
        term: search_queries.count_words(tx, account_id, first=term[0], beyond=beyond(term[0]), most=_MOST_COUNTED)
        for term in terms
    }
    return sorted(terms, key=lambda term: counts[term]) if all(counts.values()) else ()


def _beginning(asked: _Search, stage: int) -> _Place:
    leading = asked.terms[0][0]
    return _Place(stage, leading, beyond(leading) if stage == LONGER else "", ABOVE_ALL)


def _place_at(asked: _Search, stage: int, entry: WordEntry) -> _Place:
    leading = "" if stage == EXACT else asked.terms[0][0]
    return _Place(stage, leading, entry.word if stage == LONGER else "", (entry.created_at, entry.stamp_id))


def _cursor_of(tx: Tx, of: str, place: _Place) -> str:
    # Words are letters and digits: none has a full stop.
    named = f"{place.stage}.{place.led_by}.{place.word}"
    return f"{named}.{make_cursor(cursor_secret(tx), f'{of}/{named}', place.position)}"


def _place_of(tx: Tx, of: str, cursor: str | None) -> _Place:
    if cursor is None:
        return _Place(EXACT, "", "", ABOVE_ALL)
    named, _, signed = cursor.rpartition(".")
    position = position_of(tx, f"{of}/{named}", signed)
    # It was signed with these: they are our own.
    stage, led_by, word = named.split(".")
    return _Place(int(stage), led_by, word, position)
