"""`python -m stampwell.db.migrations [URL]`: brings a database to the newest revision and prints it.

Without URL it reads STAMPWELL_DATABASE_URL, so that a password need not show in the list of processes.
"""

import os
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.exc import DBAPIError

from stampwell.core.errors import DatabaseUnavailable
from stampwell.db.opening import sqlite_path
from stampwell.db.revision import HEAD


def main(url: str) -> None:
    path = sqlite_path(url)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["url"] = url
    try:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        command.upgrade(config, "head")
    except DBAPIError as error:
        # The driver's own words; the rest is SQLAlchemy's.
        sys.exit(" ".join(str(error.orig).split()))
    except DatabaseUnavailable as error:
        sys.exit(error.cause)
    except OSError as error:
        sys.exit(f"{error.filename}: {error.strerror}")
    print(HEAD)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else os.environ["STAMPWELL_DATABASE_URL"])
