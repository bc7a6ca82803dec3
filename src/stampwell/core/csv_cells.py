"""Cells of CSV files, as spreadsheets take and write them."""

import json
import re

# What makes a formula of a cell in Excel, LibreOffice or Sheets: customers may choose such names. Full-width signs too.
_SIGN = "[=+\\-@\\t\\r\\n＝＋－＠]"  # noqa: RUF001 - they are meant
# Some programs mark a text of digits by an apostrophe, so that its zeros stay.
_DIGITS = r"[0-9][0-9 ().\-]*\Z"
_NEEDS_MARK = re.compile(f"'*{_SIGN}|'+{_DIGITS}")
_MARKED = re.compile(f"'+(?:{_SIGN}|{_DIGITS})")
# How a cell says to Excel that its digits are text.
_AS_FORMULA = re.compile(r'="((?:[^"]|"")*)"')


def to_cell(value: object) -> str:
    """The text of a cell; of a list, its JSON.

    One that would be a formula, or could be taken for one that was marked, gets an apostrophe.
    """
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, list) else "" if value is None else str(value)
    return f"'{text}" if _NEEDS_MARK.match(text) else text


def from_cell(text: str) -> str:
    """What `to_cell` was given, as text; without the marks by which other programs say that digits are a text."""
    if _MARKED.match(text):
        return text[1:]
    formula = _AS_FORMULA.fullmatch(text)
    return formula[1].replace('""', '"') if formula else text
