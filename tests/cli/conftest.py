from pathlib import Path

import pytest
from import_files import Write

from kit.command import InProcess
from kit.data import Data
from kit.people import ALICES_CARD, Person, open_account


@pytest.fixture
def command(database_url: str) -> InProcess:
    """Commands on the test's database."""
    return InProcess(database_url)


@pytest.fixture
def alice(data: Data) -> Person:
    return open_account(data, card_id=ALICES_CARD, now_us=1)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file of that name."""

    def write_file(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8", newline="")
        return path

    return write_file
