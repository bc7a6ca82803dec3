"""Fixtures: databases of either kind, migrated once a run and copied for whoever needs one."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from kit.data import Data
from kit.folders import new_folder
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
            # With its rights: it is its owner's alone.
            shutil.copy(template.removeprefix("sqlite:///"), url.removeprefix("sqlite:///"))
            return url
        return self._create(template=template.rsplit("/", 1)[1])

    @contextmanager
    def lent(self, dialect: str) -> Iterator[str]:
        """`fresh`, and gone at the end: hundreds of databases fit where a few do."""
        url = self.fresh(dialect)
        try:
            yield url
        finally:
            self._drop(dialect, url)

    def empty(self, dialect: str) -> str:
        """The URL of a database that was never migrated; for SQLite, of no file yet."""
        if dialect == "sqlite":
            return f"sqlite:///{self._folder / f'{next(self._numbers)}.db'}"
        return self._create(template="template0")

    def close(self) -> None:
        for server, name in reversed(self._made):
            server.drop_database(name)

    def _drop(self, dialect: str, url: str) -> None:
        if dialect == "postgresql":
            self._postgres().drop_database(url.rsplit("/", 1)[1])
            return
        path = Path(url.removeprefix("sqlite:///"))
        # With its write-ahead log, which a process that was killed leaves behind.
        for file in path.parent.glob(f"{path.name}*"):
            file.unlink()

    def _create(self, *, template: str) -> str:
        server, name = self._postgres(), f"stampwell_{self._name}_{next(self._numbers)}"
        url = server.create_database(name, template=template)
        if not isinstance(server, PostgresCluster):
            self._made.append((server, name))
        return url


@contextmanager
def running_postgres(*, on_disk: bool = False) -> Iterator[PostgresServer]:
    """The server whose address STAMPWELL_TEST_POSTGRES_URL holds, or a private cluster."""
    given = os.environ.get(POSTGRES_URL)
    if given:
        yield PostgresServer(given)
        return
    cluster = PostgresCluster(on_disk=on_disk)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.remove()


@contextmanager
def open_databases(postgres: Callable[[], PostgresServer], *, name: str, on_disk: bool = False) -> Iterator[Databases]:
    folder, _ = new_folder("stampwell-databases-", on_disk=on_disk)
    # The process id tells runs apart that share the server of STAMPWELL_TEST_POSTGRES_URL.
    made = Databases(folder, name=f"{name}{os.getpid()}", postgres=postgres)
    try:
        yield made
    finally:
        made.close()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Iterator[Databases]:
    with open_databases(lambda: request.getfixturevalue("postgres"), name="") as made:
        yield made


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "one_database: no SQL decides what it proves, so SQLite alone is enough; "
        "one_database('postgresql'): it is about that database alone",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whatever asks for `dialect`, directly or not, runs on both databases unless it is marked `one_database`."""
    if "dialect" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("one_database")
        names = DIALECTS if marker is None else marker.args or DIALECTS[:1]
        metafunc.parametrize("dialect", names, indirect=True, scope="module")


@pytest.fixture(scope="module")
def dialect(request: pytest.FixtureRequest) -> str:
    """By name, of `pytest_generate_tests`."""
    name: str = request.param
    return name


@pytest.fixture
def database_url(databases: Databases, dialect: str) -> Iterator[str]:
    with databases.lent(dialect) as url:
        yield url


@pytest.fixture
def data(database_url: str) -> Iterator[Data]:
    with Data(database_url) as opened:
        yield opened
