"""What somebody may mean who types something into the search. Pure: no SQL, no clock."""

from typing import NamedTuple

from stampwell.core.emails import ascii_lower, email_candidates
from stampwell.core.phones import has_keypad_letters, is_phone, phone_candidates, phone_spellings
from stampwell.core.stamp_refs import has_number_sign, read_code_ending, read_stamp_ref
from stampwell.features.stamps.model import Stamp
from stampwell.features.stamps.search.tokens import terms_of
from stampwell.features.stamps.states import State

_LONGEST_USER_ID = 100
_LONGEST_EMAIL = 254
# What no text goes beyond that begins with a given one.
_LAST = "\U0010ffff"


class SearchQuery(NamedTuple):
    """What is searched for: a text, or blank; a card and a state, or None for any."""

    text: str = ""
    card_id: int | None = None
    state: State | None = None


class Exact(NamedTuple):
    """What the text is when it is meant to the letter: blank, None or empty where it cannot be that."""

    number: int | None
    user_id: str
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    ending: str = ""

    def fits(self, stamp: Stamp) -> bool:
        """Whether the stamp has one of them. Whatever fits here is found by the database's own comparison too."""
        return (
            stamp.stamp_id == self.number
            or (bool(self.user_id) and stamp.user_id == self.user_id)
            or (stamp.user_email_key or ascii_lower(stamp.user_email or "")) in self.emails
            or stamp.user_phone_digits in self.phones
            or (bool(self.ending) and stamp.code.endswith(self.ending))
        )


def exact_of(text: str, region: str | None) -> Exact:
    """`region`: where phone numbers without a country code belong."""
    plain = text.isprintable()
    named = read_stamp_ref(text)
    return Exact(
        number=named if isinstance(named, int) else None,
        user_id=text if plain and len(text) <= _LONGEST_USER_ID else "",
        emails=email_candidates(text) if plain and "@" in text and len(text) <= _LONGEST_EMAIL else (),
        phones=phone_candidates(text, region) if is_phone(text) or has_keypad_letters(text) else (),
        ending=read_code_ending(text) or "",
    )


def terms_asked(text: str, region: str | None) -> list[tuple[str, ...]]:
    """Each has to be the beginning of a word; the first of each as it was typed, then its other spellings in whole.

    None for a stamp's number with its sign, which is meant to the letter.
    """
    if has_number_sign(text):
        return []
    if is_phone(text):
        return [phone_spellings(text, region)]
    return [(term,) for term in terms_of(text)]


def beyond(term: str) -> str:
    """Above every text that begins with the term."""
    return f"{term}{_LAST}"
