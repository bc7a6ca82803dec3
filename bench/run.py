"""`make bench`: how fast stamps are issued, as ratios to what the machine, the database and a usual peer reach.

Exit status: 0 every floor reached, 1 one was missed, 2 it could not be measured.
"""

import argparse
import json
import signal
import sys
import tempfile
from pathlib import Path

from contenders import contenders
from failure import BenchFailed
from floors import checks
from report import as_json, show
from rich.console import Console
from rounds import measure
from versions import filesystem, versions

from stampwell.features.stamps.examples import SAMPLE_CREATE

# Enough to fill an 80-column table's cells; a pipe has no width of its own.
_WIDTH = 128


def main() -> int:
    options = _options()
    rounds, seconds, starts = (2, 2, 3) if options.quick else (options.rounds, options.seconds, 5)
    # Ended from outside, it stops what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))
    console = Console(width=_WIDTH)
    progress = Console(stderr=True, highlight=False)
    try:
        with tempfile.TemporaryDirectory(prefix="stampwell-bench-", dir=options.dir) as created:
            folder = Path(created)
            if filesystem(folder) == "tmpfs":
                raise BenchFailed(f"{options.dir} is on tmpfs, where syncing costs nothing. Name a folder on a disk: --dir")
            # PostgreSQL's own user has to get at its folder in here.
            folder.chmod(0o755)
            body = folder / "body.json"
            body.write_text(json.dumps(SAMPLE_CREATE))
            with contenders(folder) as field:
                used = versions(field.cluster, folder)
                measured = measure(field, rounds=rounds, seconds=seconds, starts=starts, body=body, say=progress.print)
    except BenchFailed as error:
        progress.print(f"bench: {error}", markup=False, soft_wrap=True)
        return 2
    checked = checks(measured)
    show(measured, checked, used=used, console=console)
    if options.json is not None:
        options.json.write_text(json.dumps(as_json(measured, checked, used=used), indent=2, ensure_ascii=False) + "\n")
    missed = [check for check in checked if not check.holds]
    for check in missed:
        bound = f"{'at least' if check.at_least else 'at most'} {check.limit:g} {check.unit}".rstrip()
        progress.print(f"bench: missed: {check.title}: {check.middle:.3g}, must be {bound}", markup=False, soft_wrap=True)
    return 1 if missed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure how fast stamps are issued, and print ratios with their floors.")
    parser.add_argument("--quick", action="store_true", help="two rounds of two seconds: a smoke test, no measurement")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="rounds (default: 5)")
    parser.add_argument("--seconds", type=int, default=4, metavar="S", help="seconds of each load (default: 4)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every single figure there")
    parser.add_argument(
        "--dir", type=Path, default=Path("/var/tmp"), help="where the databases are made: on a disk (default: /var/tmp)"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
