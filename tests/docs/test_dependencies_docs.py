"""docs/dependencies.md and pyproject.toml are the same list."""

import re
import tomllib

import pytest
from texts import first_cells, page, sections

_PROJECT = tomllib.loads(page("pyproject.toml"))["project"]
_SECTIONS = sections(page("docs/dependencies.md"))
_EXTRAS = _PROJECT["optional-dependencies"]


def _names(requirements: list[str]) -> list[str]:
    return sorted(re.split(r"[^\w.-]", requirement, maxsplit=1)[0] for requirement in requirements)


@pytest.mark.parametrize(
    ("heading", "requirements"),
    [
        ("To run a server", _PROJECT["dependencies"]),
        ("To build the package", _EXTRAS["build"]),
        ("To test and check", _EXTRAS["dev"]),
        ("To bench", _EXTRAS["bench"]),
    ],
)
def test_each_has_its_line(heading: str, requirements: list[str]) -> None:
    assert first_cells(_SECTIONS[heading]) == _names(requirements)


def test_there_is_no_other_extra() -> None:
    assert set(_EXTRAS) == {"build", "dev", "bench"}
