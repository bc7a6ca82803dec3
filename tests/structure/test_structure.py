"""What the design asks of every file and every import, and no contract of import-linter can say."""

import ast
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
MOST_LINES = 300
MOST_LINES_OF_KITS = {"http": 600, "web": 900}


@pytest.fixture(scope="module")
def imports() -> grimp.ImportGraph:
    return grimp.build_graph("stampwell", include_external_packages=True, cache_dir=None)


@pytest.mark.parametrize("folder", ["src", "tests", "tools", "bench", "sdk/python"])
def test_no_file_is_longer_than_a_person_reads(folder: str) -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in (ROOT / folder).rglob("*.py")}
    assert lengths
    assert {str(path): lines for path, lines in lengths.items() if lines > MOST_LINES} == {}


@pytest.mark.parametrize("kit", MOST_LINES_OF_KITS)
def test_a_kit_stays_one_that_can_be_read_at_one_sitting(kit: str) -> None:
    """What a surface or an endpoint needs alone stands with it."""
    lines = sum(len(path.read_text().splitlines()) for path in (ROOT / "src/stampwell" / kit).rglob("*.py"))
    assert 0 < lines <= MOST_LINES_OF_KITS[kit]


def test_a_test_file_has_a_name_of_its_own() -> None:
    """Otherwise pytest takes one of them for the other, in whatever order they are found."""
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))


def test_a_class_has_a_name_of_its_own() -> None:
    """One that says what it is wherever it is imported."""
    places: dict[str, list[str]] = {}
    for path in (ROOT / "src").rglob("*.py"):
        for found in ast.parse(path.read_text()).body:
            if isinstance(found, ast.ClassDef):
                places.setdefault(found.name, []).append(path.name)
    assert len(places) > 300
    assert {name: files for name, files in places.items() if len(files) > 1} == {}


def test_a_features_queries_are_its_own(imports: grimp.ImportGraph) -> None:
    """Another feature asks its service, so that a rule and a log entry cannot be gone around."""
    features = [module for module in imports.modules if module.startswith("stampwell.features.")]
    of_queries = [module for module in features if module.endswith("queries")]
    assert len(of_queries) > 20
    strangers = [
        (importer, module)
        for module in of_queries
        for importer in imports.find_modules_that_directly_import(module)
        if importer.split(".")[:3] != module.split(".")[:3]
    ]
    assert strangers == []


def test_only_a_few_places_catch_everything() -> None:
    """The dispatcher, the loops of the workers, and SQLite's thread, which hands each job its own error."""
    everything = {"Exception", "BaseException"}
    found = {
        path.relative_to(ROOT / "src/stampwell").as_posix()
        for path in (ROOT / "src/stampwell").rglob("*.py")
        for handler in ast.walk(ast.parse(path.read_text()))
        if isinstance(handler, ast.ExceptHandler)
        and (handler.type is None or everything & {name.id for name in ast.walk(handler.type) if isinstance(name, ast.Name)})
    }
    allowed = {"http/dispatch.py", "db/sqlite.py"}
    assert {file for file in found if not file.startswith("workers/")} == allowed
