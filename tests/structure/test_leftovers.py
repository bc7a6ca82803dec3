"""Nothing is left behind that nobody uses: names of modules, and values that a page is rendered with."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, nodes

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = ROOT / "src/stampwell"
SURFACES = ["dashboard", "stamp_page"]

# Facts that tests alone compare: with the table of docs/states.md, and with what `stampwell demo` has made.
FOR_TESTS = {"CARD_ARCHIVED", "REFUSED_OF_AN_ARCHIVED_CARD", "STAMPS"}


def names_made(tree: ast.Module) -> Iterator[str]:
    """What a module defines for others or for itself, but for what a decorator hands on, such as commands."""
    for found in tree.body:
        if isinstance(found, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            if not found.decorator_list or isinstance(found, ast.ClassDef):
                yield found.name
        elif isinstance(found, ast.Assign):
            yield from (target.id for target in found.targets if isinstance(target, ast.Name))
        elif isinstance(found, ast.AnnAssign) and isinstance(found.target, ast.Name):
            yield found.target.id


def names_used(tree: ast.Module) -> Iterator[str]:
    """What is read, imported, or named in a text, such as `stampwell.app:create_asgi`."""
    for found in ast.walk(tree):
        if isinstance(found, ast.Name) and isinstance(found.ctx, ast.Load):
            yield found.id
        elif isinstance(found, ast.Attribute):
            yield found.attr
        elif isinstance(found, ast.alias):
            yield found.name
        elif isinstance(found, ast.Constant) and isinstance(found.value, str):
            yield found.value.rpartition(":")[2]


def leftovers(sources: dict[str, str]) -> set[str]:
    trees = {name: ast.parse(source) for name, source in sources.items()}
    used = {name for tree in trees.values() for name in names_used(tree)}
    return {f"{file}: {name}" for file, tree in trees.items() for name in names_made(tree) if name not in used}


def sources_in(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(ROOT)): path.read_text() for path in folder.rglob("*.py")}


class TestNames:
    def test_whatever_the_product_defines_it_uses(self) -> None:
        sources = {name: source for name, source in sources_in(SOURCES).items() if "/migrations/" not in name}
        assert {name for name in leftovers(sources) if name.rpartition(" ")[2] not in FOR_TESTS} == set()

    def test_constants_of_tests_are_used(self) -> None:
        found = leftovers(sources_in(ROOT / "tests"))
        assert {name for name in found if name.rpartition(" ")[2].isupper()} == set()

    def test_a_name_that_nobody_reads_is_found(self) -> None:
        assert leftovers({"a.py": "ONE = 1\ndef two(): return 2\n", "b.py": "from a import two\n"}) == {"a.py: ONE"}


def rendered(tree: ast.Module) -> Iterator[tuple[str, set[str]]]:
    """Each template that is rendered by its name, and the values that it is given by theirs."""
    for found in ast.walk(tree):
        if not isinstance(found, ast.Call) or not isinstance(found.func, ast.Attribute):
            continue
        if found.func.attr in {"render", "markup"} and found.args and isinstance(found.args[0], ast.Constant):
            yield found.args[0].value, {given.arg for given in found.keywords if given.arg}


def names_in(template: str, environment: Environment) -> set[str]:
    """Every name that the template or one that it extends, includes or imports has in it."""
    assert environment.loader is not None
    tree = environment.parse(environment.loader.get_source(environment, template)[0])
    names = {found.name for found in tree.find_all(nodes.Name)}
    for kind in (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport):
        for found in tree.find_all(kind):
            if isinstance(found.template, nodes.Const):
                names |= names_in(found.template.value, environment)
    return names


@pytest.mark.parametrize("surface", SURFACES)
def test_a_template_uses_what_it_is_given(surface: str) -> None:
    folders = [SOURCES / surface / "templates", SOURCES / "drawing/templates"]
    environment = Environment(loader=FileSystemLoader(folders), autoescape=True)
    given: dict[str, set[str]] = defaultdict(set)
    for path in (SOURCES / surface).rglob("*.py"):
        for template, values in rendered(ast.parse(path.read_text())):
            given[template] |= values - {"status", "headers"}
    assert given
    unused = {template: values - names_in(template, environment) for template, values in given.items()}
    assert {template: values for template, values in unused.items() if values} == {}
