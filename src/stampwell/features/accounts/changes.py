"""What of an account can be changed and seen: for the audit log, and to notice that somebody else changed it."""

import hashlib
import json
from dataclasses import replace
from typing import Any

from stampwell.features.accounts.model import Account
from stampwell.features.audit.service import differences

SHOWN_NAMES = {
    "name": "accountNm",
    "logo": "logo",
    "color": "color",
    "paper_color": "paperColor",
    "time_zone": "timeZone",
    "country_code": "countryCode",
    "language": "language",
    "stamp_idx_format": "stampIdxFormat",
}
"""Attributes of an account by the names they are recorded and shown by."""


def seen_of(account: Account) -> str:
    """Another text whenever anything of SHOWN_NAMES is different."""
    shown = [str(getattr(account, attribute)) for attribute in SHOWN_NAMES]
    return hashlib.sha256(json.dumps(shown).encode()).hexdigest()[:32]


def changes_between(before: Account, after: Account) -> dict[str, Any]:
    """Shown name -> [before, after] of what differs."""
    return differences(_flat(before), _flat(after), SHOWN_NAMES)


def _flat(account: Account) -> Any:
    """With its time zone as text, as it is recorded."""
    return replace(account, time_zone=account.time_zone.key)  # type: ignore[arg-type]
