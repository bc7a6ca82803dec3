"""How large a file may be that somebody uploads: at each bound it is taken, one beyond it is refused."""

import tracemalloc
from pathlib import Path

import pytest

from stampwell.features.imports.surveys import survey
from stampwell.features.imports.tables import TableWrong
from stampwell.features.imports.uploads import read_upload

_MEBI = 1024 * 1024


def _of_columns(count: int) -> bytes:
    return b",".join([b"x"] * count) + b"\n1" + b"," * (count - 1)


def _of_rows(count: int) -> bytes:
    return b"name\n" + b"x\n" * count


def _of_a_line(length: int) -> bytes:
    return b"name\n" + b"x" * length


def _of_bytes(size: int) -> bytes:
    """Lines of a mebibyte."""
    line = b"x" * (_MEBI - 1) + b"\n"
    return (b"name\n" + line * 20)[:size] + b"x" * (size - 5 - 20 * _MEBI)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (_of_columns(201), "The file has 201 columns. The most is 200."),
        (_of_rows(200_001), "The file has more than 200,000 rows."),
        (_of_a_line(_MEBI + 1), "a line is longer than 1,048,576 characters"),
        (_of_bytes(20 * _MEBI + 1), "The file is larger than 20 MB."),
        # Nobody reads on to the end of one that is too long.
        (_of_rows(210_000) + b'"no end', "The file has more than 200,000 rows."),
    ],
    ids=["columns", "rows", "a line", "bytes", "rows before its end"],
)
def test_one_too_many(content: bytes, reason: str) -> None:
    with pytest.raises(TableWrong, match=reason):
        read_upload(content)


@pytest.mark.parametrize(
    ("content", "rows"),
    [(_of_columns(200), 1), (_of_rows(200_000), 200_000), (_of_a_line(_MEBI), 1), (_of_bytes(20 * _MEBI), 20)],
    ids=["columns", "rows", "a line", "bytes"],
)
def test_as_much_as_there_may_be(content: bytes, rows: int) -> None:
    assert read_upload(content).survey.rows == rows


@pytest.mark.parametrize("letter", ["x", "é"])
def test_a_line_without_an_end_does_not_fill_the_memory(tmp_path: Path, letter: str) -> None:
    """On the command line a file may be of any size."""
    path = tmp_path / "members.csv"
    path.write_text("name\n" + letter * (30 * _MEBI))
    tracemalloc.start()
    try:
        with pytest.raises(TableWrong, match="a line is longer than"):
            survey(lambda: path.open("rb"))
        assert tracemalloc.get_traced_memory()[1] < 16 * _MEBI
    finally:
        tracemalloc.stop()
