"""What `stampwell doctor --ledger` asks: whether every stamp is what its ledger adds up to."""

from collections.abc import Sequence
from typing import NamedTuple

from stampwell.cli.output import how_many
from stampwell.cli.progress import Pace, progress
from stampwell.db.database import Database
from stampwell.features.accounts.service import get_account
from stampwell.features.stamps.ledger.proof import last_stamp, prove
from stampwell.features.stamps.ledger.proof_model import Difference


class Proof(NamedTuple):
    """How many stamps were looked at, what is wrong with them, and a sentence about it."""

    stamps: int
    differences: Sequence[Difference]
    sentence: str


async def prove_ledger(db: Database, account_id: int | None, *, shown: bool) -> Proof:
    """Of one account or of all. Raises AccountNotFound."""
    if account_id is not None:
        await db.read(get_account, account_id)
    pace, stamps, differences = Pace(), 0, list[Difference]()
    last = await db.read(last_stamp)
    with progress("proving", total=last, shown=shown) as advance:
        async for chunk in prove(db, account_id=account_id):
            stamps += chunk.stamps
            differences += chunk.differences
            advance(min(chunk.last, last))
    found = how_many(len(differences), "difference", "differences") if differences else "no difference"
    looked_at = how_many(stamps, "stamp against its history", "stamps against their history")
    return Proof(stamps, differences, f"{looked_at} in {pace.seconds} s: {found}")
