"""Finding a stamp by what somebody types or scans, for every page that asks for one."""

from stampwell.core.stamp_refs import read_stamp_code
from stampwell.db.database import Tx
from stampwell.features.stamps import finding
from stampwell.features.stamps.errors import StampNotFound
from stampwell.features.stamps.model import Stamp

_MOST_PARTS = 30


def find_scanned(tx: Tx, account_id: int, text: str) -> Stamp | None:
    """The stamp of a code or link, as it is stored; None for any other text, and for a code of no stamp of the account.

    The code or link may stand among other words, as somebody pastes it out of a message.
    """
    codes = [code for part in (text, *text.split()[:_MOST_PARTS]) if (code := read_stamp_code(part)) is not None]
    for code in dict.fromkeys(codes):
        try:
            return finding.get_stamp(tx, account_id, code)
        except StampNotFound:
            continue
    return None
