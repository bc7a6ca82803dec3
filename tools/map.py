"""Draws which package imports which, as docs/map/*.svg: `make map`.

A picture for each contract of pyproject.toml that puts packages into layers: a row is a layer, an arrow an import. What follows
from other arrows is left out, to keep the pictures readable: dashboard -> features -> db says that the dashboard may use db.
"""

import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

import grimp

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs/map"

# Ink that can be read on a white page and on a black one; the boxes bring their own ground.
_STYLE = """
  bgcolor=transparent; nodesep=0.3; ranksep=0.35;
  node [shape=box, style="filled,rounded", fillcolor="#dbeafe", color="#4f83d6", fontcolor="#10233f", fontname="Helvetica",
        fontsize=13, height=0.36, margin="0.14,0.05"];
  edge [color="#7a8694", arrowsize=0.65, penwidth=1.2];
"""


class Map(NamedTuple):
    """The children of a package. edges: importer and imported, what follows from other edges left out."""

    package: str
    rows: list[list[str]]
    edges: set[tuple[str, str]]

    @property
    def path(self) -> Path:
        return FOLDER / f"{self.package}.svg"

    @property
    def nodes(self) -> set[str]:
        return {child for row in self.rows for child in row}


def read_maps() -> list[Map]:
    """One for each package that a contract of import-linter puts into layers, as the imports are now."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    imports = grimp.build_graph("stampwell", cache_dir=None)
    return [
        _map(package, contract["layers"], imports)
        for contract in settings["contracts"]
        if contract["type"] == "layers"
        for package in contract["containers"]
    ]


def read_drawn(path: Path) -> tuple[set[str], set[tuple[str, str]]]:
    """The nodes and edges of a picture, by the titles that Graphviz gives them."""
    nodes, edges = set(), set()
    for group in ET.parse(path).iter("{http://www.w3.org/2000/svg}g"):
        title = group.findtext("{http://www.w3.org/2000/svg}title", "")
        if group.get("class") == "node":
            nodes.add(title)
        elif group.get("class") == "edge":
            importer, imported = title.split("->")
            edges.add((importer, imported))
    return nodes, edges


def _map(package: str, layers: list[str], imports: grimp.ImportGraph) -> Map:
    rows = [re.split(r"\s*[|:]\s*", layer) for layer in layers]
    edges = set(_imports_between(package, {child for row in rows for child in row}, imports))
    return Map(package, rows, _reduced(edges))


def _imports_between(package: str, children: set[str], imports: grimp.ImportGraph) -> Iterator[tuple[str, str]]:
    def child_of(module: str) -> str:
        return module.removeprefix(f"{package}.").split(".")[0] if module.startswith(f"{package}.") else ""

    for module in imports.modules:
        for imported in imports.find_modules_directly_imported_by(module):
            edge = child_of(module), child_of(imported)
            if edge[0] != edge[1] and children.issuperset(edge):
                yield edge


def _reduced(edges: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Without those whose end can be reached by a longer way. The contracts see to it that there is no circle."""

    @cache
    def reachable(start: str) -> set[str]:
        ends = {end for begin, end in edges if begin == start}
        return ends.union(*(reachable(end) for end in ends))

    return {
        (begin, end)
        for begin, end in edges
        if not any(end in reachable(middle) for other, middle in edges if other == begin and middle != end)
    }


def _as_dot(drawn: Map) -> str:
    rows = [f"{{rank=same; {'; '.join(map(_quoted, row))}}}" for row in drawn.rows]
    order = [f"{_quoted(upper[0])} -> {_quoted(lower[0])} [style=invis]" for upper, lower in pairwise(drawn.rows)]
    edges = [f"{_quoted(importer)} -> {_quoted(imported)}" for importer, imported in sorted(drawn.edges)]
    return "\n".join([f"digraph {_quoted(drawn.package)} {{", _STYLE, *rows, *order, *edges, "}"])


def _quoted(name: str) -> str:
    return f'"{name}"'


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for drawn in read_maps():
        done = subprocess.run(["dot", "-Tsvg"], input=_as_dot(drawn), capture_output=True, text=True, check=True)
        drawn.path.write_text(done.stdout)
        print(drawn.path.relative_to(ROOT))
