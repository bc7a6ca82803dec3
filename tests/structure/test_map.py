"""The pictures in docs/map show the imports as they are."""

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
_MAP = runpy.run_path(str(ROOT / "tools/map.py"))
_MAPS = {drawn.package: drawn for drawn in _MAP["read_maps"]()}
_RUN = "run `make map`, and commit docs/map"


def test_there_is_a_picture_for_each_package_in_layers() -> None:
    assert {path.stem for path in (ROOT / "docs/map").iterdir()} == set(_MAPS), _RUN


@pytest.mark.parametrize("package", _MAPS)
class TestPicture:
    def test_it_shows_the_packages(self, package: str) -> None:
        nodes, _ = _MAP["read_drawn"](_MAPS[package].path)
        assert nodes == _MAPS[package].nodes, _RUN

    def test_it_shows_the_imports(self, package: str) -> None:
        _, edges = _MAP["read_drawn"](_MAPS[package].path)
        assert edges == _MAPS[package].edges, _RUN

    def test_the_architecture_shows_it(self, package: str) -> None:
        assert f"](map/{package}.svg)" in (ROOT / "docs/architecture.md").read_text()


def test_what_follows_from_other_imports_is_left_out() -> None:
    imports = {("cli", "features"), ("features", "db"), ("cli", "db"), ("db", "core"), ("cli", "core"), ("web", "core")}
    assert _MAP["_reduced"](imports) == {("cli", "features"), ("features", "db"), ("db", "core"), ("web", "core")}
