"""Pages with holes for what is a stamp's own: kept for the next stamp that looks the same, bounded by what they weigh."""

import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Generic, TypeVar

KeyT = TypeVar("KeyT")

_MOST_BYTES = 8 * 2**20
# Nobody can write a hole into a card's title who does not know this.
_SIGN = secrets.token_hex(12)
_HOLE = re.compile(f"x{_SIGN}([a-z]+)x")

HOLES: Mapping[str, str] = MappingProxyType({name: f"x{_SIGN}{name}x" for name in ("code", "token", "once", "marks")})
"""What a template is given in place of the stamp's code, the token of its forms, the name of a form, and its marks."""


class Mould:
    """A page that was rendered with `HOLES`."""

    def __init__(self, page: str) -> None:
        self.weight = len(page)
        self._pieces = _HOLE.split(page)

    def filled(self, values: Mapping[str, str]) -> bytes:
        """The page with those values in its holes; they go in as they are."""
        pieces = self._pieces.copy()
        pieces[1::2] = [values[name] for name in pieces[1::2]]
        return "".join(pieces).encode()


class KeptMoulds(Generic[KeyT]):
    """By whatever a page depends on: the same key is the same page. Those that were not used for longest go."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._moulds: OrderedDict[KeyT, Mould] = OrderedDict()

    def get(self, key: KeyT, render: Callable[[], str]) -> Mould:
        """The mould of that key, made now if it was not kept."""
        kept = self._moulds.get(key)
        if kept is not None:
            self._moulds.move_to_end(key)
            return kept
        mould = self._moulds[key] = Mould(render())
        self._bytes += mould.weight
        while self._bytes > self._most_bytes:
            _, oldest = self._moulds.popitem(last=False)
            self._bytes -= oldest.weight
        return mould
