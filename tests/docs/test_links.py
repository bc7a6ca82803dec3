"""What the pages point at is there: links, headings, paths, make targets."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from texts import PAGES, ROOT, blocks, page, prose

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_PATH = re.compile(r"`((?:\.ci|bench|deploy|docs|requirements|src|tests|tools)/[\w./-]*)[^`]*`(?!, a new file)")
_MODULE = re.compile(r"`([\w/.-]+\.(?:py|html))`(?!, a new file)")
_CLASS = re.compile(r"`((?:[A-Z][a-z0-9]+)+)(?:\.(\w+))?(?:\(.*?\))?`")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


_FILES = [
    f"/{path.relative_to(ROOT)}"
    for folder in ("src", "tests", "bench", "tools", "sdk")
    for path in (ROOT / folder).rglob("*.*")
    if path.suffix in {".py", ".html"}
]
_WORDS = set(re.findall(r"\w+", "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))))


def _is_of_the_code(path: Path) -> bool:
    return path.parent.name == "decisions" or path.stem in {"architecture", "contributing", "locking"}


def _links(path: Path) -> list[str]:
    found = _LINK.findall(prose(path.read_text(encoding="utf-8")))
    return [link for link in found if not link.startswith(("http://", "https://"))]


def _anchors(path: Path) -> set[str]:
    """The headings as a code forge turns them into anchors."""
    titles = _HEADING.findall(prose(path.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
class TestPage:
    def test_links(self, path: Path) -> None:
        for link in _links(path):
            name, _, anchor = unquote(link).partition("#")
            target = path.parent / name if name else path
            assert target.exists(), link
            assert not anchor or anchor in _anchors(target), link

    def test_paths(self, path: Path) -> None:
        named = _PATH.findall(path.read_text(encoding="utf-8"))
        assert [name for name in named if not (ROOT / name).exists()] == []

    def test_modules(self, path: Path) -> None:
        """Named without their folder, or with a part of it: `stamps/rules.py`."""
        named = _MODULE.findall(path.read_text(encoding="utf-8"))
        assert [name for name in named if not any(file.endswith(f"/{name}") for file in _FILES)] == []

    def test_make_targets(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        commands = re.findall(r"`(make(?: [a-z-]+)+)`", text)
        commands += [line for block in blocks(text, "sh") for line in re.findall(r"^make[ a-z-]+", block, re.MULTILINE)]
        known = set(re.findall(r"^([a-z-]+):", page("Makefile"), re.MULTILINE))
        assert {target for command in commands for target in command.split()[1:]} <= known


@pytest.mark.parametrize("path", [path for path in PAGES if _is_of_the_code(path)], ids=lambda path: path.stem)
def test_classes(path: Path) -> None:
    """Names such as `Look` and `Client.trusted` stand in the code."""
    named = {name for names in _CLASS.findall(path.read_text(encoding="utf-8")) for name in names if name}
    assert named - _WORDS == set()


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        path = waiting.pop()
        if path not in reached and path.suffix == ".md":
            reached.add(path)
            waiting += [(path.parent / link.partition("#")[0]).resolve() for link in _links(path) if not link.startswith("#")]
    assert set(PAGES) <= reached


def test_the_licence_is_apache_2() -> None:
    licence = page("LICENSE")
    assert licence.lstrip().startswith("Apache License\n                           Version 2.0, January 2004")
    assert licence.rstrip().endswith("limitations under the License.")
