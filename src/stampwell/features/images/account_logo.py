"""A unit of work on an account together with its logo, which is a picture."""

from collections.abc import Mapping
from typing import Any

from stampwell.core.actors import Actor
from stampwell.db.database import Tx
from stampwell.features.accounts.service import change_account
from stampwell.features.images.service import drop_unused


def change_account_and_logo(tx: Tx, account_id: int, given: Mapping[str, Any], *, seen: str, actor: Actor, now_us: int) -> None:
    """As `change_account`; a logo that nothing shows any more is deleted."""
    before, after = change_account(tx, account_id, given, seen=seen, actor=actor, now_us=now_us)
    if before.logo != after.logo:
        drop_unused(tx, account_id, before.logo)
