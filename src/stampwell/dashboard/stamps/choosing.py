"""Finding a stamp by what somebody types or scans, for every page that asks for one."""

from stampwell.core.stamp_refs import read_stamp_code
from stampwell.db.database import Tx
from stampwell.features.stamps import finding
from stampwell.features.stamps.errors import StampNotFound
from stampwell.features.stamps.model import Stamp


def find_scanned(tx: Tx, account_id: int, text: str) -> Stamp | None:
    """The stamp of a code or link, as it is stored; None for any other text, and for a code of no stamp of the account."""
    code = read_stamp_code(text)
    if code is None:
        return None
    try:
        return finding.get_stamp(tx, account_id, code)
    except StampNotFound:
        return None
