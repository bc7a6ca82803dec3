"""Units of work on pictures."""

from hashlib import sha256

from stampwell.core.units import DAY_US
from stampwell.db.database import Tx
from stampwell.features.images import queries
from stampwell.features.images.model import Picture, path_of

_MEDIA_TYPE = "image/webp"
_HANDLE_LENGTH = 32


def store(tx: Tx, account_id: int, picture: Picture, *, now_us: int) -> str:
    """Its handle. The same picture of the same account is one row, however often it is stored."""
    handle = sha256(f"{account_id}/".encode() + picture.content).hexdigest()[:_HANDLE_LENGTH]
    queries.insert(tx, handle=handle, account_id=account_id, media_type=_MEDIA_TYPE, content=picture.content, created_at=now_us)
    return handle


def find(tx: Tx, handle: str) -> bytes | None:
    """The content: for anybody who has the address, as with every picture on a page."""
    return queries.find(tx, handle)


def is_own(tx: Tx, account_id: int, handle: str) -> bool:
    """Whether the account stored that picture, and has it still."""
    return queries.is_of(tx, account_id, handle)


def drop_unused(tx: Tx, account_id: int, handle: str) -> None:
    """Deletes the picture if no card and no logo of the account is left that shows it; blank handles are nothing."""
    if handle:
        queries.delete_unused(tx, account_id, handle, ending=path_of(handle))


def prune_unused(tx: Tx, *, before_us: int) -> int:
    """Deletes pictures of every account that were stored before and that nothing shows, at most a hundred; how many."""
    return queries.delete_old_unused(tx, before_us)


def heal_images(tx: Tx, *, now_us: int) -> int:
    """Pictures of every account that a wrong clock dated ahead count as stored now; how many it were."""
    return queries.heal(tx, now_us=now_us, later_us=now_us + DAY_US)
