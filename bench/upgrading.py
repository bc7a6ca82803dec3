"""How long the newest migration takes, and what waits for it meanwhile: `python bench/upgrading.py [--stamps 1000000]`.

A database of the revision before, with that many stamps of three ledger rows each, is migrated while one connection goes on
reading a stamp and another goes on changing one. Printed: seconds of the migration, and the longest wait of each of the two.
"""

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import apsw
import psycopg
from alembic import command
from alembic.config import Config
from cluster import Cluster
from rich.console import Console
from rich.table import Table
from stores import Store

from stampwell.db import migrations
from stampwell.db.sqlite_file import READ_WRITE, open_sqlite

BEFORE = "0008"
_SERIES = {
    True: "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})",
    False: "WITH n (i) AS (SELECT generate_series(1, {count}))",
}
_ACCOUNT = """
INSERT INTO account (account_id, name, plan, time_zone, stamp_idx_format, created_at)
VALUES (1, 'Bean & Co', 'enterprise', 'Europe/Berlin', 'integer', 1)
"""
_CARD = """
INSERT INTO card (card_id, account_id, name, title, max_stamps, reward_title, url, active, created_at)
VALUES (1, 1, 'Coffee card', '', 10, 'One coffee', '', {true}, 1)
"""
_STAMPS = """
INSERT INTO stamp (stamp_id, account_id, card_id, code, domain, starts_on, ends_on, active, stamps, max_stamps, reward_title,
    user_id, created_at)
{series}
SELECT i, 1, 1, 'L' || CAST(100000000000000 + i AS TEXT), 'https://vvd.bz', '2026-01-01', '2026-12-31', {true}, 2, 10,
    'One coffee', 'user' || CAST(i AS TEXT), 1767225600000000 + CAST(i AS BIGINT) * 25000000
FROM n
"""
_EVENTS = """
INSERT INTO stamp_event (account_id, stamp_id, kind, stamps_before, stamps_after, actor_kind, actor_id, recorded_at,
    occurred_at)
SELECT 1, stamp_id, '{kind}', {before}, {after}, 'api_key', 1, created_at + {later}, created_at + {later} FROM stamp
"""
_READ = "SELECT stamps FROM stamp WHERE code = 'L100000000000001'"
_WRITE = "UPDATE stamp SET memo = '' WHERE stamp_id = 1"
_LEDGER_WRITE = "UPDATE stamp_event SET note = '' WHERE event_id = 1"
_PAUSE_S = 0.02


class Prober(threading.Thread):
    """Asks again and again, each time on a connection of its own, and keeps the longest time that it took."""

    def __init__(self, ask: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self.longest_s = 0.0
        self._ask = ask
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.wait(_PAUSE_S):
            began = time.perf_counter()
            self._ask()
            self.longest_s = max(self.longest_s, time.perf_counter() - began)

    def stop(self) -> float:
        self._done.set()
        self.join()
        return self.longest_s


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stamps", type=int, default=1_000_000, metavar="N")
    count = parser.parse_args().stamps
    table = Table("database", "stamps", "ledger rows", "migration, s", "longest read, s", "longest write, s")
    with tempfile.TemporaryDirectory(prefix="stampwell-bench-") as created:
        # PostgreSQL runs as another user.
        Path(created).chmod(0o755)
        with Cluster(Path(created)) as cluster:
            stores = (Store(f"sqlite:///{created}/stamps.db", 1, ""), Store(cluster.create_database("stamps"), 1, ""))
            for store in stores:
                figures = _measure(store, count)
                name = "SQLite" if store.is_sqlite else "PostgreSQL"
                table.add_row(name, f"{count:,}", f"{3 * count:,}", *(f"{figure:.2f}" for figure in figures))
    Console(width=100).print(table)


def _measure(store: Store, count: int) -> tuple[float, float, float]:
    config = Config(attributes={"url": store.url})
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    command.upgrade(config, BEFORE)
    true = "1" if store.is_sqlite else "TRUE"
    series = _SERIES[store.is_sqlite].format(count=count)
    rows = [("issued", 0, 0, 0), ("added", 0, 1, 60_000_000), ("added", 1, 2, 86_400_000_000)]
    store.fill(
        [
            _ACCOUNT,
            _CARD.format(true=true),
            _STAMPS.format(series=series, true=true),
            *(_EVENTS.format(kind=kind, before=before, after=after, later=later) for kind, before, after, later in rows),
        ]
    )
    reader, writer = Prober(lambda: _ask(store, _READ)), Prober(lambda: _change(store))
    reader.start()
    writer.start()
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "stampwell.db.migrations", store.url], check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - began
    return seconds, reader.stop(), writer.stop()


def _ask(store: Store, statement: str) -> None:
    if store.is_sqlite:
        with closing(open_sqlite(Path(store.url.removeprefix("sqlite:///")), READ_WRITE)) as connection:
            connection.execute(statement).fetchall()
        return
    with psycopg.connect(store.url) as connection:
        connection.execute(statement.encode())


def _change(store: Store) -> None:
    """Until it is through, as the server does with its patience."""
    while True:
        try:
            _ask(store, _WRITE)
            _ask(store, _LEDGER_WRITE)
        except apsw.BusyError:
            continue
        return


if __name__ == "__main__":
    main()
