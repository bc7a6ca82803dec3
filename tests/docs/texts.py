"""The project's pages, cut up as the tests of this folder need them."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def sections(text: str) -> dict[str, str]:
    """What stands under each `## ` heading, in order."""
    _, *parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of that language."""
    return [body for name, body in _FENCE.findall(text) if name == language]


def prose(text: str) -> str:
    """The text without its fenced blocks."""
    return _FENCE.sub("", text)


def first_cells(text: str) -> list[str]:
    """The first cell of every row of the tables, heads and rules left out."""
    rows = re.findall(r"^\|([^|\n]*)\|.*\n", re.sub(r"^\|.*\n\|[-|]+\n", "", text, flags=re.MULTILINE), re.MULTILINE)
    return [cell.strip() for cell in rows]
