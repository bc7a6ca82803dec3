"""Cells of CSV files: what a spreadsheet would run gets a mark, and comes back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampwell.core.csv_cells import from_cell, to_cell


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("Kim", "Kim"),
        (None, ""),
        (7, "7"),
        ("+82 10-1234-5678", "'+82 10-1234-5678"),
        ("=1+1", "'=1+1"),
        ("'=1+1", "''=1+1"),
        ('="010"', '\'="010"'),
        ("'700", "''700"),
        ("'Twas", "'Twas"),
    ],
)
def test_there_and_back(value: object, cell: str) -> None:
    assert to_cell(value) == cell
    assert from_cell(cell) == ("" if value is None else str(value))


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("'7000000000001", "7000000000001"),
        ("'010-1234-5678", "010-1234-5678"),
        ('="01012345678"', "01012345678"),
        ('="a ""b"""', 'a "b"'),
        ("=1+1", "=1+1"),
        ("'70s", "'70s"),
    ],
)
def test_marks_of_other_programs(cell: str, text: str) -> None:
    assert from_cell(cell) == text


@given(st.text(alphabet="'=+-@0123456789 .\"ab\t\n", max_size=12))
def test_whatever_was_exported_comes_back(text: str) -> None:
    assert from_cell(to_cell(text)) == text
