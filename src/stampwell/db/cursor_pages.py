"""Pages of a list: where one begins, and the cursor of the next, which every process on this database can read."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from stampwell.core.errors import FieldError, FieldsWrong
from stampwell.core.paging import make_cursor, read_cursor
from stampwell.core.phrases import phrase
from stampwell.core.units import ABOVE_ALL
from stampwell.db.database import Tx
from stampwell.db.secret import cursor_secret

ItemT = TypeVar("ItemT")

Position = tuple[int, int]


def position_of(tx: Tx, of: str, cursor: str | None) -> Position:
    """Where the page begins in the list that `of` names. Raises FieldsWrong for a cursor of another list."""
    if cursor is None:
        return ABOVE_ALL
    found = read_cursor(cursor_secret(tx), of, cursor)
    if found is None:
        problem = phrase("is not a nextCursor of this list with these filters; leave it out to begin with the first page")
        raise FieldsWrong([FieldError("cursor", problem)])
    return found


def page_of(
    tx: Tx,
    of: str,
    found: Sequence[ItemT],
    *,
    limit: int,
    position: Callable[[ItemT], Position],
    shown: Callable[[ItemT], object],
) -> dict[str, object]:
    """`list` and `nextCursor` of what was found, which is one more than the page takes where there is another."""
    here = found[:limit]
    more = len(found) > limit
    return {
        "list": [shown(item) for item in here],
        "nextCursor": make_cursor(cursor_secret(tx), of, position(here[-1])) if more else None,
    }
