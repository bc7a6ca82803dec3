"""The pages can be read and compared line by line: no line of text is longer than 120 characters."""

import re
from pathlib import Path

import pytest
from texts import PAGES, ROOT

_LONGEST = 120
_CODE = re.compile(r"^(`{3,})\w*\n.*?^\1$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_line_is_too_long(path: Path) -> None:
    """But of tables and code, which cannot be broken."""
    text = _CODE.sub("", path.read_text(encoding="utf-8"))
    assert [line for line in text.splitlines() if len(line) > _LONGEST and not line.startswith("|")] == []
