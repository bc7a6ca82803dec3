"""What every command that touches the data does first: read the settings, see to the schema, open the database."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

from stampwell.cli.output import NO_DATABASE, REFUSED, WRONG_USE, fail
from stampwell.core.clock import SystemClock
from stampwell.core.errors import AppError, DatabaseUnavailable, OperatorError
from stampwell.db.database import Database, Tx
from stampwell.db.opening import open_database, sqlite_path
from stampwell.db.revision import WrongSchema, require_head
from stampwell.features.plans.table import PlansFileWrong
from stampwell.settings import PREFIX, Settings, SettingsWrong, load_settings

T = TypeVar("T")

_DATABASE_URL = f"{PREFIX}DATABASE_URL"


def settings_or_exit(*, as_json: bool) -> Settings:
    """The settings of this environment, or exit status 2 with a line for each wrong one."""
    try:
        return load_settings()
    except SettingsWrong as error:
        fail(str(error), status=WRONG_USE, as_json=as_json)


def migrate_database(settings: Settings) -> str:
    """Brings the database to the newest revision, in a process of its own, and answers the revision. Raises WrongSchema."""
    done = subprocess.run(
        [sys.executable, "-m", "stampwell.db.migrations"],
        env={**os.environ, _DATABASE_URL: settings.database_url},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        reason = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise WrongSchema(f"The migration failed: {reason[0]}")
    return done.stdout.strip()


def see_to_schema(settings: Settings) -> None:
    """Migrates a SQLite file that does not exist yet. Raises WrongSchema for any other database that is not at the head."""
    path = sqlite_path(settings.database_url)
    if path is not None and (not path.exists() or path.stat().st_size == 0):
        migrate_database(settings)
        return

    async def check(db: Database) -> None:
        await db.read(require_head)

    asyncio.run(_with_database(settings, check))


def run(unit: Callable[[Tx, int], T], *, as_json: bool) -> T:
    """The answer of a unit of work, given a transaction and the present instant; a refusal ends the command."""

    async def write(db: Database, _settings: Settings) -> T:
        return await db.write(unit, SystemClock().now_us())

    return run_work(write, as_json=as_json)


def run_work(work: Callable[[Database, Settings], Awaitable[T]], *, as_json: bool) -> T:
    """The answer of work on the database of this environment; a refusal ends the command."""
    settings = settings_or_exit(as_json=as_json)
    try:
        see_to_schema(settings)
        return asyncio.run(_with_database(settings, lambda db: work(db, settings)))
    except (OperatorError, PlansFileWrong) as error:
        fail(str(error), status=REFUSED, as_json=as_json)
    except DatabaseUnavailable as error:
        fail(f"the database is unavailable: {error.cause}", status=NO_DATABASE, as_json=as_json, code=error.code)
    except AppError as error:
        fail(error.message, status=REFUSED, as_json=as_json, code=error.code)
    except WrongSchema as error:
        fail(str(error), status=NO_DATABASE, as_json=as_json)


async def _with_database(settings: Settings, work: Callable[[Database], Awaitable[T]]) -> T:
    db = open_database(settings.database_url, connections=1, prepare=settings.database_prepare)
    await db.start()
    try:
        return await work(db)
    finally:
        await db.close()
