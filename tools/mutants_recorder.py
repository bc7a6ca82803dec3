"""A plugin of pytest: writes down how long each test took, and what became of it, for `tools/mutants_tests.py`."""

import json
from collections import defaultdict
from pathlib import Path

import pytest

_took: dict[str, float] = defaultdict(float)
_failed: set[str] = set()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record-to", type=Path)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _took[report.nodeid] += report.duration if report.when == "call" else 0.0
    if report.failed:
        _failed.add(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if not hasattr(session.config, "workerinput"):  # the one that gathers what the workers say
        session.config.getoption("record_to").write_text(json.dumps({"took": _took, "failed": sorted(_failed)}))
