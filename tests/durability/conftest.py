"""Servers of the tests of races and lost answers, and databases on a disk: what is tested here is what a disk keeps."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.databases import Databases, open_databases, running_postgres
from kit.hooks import ALLOW
from kit.load import wait_for
from kit.postgres import PostgresServer
from kit.races import Servers

_OTHERS = "SELECT COUNT(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
_DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"


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


@pytest.fixture(scope="module")
def orderly_servers(servers: Servers) -> Iterator[Servers]:
    """`servers` that never wait for each other in a circle: when the tests of a file are done, no deadlock was found."""
    yield servers
    for process in servers.processes:
        process.stop()
    if servers.data.dialect == "postgresql":
        # A connection tells of its deadlocks when it ends, at the latest.
        wait_for(lambda: servers.data.rows(_OTHERS)[0]["n"] == 0)
        assert servers.data.rows(_DEADLOCKS) == [{"deadlocks": 0}]


@pytest.fixture
def hook_server(databases: Databases, dialect: str, tmp_path: Path) -> Iterator[Servers]:
    """A server process whose webhooks may lead to loopback; a second one can be started beside it."""
    with databases.lent(dialect) as url:
        running = Servers(tmp_path, url, count=1, webhook_allow=ALLOW)
        yield running
        running.close()
