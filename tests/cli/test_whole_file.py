"""Files that commands write: whole or not there, their owner's alone, and what was there before stays until then."""

import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from import_files import Write

from kit.command import InProcess
from kit.people import Person
from stampwell.cli.atomic_file import WholeFile
from stampwell.core.errors import OperatorError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Of a file that is there already."""
    path = tmp_path / "stamps.csv"
    path.write_text("as it was")
    return path


@pytest.fixture
def open_umask() -> Iterator[None]:
    """Of somebody whose files everybody may read."""
    before = os.umask(0)
    yield
    os.umask(before)


@contextmanager
def _no_room(most_bytes: int) -> Iterator[None]:
    """No file of this process grows beyond that."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _write(path: Path, text: str, then: Callable[[WholeFile], None]) -> None:
    with WholeFile(path) as whole:
        whole.text.write(text)
        then(whole)


def _interrupt(_whole: WholeFile) -> None:
    raise KeyboardInterrupt


def _only(path: Path) -> str:
    """What is in the file, beside which there is nothing."""
    assert list(path.parent.iterdir()) == [path]
    return path.read_text()


def test_it_takes_its_place_when_it_is_whole(path: Path) -> None:
    with WholeFile(path) as whole:
        whole.text.write("new")
        assert path.read_text() == "as it was"
        whole.finish()
        assert path.read_text() == "new"
    assert _only(path) == "new"


def test_one_that_is_not_finished_leaves_nothing(path: Path) -> None:
    _write(path, "new", lambda _whole: None)
    assert _only(path) == "as it was"
    with pytest.raises(KeyboardInterrupt):
        _write(path, "new", _interrupt)
    assert _only(path) == "as it was"


@pytest.mark.parametrize("size", [10, 1_000_000], ids=["when it is finished", "while it is written"])
def test_without_room_it_says_so_and_leaves_nothing(path: Path, size: int) -> None:
    with _no_room(5), pytest.raises(OperatorError, match=r"stamps\.csv: File too large"):
        _write(path, "x" * size, WholeFile.finish)
    assert _only(path) == "as it was"


def test_where_no_file_can_be(tmp_path: Path) -> None:
    for path, why in ((tmp_path, "is not an ordinary file"), (tmp_path / "none" / "a.csv", "No such file or directory")):
        with pytest.raises(OperatorError, match=why), WholeFile(path):
            raise AssertionError
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(OperatorError, match="is not an ordinary file"), WholeFile(pipe):
        raise AssertionError
    assert pipe.is_fifo()


@pytest.mark.one_database
@pytest.mark.usefixtures("open_umask")
def test_those_of_commands_are_their_owners_alone(command: InProcess, alice: Person, write: Write, tmp_path: Path) -> None:
    """There are customers in them."""
    lines = f"cardIdx,strtYmd,endYmd,userEml\n{alice.card_id},2026-01-01,2026-12-31,no mail\n"
    command("stamp", "import", str(write("a.csv", lines)), "--account", str(alice.account_id))
    exported = tmp_path / "stamps.csv"
    # One that others may read is not filled: its place is taken by another.
    exported.touch(mode=0o644)
    assert command("stamp", "export", str(exported), "--account", str(alice.account_id)).status == 0
    assert [file.stat().st_mode & 0o777 for file in (tmp_path / "a.refused.csv", exported)] == [0o600, 0o600]
