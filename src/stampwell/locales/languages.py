"""Which language an answer is in: RFC 9110 (Accept-Language) with the basic filtering of RFC 4647."""

import gettext
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from stampwell.core.phrases import Language, Translate, english

_ENGLISH = Language("en", english)

CATALOGUES: Mapping[str, Sequence[str]] = MappingProxyType(
    {"stampwell": ("ko", "ja"), "stamp_page": ("ko", "ja", "de", "fr", "es")}
)
"""What each is translated to: `stampwell` is of the API and the dashboard, `stamp_page` of the customer's page."""

# Headers repeat; the bounds are for those that were made up to fill memory.
_REMEMBERED = 1024
_LONGEST_HEADER = 500

_RANGE = re.compile(
    r"(?P<range>\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)"
    r"(?:[ \t]*;[ \t]*[qQ]=(?P<quality>0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?"
)


class _Wish(NamedTuple):
    range: str
    quality: float


class Languages:
    """The languages of a catalogue, which is read when made. Call it with an Accept-Language header, or None."""

    def __init__(self, catalogue: str = "stampwell") -> None:
        folder = Path(__file__).parent
        translated = (Language(tag, _translate(gettext.translation(catalogue, folder, [tag]))) for tag in CATALOGUES[catalogue])
        self._by_tag = {language.tag: language for language in (_ENGLISH, *translated)}
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._choose)

    @property
    def tags(self) -> tuple[str, ...]:
        """English first."""
        return tuple(self._by_tag)

    def __call__(self, accept_language: bytes | None) -> Language:
        if accept_language is None:
            return _ENGLISH
        if len(accept_language) > _LONGEST_HEADER:
            return _ENGLISH
        return self._remembered(accept_language)

    def _choose(self, accept_language: bytes) -> Language:
        """The one wished for most; of equals the one named first. English when none fits or the header is malformed."""
        wishes = _wishes(accept_language.decode("latin-1"))
        found = [(quality, -place, tag) for tag in self._by_tag for quality, place in [_quality(tag, wishes)] if quality > 0]
        best = max(found, key=lambda one: one[:2], default=None)
        return _ENGLISH if best is None else self._by_tag[best[2]]


def _translate(catalogue: gettext.NullTranslations) -> Translate:
    def translate(template: str, many: str = "", count: int = 1, /) -> str:
        return catalogue.ngettext(template, many, count) if many else catalogue.gettext(template)

    return translate


def _wishes(header: str) -> list[_Wish]:
    """None at all when any of them is malformed."""
    wishes: list[_Wish] = []
    for part in filter(None, (part.strip(" \t") for part in header.split(","))):
        found = _RANGE.fullmatch(part)
        if found is None:
            return []
        wishes.append(_Wish(found["range"].lower(), float(found["quality"] or 1)))
    return wishes


def _quality(tag: str, wishes: list[_Wish]) -> tuple[float, int]:
    """How much a language is wished for, 0 to 1, and the place of that wish.

    A wish for a region's variety (ko-KR) is one for the language: ours is what its readers read. `*` counts for
    languages that are not named.
    """
    named = [(wish.quality, place) for place, wish in enumerate(wishes) if wish.range.split("-")[0] == tag]
    others = [(wish.quality, place) for place, wish in enumerate(wishes) if wish.range == "*"]
    return max(named or others, key=lambda one: (one[0], -one[1]), default=(0.0, 0))
