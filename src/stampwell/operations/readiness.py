"""Whether this process can serve: its database has the right schema and takes writes."""

import asyncio
import time

from stampwell.core.errors import DatabaseUnavailable
from stampwell.db.database import Database
from stampwell.db.revision import WrongSchema, require_head
from stampwell.db.write_probe import prove_writable

# However often it is asked, and by whomever.
_WRITE_EVERY_S = 1.0


class Readiness:
    """Asks the database. Whoever asks while it is being asked hears the same answer."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._writing: asyncio.Task[str] | None = None
        self._write_problem = ""
        self._wrote_s = float("-inf")

    async def problem(self) -> str:
        """Why it cannot serve; blank if it can."""
        try:
            await self._db.read(require_head)
        except (DatabaseUnavailable, WrongSchema) as error:
            return str(error)
        if time.monotonic() - self._wrote_s < _WRITE_EVERY_S:
            return self._write_problem
        if self._writing is None:
            self._writing = asyncio.ensure_future(self._write())
        return await asyncio.shield(self._writing)

    async def _write(self) -> str:
        try:
            await self._db.write(prove_writable)
            self._write_problem = ""
        except DatabaseUnavailable as error:
            self._write_problem = f"Nothing can be written: {error.cause or error}"
        finally:
            self._wrote_s = time.monotonic()
            self._writing = None
        return self._write_problem
