"""A unit of work is a function of a transaction and plain values; that of an act writes its own line of the audit log."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent / "src" / "stampwell"
CONTEXTS = {"DashboardContext", "StampPageContext"}

AUDIT = "stampwell.features.audit"


def imports_record(tree: ast.Module) -> bool:
    """Whether the module has a name for `record`, or for the service that has it."""
    imported = {
        f"{found.module}.{alias.name}" for found in ast.walk(tree) if isinstance(found, ast.ImportFrom) for alias in found.names
    }
    plain = {alias.name for found in ast.walk(tree) if isinstance(found, ast.Import) for alias in found.names}
    return not {AUDIT, f"{AUDIT}.service", f"{AUDIT}.service.record"}.isdisjoint(imported | plain)


def units_of_requests(tree: ast.Module) -> Iterator[str]:
    """Functions that are given a transaction and a web request."""
    for found in ast.walk(tree):
        if isinstance(found, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            given = [*found.args.posonlyargs, *found.args.args, *found.args.kwonlyargs]
            names = {
                name.id
                for one in given
                if one.annotation is not None
                for name in ast.walk(one.annotation)
                if isinstance(name, ast.Name)
            }
            if "Tx" in names and names & CONTEXTS:
                yield getattr(found, "name", "lambda")


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(ROOT.rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text())


def test_only_a_features_unit_of_work_writes_the_audit_log() -> None:
    """A surface that wrote it could forget it, and the same act elsewhere would have another line."""
    writers = [name for name, tree in modules() if imports_record(tree)]
    assert "features/people/auditing.py" in writers
    assert [name for name in writers if not name.startswith("features/")] == []


def test_units_of_work_take_values_and_no_web_request() -> None:
    assert [(name, unit) for name, tree in modules() for unit in units_of_requests(tree)] == []


def test_what_they_look_for_is_found() -> None:
    caught = ast.parse(
        "async def f(tx: Tx, context: DashboardContext, /): ...\ndef g(*, tx: Tx, c: StampPageContext | None): ..."
    )
    assert list(units_of_requests(caught)) == ["f", "g"]
    passed = ast.parse("def f(tx: Tx, account_id: int): ...\ndef g(context: DashboardContext): ...")
    assert list(units_of_requests(passed)) == []
    for line in (f"from {AUDIT}.service import record", f"from {AUDIT} import service as log", f"import {AUDIT}.service"):
        assert imports_record(ast.parse(line))
    assert not imports_record(ast.parse(f"from {AUDIT}.service import page_entries"))
