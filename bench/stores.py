"""Databases to write to: migrated, with an account on a plan without limits, card 123 and a key."""

import asyncio
import subprocess
import sys
from dataclasses import dataclass

from stampwell.core.clock import SystemClock
from stampwell.db.database import Tx
from stampwell.db.opening import open_database
from stampwell.features.accounts import service as accounts
from stampwell.features.cards import service as cards
from stampwell.features.keys import service as keys
from stampwell.features.keys.model import ALL_SCOPES
from stampwell.features.stamps.examples import SAMPLE_CARD_IDX

_COUNTS = """
SELECT (SELECT count(*) FROM stamp) AS stamps, (SELECT count(*) FROM stamp_event) AS events,
       (SELECT count(*) FROM outbox) AS told
"""


@dataclass(frozen=True, slots=True)
class Store:
    """A database and the key that opens its one account."""

    url: str
    account_id: int
    api_key: str

    def count(self) -> "Counts":
        row = asyncio.run(_run_once(self.url, lambda tx: tx.one(_COUNTS)))
        return Counts(row["stamps"], row["events"], row["told"])


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows in the database: stamps, their ledger and their outbox."""

    stamps: int
    events: int
    told: int


def make_store(url: str) -> Store:
    """Brings that empty database to the newest schema and fills in what a creation needs."""
    subprocess.run([sys.executable, "-m", "stampwell.db.migrations", url], check=True, stdout=subprocess.DEVNULL)
    account_id, api_key = asyncio.run(_run_once(url, _seed, writes=True))
    return Store(url, account_id, api_key)


def _seed(tx: Tx) -> tuple[int, str]:
    now_us = SystemClock().now_us()
    account = accounts.create(tx, name="Bean & Co", plan="enterprise", time_zone="UTC", now_us=now_us)
    cards.create(
        tx,
        account.account_id,
        name="Coffee card",
        max_stamps=10,
        reward_title="One coffee",
        card_id=SAMPLE_CARD_IDX,
        now_us=now_us,
    )
    made = keys.create(tx, account.account_id, name="bench", scopes=ALL_SCOPES, expires_at=None, now_us=now_us)
    return account.account_id, made.api_key


async def _run_once(url: str, unit, *, writes: bool = False):  # noqa: ANN001, ANN202 - as generic as `Database.write`
    db = open_database(url, connections=1)
    await db.start()
    try:
        return await (db.write(unit) if writes else db.read(unit))
    finally:
        await db.close()
