"""Every refusal of the API has a code of the contract, and the documentation has a page for every code."""

import importlib
import pkgutil
import re
from pathlib import Path

import stampwell
from stampwell.core.errors import AppError, PageError

DOCUMENTED = Path(__file__).parents[2] / "docs" / "errors.md"
# Run by Alembic and by `python -m`, not imported.
NOT_IMPORTED = ("stampwell.db.migrations.", "stampwell.__main__")


def _refusals() -> list[type[AppError]]:
    for module in pkgutil.walk_packages(stampwell.__path__, "stampwell."):
        if not module.name.startswith(NOT_IMPORTED):
            importlib.import_module(module.name)
    found, waiting = [], [AppError]
    while waiting:
        waiting += (children := waiting.pop().__subclasses__())
        found += children
    # Pages say theirs to people, without a code.
    return [error for error in found if not issubclass(error, PageError)]


def test_the_code_begins_with_the_status() -> None:
    wrong = {error.__name__: (error.code, error.status) for error in _refusals() if error.code // 100 != error.status}
    assert wrong == {}


def test_each_says_when_it_comes() -> None:
    assert [error.__name__ for error in _refusals() if not error.when.endswith(".")] == []


def test_one_code_is_one_sort_of_refusal() -> None:
    """The contract has one for several: the form of a body, webhooks and events, no room, not full yet, marks too soon, locks,
    what is busy.
    """
    codes = [error.code for error in _refusals()]
    assert {code for code in codes if codes.count(code) > 1} == {40001, 40407, 40905, 40907, 40910, 42902, 50301}


def test_the_documentation_has_every_code_and_no_other() -> None:
    headings = re.findall(r"^## (\d{5})\b", DOCUMENTED.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(headings) == sorted({str(error.code) for error in _refusals()})
