"""Servers of the tests of races and lost answers."""

from collections.abc import Iterator

import pytest

from kit.databases import Databases
from kit.races import Servers


@pytest.fixture(scope="module")
def servers(databases: Databases, dialect: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Two server processes on one database, which the tests of a file share; on both databases."""
    running = Servers(tmp_path_factory.mktemp("servers"), databases.fresh(dialect), count=2)
    yield running
    running.close()
