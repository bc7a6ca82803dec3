"""Pages of the repository's docs/ that are served beside the reference."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

_NAME = "webhooks.md"
# In a wheel it is beside this module; where the package is installed from its repository, the repository has it.
_PLACES = (Path(__file__).with_name(_NAME), Path(__file__).parents[3] / "docs" / _NAME)

# What the repository's other pages are called here. Links to any other file are left as their words.
_SERVED = {"api.md": "/api/docs", "errors.md": "/api/docs#errors"}

# How a code forge makes anchors out of headings, so that links within the page work here as there.
_NOT_IN_ANCHORS = re.compile(r"[^\w\- ]")


@dataclass(frozen=True, slots=True)
class GuideHeading:
    level: int
    title: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Passage:
    """Text, or code to copy: the other one is empty."""

    text: Markup
    code: str


@dataclass(frozen=True, slots=True)
class Guide:
    """`headings` are those below the title."""

    title: str
    headings: list[GuideHeading]
    passages: list[Passage]


@cache
def webhooks_guide() -> Guide:
    """docs/webhooks.md."""
    text = next(place for place in _PLACES if place.exists()).read_text(encoding="utf-8")
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(text)
    title, *headings = [_anchored(opening, inline) for opening, inline in pairwise(tokens) if opening.type == "heading_open"]
    for token in tokens:
        token.children = list(_with_served_links(token.children)) if token.children else token.children
    passages = []
    for between, fence in _cut(tokens):
        html = markdown.renderer.render(between, markdown.options, {})
        # Rendered from our own file, with HTML in it switched off.
        passages.append(Passage(Markup(html), fence.content.rstrip("\n") if fence else ""))  # noqa: S704
    return Guide(title.title, headings, passages)


def _cut(tokens: list[Token]) -> Iterator[tuple[list[Token], Token | None]]:
    """Everything up to a block of code, and that block; at the end, what is left."""
    begin = 0
    for place, token in enumerate(tokens):
        if token.type == "fence" and token.level == 0:
            yield tokens[begin:place], token
            begin = place + 1
    yield tokens[begin:], None


def _anchored(opening: Token, inline: Token) -> GuideHeading:
    title = "".join(child.content for child in inline.children or [])
    anchor = _NOT_IN_ANCHORS.sub("", title.lower()).replace(" ", "-")
    opening.attrSet("id", anchor)
    return GuideHeading(int(opening.tag[1:]), title, anchor)


def _with_served_links(tokens: list[Token]) -> Iterator[Token]:
    """The tokens of a paragraph without links to files that are not served."""
    is_left_out = False
    for token in tokens:
        if token.type == "link_open":
            address = str(token.attrGet("href"))
            name, _, anchor = address.partition("#")
            is_left_out = bool(name) and name not in _SERVED and not name.startswith("https://")
            if name in _SERVED:
                token.attrSet("href", f"{_SERVED[name]}#{anchor}" if anchor else _SERVED[name])
        if is_left_out and token.type in {"link_open", "link_close"}:
            is_left_out = token.type == "link_open"
            continue
        yield token
