"""How long the newest migration takes, and what waits for it meanwhile: `python bench/upgrading.py [--stamps 1000000]`.

A database of the revision before, with that many stamps of three ledger rows each, is migrated while one connection goes on
reading a stamp and another goes on changing one. Printed: seconds of the migration, and the longest wait of each of the two.

With `--before DIR`, where the version before is set up (`git worktree add DIR v0.2.0`, `tools/setup.sh` there), that one's
server is asked for some stamps first, and this version's for the same ones afterwards: the answers must be the same, and the
ledger must be proved.
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
from same_answers import ask, compare, make_key, prove
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
    memo, user_id, user_name, user_phone, user_phone_digits, created_at)
{series}
SELECT i, 1, 1, 'L' || CAST(100000000000000 + i AS TEXT), 'https://vvd.bz', '2026-01-01',
    CASE WHEN i % 7 = 0 THEN '2026-06-30' ELSE '2026-12-31' END, i % 11 <> 0, 2, 10, 'One coffee',
    CASE WHEN i % 3 = 0 THEN 'Regular' END, 'user' || CAST(i AS TEXT), CASE WHEN i % 5 > 0 THEN 'Gildong Hong' END,
    CASE WHEN i % 5 > 0 THEN '+1 123-4567-8900' END, CASE WHEN i % 5 > 0 THEN '112345678900' END,
    1767225600000000 + CAST(i AS BIGINT) * 25000000
FROM n
"""
_EVENTS = """
INSERT INTO stamp_event (account_id, stamp_id, kind, stamps_before, stamps_after, actor_kind, actor_id, recorded_at,
    occurred_at)
SELECT 1, stamp_id, '{kind}', {before}, {after}, 'api_key', 1, created_at + {later}, created_at + {later} FROM stamp
"""
_READ = "SELECT stamps FROM stamp WHERE code = 'L100000000000001'"
_WRITE = "UPDATE stamp SET memo = memo WHERE stamp_id = 1"
_LEDGER_WRITE = "UPDATE stamp_event SET note = note WHERE event_id = 1"
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
    parser.add_argument("--before", type=Path, metavar="DIR", help="where the version before is set up")
    options = parser.parse_args()
    count: int = options.stamps
    table = Table("database", "stamps", "ledger rows", "migration, s", "longest read, s", "longest write, s", "same answers")
    with tempfile.TemporaryDirectory(prefix="stampwell-bench-") as created:
        # PostgreSQL runs as another user.
        Path(created).chmod(0o755)
        with Cluster(Path(created)) as cluster:
            stores = (Store(f"sqlite:///{created}/stamps.db", 1, ""), Store(cluster.create_database("stamps"), 1, ""))
            for store in stores:
                _fill(store, count)
                key, before = "", {}
                if options.before is not None:
                    python = options.before / ".venv" / "bin" / "python"
                    key = make_key(python, store)
                    before = ask(python, store, key, stamps=count, folder=Path(created))
                figures = _measure(store)
                same = "not asked"
                if before:
                    after = ask(Path(sys.executable), store, key, stamps=count, folder=Path(created))
                    same = f"{compare(before, after):,}"
                    prove(store)
                name = "SQLite" if store.is_sqlite else "PostgreSQL"
                table.add_row(name, f"{count:,}", f"{3 * count:,}", *(f"{figure:.2f}" for figure in figures), same)
    Console(width=100).print(table)


def _fill(store: Store, count: int) -> None:
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


def _measure(store: Store) -> tuple[float, float, float]:
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
