"""Cells of CSV files that a spreadsheet will not take for formulas."""

import re

# What makes a formula of a cell in Excel, LibreOffice or Sheets: customers may choose such names. Full-width signs too.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")  # noqa: RUF001 - they are meant
_DEFUSED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")  # noqa: RUF001


def to_cell(value: object) -> str:
    """The text of a cell. One that would be a formula, or could be taken for one that was defused, gets an apostrophe."""
    text = "" if value is None else str(value)
    return f"'{text}" if _FORMULA.match(text) else text


def from_cell(text: str) -> str:
    """What `to_cell` was given, as text."""
    return text[1:] if _DEFUSED.match(text) else text
