"""`make bench`: how fast it is, as ratios to what the machine, the database and a usual peer reach.

Exit status: 0 every floor reached, 1 one was missed, 2 it could not be measured.
"""

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import adding
import bulk
import creating
import looking_up
import validating
from cluster import Cluster
from failure import BenchFailed
from findings import Findings
from lab import Lab
from report import as_json, show
from rich.console import Console
from rounds import Plan
from versions import filesystem, versions

import pages
import stamp_page
import webhooks

# Enough to fill an 80-column table's cells; a pipe has no width of its own.
_WIDTH = 128

_PARTS: dict[str, Callable[[Lab, Plan], Findings]] = {
    "create": creating.measure,
    "add": adding.measure,
    "validate": validating.measure,
    "bulk": bulk.measure,
    "list": looking_up.measure,
    "stamp-page": stamp_page.measure,
    "pages": pages.measure,
    "webhooks": webhooks.measure,
}


def main() -> int:
    options = _options()
    # Ended from outside, it stops what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))
    progress = Console(stderr=True, highlight=False)
    try:
        with tempfile.TemporaryDirectory(prefix="stampwell-bench-", dir=options.dir) as created:
            found, used = _measure(options, Path(created), progress)
    except BenchFailed as error:
        progress.print(f"bench: {error}", markup=False, soft_wrap=True)
        return 2
    show(found, used=used, console=Console(width=_WIDTH))
    if options.json is not None:
        options.json.write_text(json.dumps(as_json(found, used=used), indent=2, ensure_ascii=False) + "\n")
    missed = [check for findings in found.values() for check in findings.checks if not check.holds]
    for check in missed:
        progress.print(f"bench: missed: {check.title}: {check.middle:.3g}, must be {check.bound}", markup=False, soft_wrap=True)
    return 1 if missed else 0


def _measure(options: argparse.Namespace, folder: Path, progress: Console) -> tuple[dict[str, Findings], dict[str, str]]:
    if filesystem(folder) == "tmpfs":
        raise BenchFailed(f"{options.dir} is on tmpfs, where syncing costs nothing. Name a folder on a disk: --dir")
    # PostgreSQL's own user has to get at its folder in here.
    folder.chmod(0o755)
    found: dict[str, Findings] = {}
    with Cluster(folder) as cluster:
        used = versions(cluster, folder)
        for name in options.only or _PARTS:
            with Lab(cluster, folder / name) as lab:
                found[name] = _PARTS[name](lab, _plan(options, name, progress))
    return found, used


def _plan(options: argparse.Namespace, name: str, progress: Console) -> Plan:
    def say(what: str) -> None:
        progress.print(f"{name}: {what}", markup=False)

    if options.quick:
        return Plan(rounds=2, seconds=1, starts=2, lookups=20, stamps=20_000, say=say)
    return Plan(rounds=options.rounds, seconds=options.seconds, starts=5, lookups=300, stamps=1_000_000, say=say)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure how fast Stampwell is, and print ratios with their floors.")
    parser.add_argument("--quick", action="store_true", help="short rounds, few stamps: a smoke test, no measurement")
    parser.add_argument("--only", action="append", choices=list(_PARTS), help="this part; may be given more than once")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="rounds (default: 5)")
    parser.add_argument("--seconds", type=int, default=3, metavar="S", help="seconds of each load (default: 3)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every single figure there")
    parser.add_argument(
        "--dir", type=Path, default=Path("/var/tmp"), help="where the databases are made: on a disk (default: /var/tmp)"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
