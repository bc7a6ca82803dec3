"""Stamps as an earlier version stored them, and the worker that upgrades them, run by hand."""

import asyncio

from kit.data import Data
from stampwell.db.opening import open_database
from stampwell.workers.upgrade import StampUpgrader

_OLD_WORD = """
INSERT INTO stamp_word (account_id, word, created_at, stamp_id)
SELECT account_id, 'before', created_at, stamp_id FROM stamp
"""


def make_old(data: Data) -> None:
    """Every stamp as if its customer had been stored by other rules, and nothing upgraded yet."""
    data.run("UPDATE stamp SET user_phone_digits = '0' || user_phone_digits, user_email_key = NULL")
    data.run("DELETE FROM stamp_word")
    data.run(_OLD_WORD)
    data.run("UPDATE stamp_upgrade SET after_id = 0, finished = 0")


def upgrade(data: Data, *, turns: int = 1000) -> bool:
    """Takes turns until all is done, or that many; whether all is done."""

    async def main() -> bool:
        db = open_database(data.url, connections=1)
        await db.start()
        try:
            upgrader = StampUpgrader(db)
            for _ in range(turns):
                if await upgrader.turn() is None:
                    return True
            return False
        finally:
            await db.close()

    return asyncio.run(main())
