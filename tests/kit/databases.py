"""Fixtures: databases of either kind, migrated once a run and copied for whoever needs one."""

import os
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from kit.data import Data
from kit.postgres import PostgresCluster, PostgresServer
from stampwell.db.migrations.__main__ import main as migrate

POSTGRES_URL = "STAMPWELL_TEST_POSTGRES_URL"
DIALECTS = ("sqlite", "postgresql")


class Databases:
    """Makes databases; whatever it made is gone when it is closed."""

    def __init__(self, folder: Path, *, name: str, postgres: Callable[[], PostgresServer]) -> None:
        self._folder = folder
        self._name = name
        self._postgres = postgres
        self._numbers = count(1)
        self._templates: dict[str, str] = {}
        self._made: list[tuple[PostgresServer, str]] = []

    def fresh(self, dialect: str) -> str:
        """The URL of a migrated database that nobody else uses."""
        if dialect not in self._templates:
            template = self.empty(dialect)
            migrate(template)
            self._templates[dialect] = template
        template = self._templates[dialect]
        if dialect == "sqlite":
            url = self.empty(dialect)
            # A copy of the file alone is whole: the last connection to close has emptied the write-ahead log into it.
            shutil.copyfile(template.removeprefix("sqlite:///"), url.removeprefix("sqlite:///"))
            return url
        return self._create(template=template.rsplit("/", 1)[1])

    def empty(self, dialect: str) -> str:
        """The URL of a database that was never migrated; for SQLite, of no file yet."""
        if dialect == "sqlite":
            return f"sqlite:///{self._folder / f'{next(self._numbers)}.db'}"
        return self._create(template="template0")

    def close(self) -> None:
        for server, name in reversed(self._made):
            server.drop_database(name)

    def _create(self, *, template: str) -> str:
        server, name = self._postgres(), f"stampwell_{self._name}_{next(self._numbers)}"
        url = server.create_database(name, template=template)
        if not isinstance(server, PostgresCluster):
            self._made.append((server, name))
        return url


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """The server whose address STAMPWELL_TEST_POSTGRES_URL holds, or a private cluster."""
    given = os.environ.get(POSTGRES_URL)
    if given:
        yield PostgresServer(given)
        return
    cluster = PostgresCluster()
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.remove()


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Databases]:
    # The process id tells runs apart that share the server of STAMPWELL_TEST_POSTGRES_URL.
    made = Databases(
        tmp_path_factory.mktemp("databases"),
        name=str(os.getpid()),
        postgres=lambda: request.getfixturevalue("postgres"),
    )
    yield made
    made.close()


@pytest.fixture(scope="module", params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def database_url(databases: Databases, dialect: str) -> str:
    return databases.fresh(dialect)


@pytest.fixture
def data(database_url: str) -> Iterator[Data]:
    with Data(database_url) as opened:
        yield opened
