"""Which stamp an address below `/stamp/` names, and the one address of what it asks for. Pure: whether there is such a stamp
is another question."""

from typing import NamedTuple
from urllib.parse import quote

from stampwell.core.stamp_refs import read_stamp_code, without_signs

_PREFIX = "/stamp/"


class StampAddress(NamedTuple):
    """code: None where none can be read. clean: path and query to send a browser to, which has nothing to mend any more."""

    code: str | None
    clean: str
    is_clean: bool

    def of(self, code: str) -> str:
        """The clean address of the same at the stamp of that code."""
        return f"{_PREFIX}{code}{self.clean.removeprefix(f'{_PREFIX}{self.code}')}"


def read_address(path: str, query: str) -> StampAddress:
    """Of a decoded path. A code in small letters or in groups is read as one, and so is one that a messenger has put signs
    behind: they are dropped behind what follows the code as well, such as `/staff/`."""
    segment, _, tail = path.removeprefix(_PREFIX).partition("/")
    # Some software writes the blank of an address as a form would.
    code = read_stamp_code(segment.replace("+", " "))
    if code is None:
        code, tail = read_stamp_code(path.removeprefix(_PREFIX)), ""
    if code is None:
        return StampAddress(None, path, is_clean=False)
    tail = without_signs(tail)
    clean = f"{_PREFIX}{code}/{tail}" if tail else f"{_PREFIX}{code}"
    return StampAddress(code, f"{quote(clean)}?{query}" if query else quote(clean), is_clean=clean == path)
