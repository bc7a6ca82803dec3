"""Pages with placeholders for what is a stamp's own: cached for the next stamp that looks the same, bounded by their size."""

import re
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Generic, TypeVar

from cachetools import LRUCache

KeyT = TypeVar("KeyT")

_MOST_BYTES = 8 * 2**20
# Random, so that nobody can write a placeholder into a card's title.
_SIGN = secrets.token_hex(12)
_PLACEHOLDER = re.compile(f"x{_SIGN}([a-z]+)x")

_NAMES = ("code", "token", "once", "marks", "spelled")
PLACEHOLDERS: Mapping[str, str] = MappingProxyType({name: f"x{_SIGN}{name}x" for name in _NAMES})
"""What a template is given in place of the stamp's code, the token of its forms, the name of a form, its marks, and the code as
people read it out."""


class PageTemplate:
    """A page that was rendered with `PLACEHOLDERS`."""

    def __init__(self, page: str) -> None:
        self.weight = len(page)
        self._pieces = _PLACEHOLDER.split(page)

    def filled(self, values: Mapping[str, str]) -> bytes:
        """The page with those values in its placeholders; they go in as they are."""
        pieces = self._pieces.copy()
        pieces[1::2] = [values[name] for name in pieces[1::2]]
        return "".join(pieces).encode()


class PageCache(Generic[KeyT]):
    """By whatever a page depends on: the same key is the same page. The least recently used go first."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._pages: LRUCache[KeyT, PageTemplate] = LRUCache(most_bytes, getsizeof=lambda template: template.weight)

    def get(self, key: KeyT, render: Callable[[], str]) -> PageTemplate:
        """The template of that key, rendered now if it is not cached."""
        kept = self._pages.get(key)
        if kept is not None:
            return kept
        template = PageTemplate(render())
        # One that weighs more than all together may is not kept.
        with suppress(ValueError):
            self._pages[key] = template
        return template
