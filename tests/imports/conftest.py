import pytest

from kit.command import InProcess


@pytest.fixture(scope="module")
def dialect() -> str:
    """No SQL decides how a file is read."""
    return "sqlite"


@pytest.fixture
def command(database_url: str) -> InProcess:
    """Commands on the test's database."""
    return InProcess(database_url)
