import pytest

from kit.command import InProcess


@pytest.fixture
def command(database_url: str) -> InProcess:
    """Commands on the test's database."""
    return InProcess(database_url)
