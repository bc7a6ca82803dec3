"""Databases of earlier versions, and the worker that upgrades their stamps, run by hand."""

import asyncio
from pathlib import Path

from alembic import command as alembic
from alembic.config import Config

from kit.data import Data
from stampwell.db import migrations
from stampwell.db.migrations.__main__ import main as migrate
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


def upgraded(url: str, revision: str, statements: tuple[str, ...], **values: object) -> str:
    """A database of that revision, filled by those statements with those values and then brought to the newest one."""
    migrate_to(url, revision)
    with Data(url) as data:
        for statement in statements:
            data.run(statement, **values)
    migrate(url)
    return url


def migrate_to(url: str, revision: str) -> None:
    config = Config(attributes={"url": url})
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    alembic.upgrade(config, revision)
