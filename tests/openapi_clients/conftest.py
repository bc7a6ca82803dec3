"""Clients that others' generators make out of the document of a running server, once a run."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from generating import generate, lay_out_typescript, shown

from kit.databases import Databases
from kit.shop import Shop


@pytest.fixture(scope="session")
def published(databases: Databases) -> Iterator[str]:
    """The address of a server, for generators to read its document."""
    opened = Shop(databases.fresh("sqlite"))
    yield opened.server.base
    opened.close()


@pytest.fixture
def shop(databases: Databases) -> Iterator[Shop]:
    """No SQL is in question, so one database is enough."""
    opened = Shop(databases.fresh("sqlite"))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def python_client(published: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder from which the generated package can be imported."""
    folder = tmp_path_factory.mktemp("python")
    said = generate(shown("sh")[0], base=published, folder=folder)
    assert "warning" not in said.lower()
    return folder / "stampwell-api-client"


@pytest.fixture(scope="session")
def typescript_client(published: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the generated types."""
    folder = tmp_path_factory.mktemp("typescript")
    lay_out_typescript(folder)
    generate(shown("sh")[1], base=published, folder=folder)
    return folder
