"""docs/dependencies.md has every package of pyproject.toml and of the generators' lists, and no other."""

import json
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
        ("To count what the tests notice", _EXTRAS["mutants"]),
    ],
)
def test_each_has_its_line(heading: str, requirements: list[str]) -> None:
    assert first_cells(_SECTIONS[heading]) == _names(requirements)


def test_each_of_the_generators_has_its_line() -> None:
    python = [line for line in page("requirements/generators.in").splitlines() if not line.startswith("#")]
    npm = json.loads(page("tests/openapi_clients/typescript/package.json"))
    named = [*_names(python), *sorted(npm["dependencies"] | npm["devDependencies"])]
    assert first_cells(_SECTIONS["To generate clients in tests"]) == named


def test_each_of_a_receiver_on_nodejs_has_its_line() -> None:
    npm = json.loads(page("tests/receivers/node/package.json"))
    assert first_cells(_SECTIONS["To receive webhooks in tests"]) == sorted(npm["dependencies"])


def test_what_scores_pages_has_its_line() -> None:
    npm = json.loads(page("tools/lighthouse/package.json"))
    assert first_cells(_SECTIONS["To score pages"]) == sorted(npm["dependencies"])


@pytest.mark.parametrize("project", ["tests/openapi_clients/typescript", "tests/receivers/node", "tools/lighthouse"])
def test_the_lock_of_npm_names_no_server_of_packages(project: str) -> None:
    """It is asked for at whatever registry npm is set up with."""
    locked = page(f"{project}/package-lock.json")
    assert "resolved" not in locked
    assert all(package["integrity"].startswith("sha512-") for name, package in json.loads(locked)["packages"].items() if name)


def test_there_is_no_other_extra() -> None:
    assert set(_EXTRAS) == {"build", "dev", "bench", "mutants"}
