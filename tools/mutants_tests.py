"""Which tests may notice a mutant: those that run its line. First those that run what few others in the file run, then some of
each file of tests.

They are known from one run of the suite with coverage, kept in .mutants/ until the code or the tests change.
"""

import ast
import hashlib
import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path

from coverage import CoverageData
from mutants_made import ROOT, Mutant

KEPT = ROOT / ".mutants"
# Without a browser, other people's tools and kills: what they run, others run as well, and sooner.
_FOLDERS = ("api", "cli", "core", "dashboard", "db", "drawing", "features", "imports", "operations", "stamp_page", "web")
_SLOWEST_S = 15.0
_FIRST = 60
_MOST_S = 60.0
_MOST = 240


class Tests:
    """The tests that were run, what each of them ran, and how long it took."""

    def __init__(self) -> None:
        data = CoverageData(str(KEPT / "coverage"))
        data.read()
        self._data = data
        recorded = json.loads((KEPT / "tests.json").read_text())
        self._took: dict[str, float] = recorded["took"]
        self._failed = set(recorded["failed"])
        self._lines: dict[str, dict[int, set[str]]] = {}
        self._of_core = {test for test in self._took if test.startswith("tests/core/") and self._is_fit(test)}

    def of(self, mutant: Mutant) -> list[str]:
        """The tests' names as pytest takes them, as many as take a minute; empty when none runs anything of it."""
        by_line = self._of_file(mutant.path)
        wanted = set[str]().union(*(by_line.get(line, ()) for line in lines_with(ROOT / mutant.path, mutant.line)))
        # What is run while a module is loaded is of no test: some of core look at every class as it is.
        running = wanted or self._of_core.union(*by_line.values())
        worth: dict[str, float] = defaultdict(float)
        for tests in by_line.values():
            for test in tests & running:
                worth[test] += 1 / len(tests)
        worth |= dict.fromkeys(running - worth.keys(), 0.0)
        ranked = sorted(worth, key=lambda test: -worth[test])
        return list(self._as_time_allows([*ranked[:_FIRST], *in_turns(ranked[_FIRST:])]))

    def _as_time_allows(self, tests: Iterable[str]) -> Iterator[str]:
        spent = 0.0
        for number, test in enumerate(tests):
            if number == _MOST or spent > _MOST_S:
                return
            yield test
            spent += self._took[test]

    def _of_file(self, path: str) -> dict[int, set[str]]:
        """Tests by line."""
        if path not in self._lines:
            by_line: dict[int, set[str]] = defaultdict(set)
            for line, contexts in self._data.contexts_by_lineno(str(ROOT / path)).items():
                by_line[line] = {test for test in (context.partition("|")[0] for context in contexts) if self._is_fit(test)}
            self._lines[path] = by_line
        return self._lines[path]

    def _is_fit(self, test: str) -> bool:
        return test in self._took and test not in self._failed and self._took[test] <= _SLOWEST_S


def record(*, anew: bool) -> None:
    """Runs the suite with coverage, unless that was done for this very code."""
    KEPT.mkdir(exist_ok=True)
    state = KEPT / "state"
    now = _state_of_the_tree()
    if not anew and state.exists() and state.read_text() == now:
        return
    print("running the tests once, to see what each of them runs", flush=True)
    options = ["-p", "mutants_recorder", "--record-to", str(KEPT / "tests.json"), "--cov=stampwell", "--cov-context=test"]
    command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "worksteal", *options, "--cov-report=", "--timeout=900"]
    environment = {**os.environ, "COVERAGE_FILE": str(KEPT / "coverage"), "PYTHONPATH": "tools"}
    subprocess.run([*command, *(f"tests/{folder}" for folder in _FOLDERS)], cwd=ROOT, env=environment, check=False)
    state.write_text(now)


def _state_of_the_tree() -> str:
    found = hashlib.sha256()
    for folder in ("src", "tests"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            found.update(path.read_bytes())
    return found.hexdigest()


def in_turns(tests: Iterable[str]) -> list[str]:
    """One of each file, then another one of each, and so on: what one subject does not notice, another may."""
    by_file: dict[str, list[str]] = defaultdict(list)
    for test in tests:
        by_file[test.partition("::")[0]].append(test)
    return [test for turn in zip_longest(*by_file.values()) for test in turn if test is not None]


def lines_with(path: Path, line: int) -> set[int]:
    """The lines that are run when what stands on that line matters: those of its statement; of the whole function for its
    signature and decorators; those that name it for a constant.
    """
    tree = ast.parse(path.read_text())
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    around = [node for node in statements if _begin(node) <= line <= (node.end_lineno or line)]
    inside = max(around, key=lambda node: (_begin(node), -(node.end_lineno or 0)), default=None)
    function = next((node for node in reversed(around) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)), None)
    if inside is None:
        return {line}
    if function is not None:
        is_body = line >= function.body[0].lineno
        return {line, inside.lineno} if is_body else set(range(function.body[0].lineno, (function.end_lineno or line) + 1))
    names = {node.id for node in ast.walk(inside) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return {node.lineno for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id in names}


def _begin(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])
