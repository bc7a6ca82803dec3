"""Servers of the tests of races and lost answers, and databases on a disk: what is tested here is what a disk keeps."""

from collections.abc import Iterator

import pytest

from kit.databases import Databases, open_databases, running_postgres
from kit.postgres import PostgresServer
from kit.races import Servers


@pytest.fixture(scope="session")
def disk_postgres() -> Iterator[PostgresServer]:
    with running_postgres(on_disk=True) as server:
        yield server


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Iterator[Databases]:
    with open_databases(lambda: request.getfixturevalue("disk_postgres"), name="disk_", on_disk=True) as made:
        yield made


@pytest.fixture(scope="module")
def servers(databases: Databases, dialect: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Two server processes on one database, which the tests of a file share; on both databases."""
    running = Servers(tmp_path_factory.mktemp("servers"), databases.fresh(dialect), count=2)
    yield running
    running.close()
