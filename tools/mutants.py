"""Puts small faults into the code, one at a time, and counts how many of them the tests notice: a table by package.

    tools/mutants.py [--each 25] [--seed 1] [--only NAME]... [--fresh]

A sample of each package's mutants; the same seed makes the same ones. Those that stay alive are shown with their change.
Mutants live in copies of the tree in the temporary folder. Before the first one the suite runs once with coverage.
"""

import argparse
import difflib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import NamedTuple

from mutants_made import PACKAGES, ROOT, Mutant, count, sample
from mutants_tests import Tests, record

_FLOOR = 0.85
_WORKERS = os.cpu_count() or 1
_TIMEOUT_S = 240.0
_BORROWED = (".venv", ".venv-generators")
_ALL_PASSED = 0
# To see that the copies work.
_ENOUGH = 20


class Verdict(NamedTuple):
    mutant: Mutant
    killed: bool
    tests: int


def main() -> int:
    """0 when every package measured has at least 85 % of its mutants killed."""
    arguments = _arguments()
    record(anew=arguments.fresh)
    tests = Tests()
    mutants = [mutant for package in arguments.only for mutant in sample(package, size=arguments.each, seed=arguments.seed)]
    verdicts: list[Verdict] = []
    with _copies(_WORKERS) as copies, ThreadPoolExecutor(_WORKERS) as pool:
        firsts = list({mutant.package: mutant for mutant in reversed(mutants)}.values())
        failing = pool.map(lambda mutant: _fail_as_it_is(tests.of(mutant), copies), firsts)
        if broken := [mutant.package for mutant, fails in zip(firsts, failing, strict=True) if fails]:
            sys.exit(f"tests fail without any fault, of {', '.join(broken)}: mend them first")
        for verdict in pool.map(lambda mutant: _judge(mutant, tests.of(mutant), copies), mutants):
            verdicts.append(verdict)
            if not verdict.killed:
                print(
                    f"[{len(verdicts)}/{len(mutants)}] alive after {verdict.tests} tests:\n{_change(verdict.mutant)}",
                    flush=True,
                )
    return _report(verdicts, arguments.only)


def _fail_as_it_is(tests: Sequence[str], copies: "SimpleQueue[Path]") -> bool:
    copy = copies.get()
    try:
        return bool(tests) and _is_noticed(copy, tests[:_ENOUGH])
    finally:
        copies.put(copy)


def _judge(mutant: Mutant, tests: Sequence[str], copies: "SimpleQueue[Path]") -> Verdict:
    if not tests:
        return Verdict(mutant, killed=False, tests=0)
    copy = copies.get()
    file = copy / mutant.path
    before = file.read_bytes()
    try:
        file.write_text(mutant.code)
        return Verdict(mutant, killed=_is_noticed(copy, tests), tests=len(tests))
    finally:
        file.write_bytes(before)
        copies.put(copy)


def _is_noticed(copy: Path, tests: Sequence[str]) -> bool:
    """Whether one of the tests fails, or none of them comes to an end."""
    chosen = copy / "chosen-tests"
    chosen.write_text("\n".join(tests))
    # Its own code before that of the environment, which is the real one; in every process that the tests start as well.
    environment = {**os.environ, "PYTHONPATH": str(copy / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-x", "--tb=no", "--no-header", "--timeout=60", f"@{chosen}"]
    process = subprocess.Popen(
        command, cwd=copy, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        return process.wait(_TIMEOUT_S) != _ALL_PASSED
    except subprocess.TimeoutExpired:
        process.kill()  # what it started is ended by the tests' own watch
        process.wait()
        return True


@contextmanager
def _copies(number: int) -> Iterator["SimpleQueue[Path]"]:
    """So many copies of the tree as git knows it, with what is changed in it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    copies: SimpleQueue[Path] = SimpleQueue()
    with tempfile.TemporaryDirectory(prefix="stampwell-mutants-") as folder:
        Path(folder).chmod(0o755)
        for name in range(number):
            copy = Path(folder) / str(name)
            for path in filter(None, listed.stdout.split("\0")):
                (copy / path).parent.mkdir(parents=True, exist_ok=True)
                if (ROOT / path).exists():
                    shutil.copy2(ROOT / path, copy / path)
            for borrowed in _BORROWED:
                (copy / borrowed).symlink_to(ROOT / borrowed)
            copies.put(copy)
        yield copies


def _report(verdicts: Sequence[Verdict], packages: Sequence[str]) -> int:
    print(f"\n{'package':22} {'mutants':>8} {'tried':>6} {'killed':>7}")
    low = []
    for package in packages:
        tried = [verdict for verdict in verdicts if verdict.mutant.package == package]
        share = sum(verdict.killed for verdict in tried) / max(1, len(tried))
        print(f"{package:22} {count(package):8} {len(tried):6} {share:7.0%}")
        if share < _FLOOR:
            low.append(package)
    print(f"{'all':22} {'':8} {len(verdicts):6} {sum(verdict.killed for verdict in verdicts) / max(1, len(verdicts)):7.0%}")
    if low:
        print(f"\nunder {_FLOOR:.0%}: {', '.join(low)}")
    return 1 if low else 0


def _change(mutant: Mutant) -> str:
    before = (ROOT / mutant.path).read_text().splitlines()
    changed = list(difflib.unified_diff(before, mutant.code.splitlines(), n=0, lineterm=""))[3:]
    return "\n".join([f"  {mutant.path}:{mutant.line} {mutant.operator}", *(f"    {line}" for line in changed)])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=25, help="mutants of each package (25)")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other mutants")
    parser.add_argument("--only", action="append", choices=list(PACKAGES), help="this package; may be repeated")
    parser.add_argument("--fresh", action="store_true", help="run the tests with coverage anew")
    arguments = parser.parse_args()
    arguments.only = arguments.only or list(PACKAGES)
    return arguments


if __name__ == "__main__":
    sys.exit(main())
