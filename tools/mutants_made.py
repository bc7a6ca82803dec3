"""Which mutants there are: small faults in the code, one at a time, of the kind that is made in guards, locks and bounds."""

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import parso
from cosmic_ray import plugins
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Example, Operator

ROOT = Path(__file__).resolve().parent.parent
_FEATURES = "src/stampwell/features"
_STAMPS = f"{_FEATURES}/stamps"

PACKAGES: dict[str, list[str]] = {
    "rules": [f"{_FEATURES}/*/rules.py"],
    "marking": [
        *(f"{_STAMPS}/{name}.py" for name in ("marking", "mark_queries", "count*", "contract/to_change")),
        *(f"{_STAMPS}/bulk/{name}.py" for name in ("actions", "action_queries")),
    ],
    "issuing": [
        *(f"{_STAMPS}/{name}.py" for name in ("issuing", "issue_queries", "contract/to_new_stamp", "search/east_asian_names")),
        f"{_STAMPS}/bulk/import_*.py",
    ],
    "undo": [f"{_STAMPS}/{name}.py" for name in ("undo", "ledger/proof", "ledger/proof_queries", "service")],
    "staff password, PINs": [
        f"{_STAMPS}/{name}.py" for name in ("shared_secrets", "staff_password", "tries", "try_queries", "pins")
    ],
    "idempotency": [f"{_FEATURES}/idempotency/*.py"],
    "keys": [f"{_FEATURES}/keys/*.py"],
    "people": [f"{_FEATURES}/people/*.py"],
    "domains": [f"{_FEATURES}/domains/*.py"],
    "imports": [f"{_FEATURES}/imports/*.py"],
    "db": ["src/stampwell/db/*.py"],
    "http": ["src/stampwell/http/*.py"],
    "web": ["src/stampwell/web/*.py"],
}
"""What is measured, by the name of its row in the table."""

# Of Cosmic Ray's operators those that a test can be asked to notice. Left out: arithmetic in place of `|` in types and of `*`
# and `**` in signatures, which does not even start, and comparisons that mean the same (`is` for `==`).
_USED = re.compile(
    r"core/(AddNot|ExceptionReplacer|NumberReplacer|RemoveDecorator|ZeroIterationForLoop"
    r"|ReplaceTrueWithFalse|ReplaceFalseWithTrue|ReplaceAndWithOr|ReplaceOrWithAnd|ReplaceUnaryOperator_Delete_Not"
    r"|ReplaceBreakWithContinue|ReplaceContinueWithBreak"
    r"|ReplaceBinaryOperator_(Add_Sub|Sub_Add|FloorDiv_Mul|Mod_FloorDiv|RShift_LShift)"
    r"|ReplaceComparisonOperator_(Eq_NotEq|NotEq_Eq|Lt_LtE|LtE_Lt|Gt_GtE|GtE_Gt|Lt_Gt|Gt_Lt|LtE_Gt|GtE_Lt"
    r"|Is_IsNot|IsNot_Is|In_NotIn|NotIn_In))"
)
# A thousandth more or less of a time or a size, other bounds above all numbers, and zips of what is equally long anyway.
_UNNOTICEABLE = re.compile(r"[\d_]{4,}|2\*\*6\d|strict=True")


class RemoveCall(Operator):
    """A call whose result nobody uses is left out: a check, a lock, a count, a write. Not one that writes to the log."""

    LOGS = re.compile(r"\b_?log\b|\blogger\b")

    def mutation_positions(self, node: parso.tree.NodeOrLeaf) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        if node.type != "simple_stmt":
            return
        first = node.children[0]
        code = first.get_code().rstrip()
        if first.type in ("await_expr", "atom_expr") and code.endswith(")") and not self.LOGS.search(code):
            yield node.start_pos, node.end_pos

    def mutate(self, node: parso.tree.NodeOrLeaf, index: int) -> parso.tree.NodeOrLeaf:  # noqa: ARG002 - Operator's signature
        first = node.children[0]
        node.children[0] = parso.python.tree.Name("pass", first.start_pos, prefix=first.get_first_leaf().prefix)
        node.children[0].parent = node
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (Example("tx.run(LOCK)", "pass"),)


class RemoveSqlGuard(Operator):
    """One condition or lock of a statement in SQL is left out."""

    GUARD = re.compile(r" AND [a-z_.]+ (?:=|<=?|>=?|<>|IS NOT|IS) [:a-z_.\d{}]+| FOR (?:NO KEY )?UPDATE(?: SKIP LOCKED)?")

    def mutation_positions(self, node: parso.tree.NodeOrLeaf) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        if node.type == "string":
            for _ in self.GUARD.finditer(node.value):
                yield node.start_pos, node.end_pos

    def mutate(self, node: parso.tree.NodeOrLeaf, index: int) -> parso.tree.NodeOrLeaf:
        found = list(self.GUARD.finditer(node.value))[index]
        node.value = node.value[: found.start()] + node.value[found.end() :]
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (Example('"WHERE id = :id AND account_id = :account_id"', '"WHERE id = :id"'),)


class Mutant(NamedTuple):
    """A fault: the file from the root, the line, what was done there, and the whole file with it."""

    package: str
    path: str
    line: int
    operator: str
    code: str


def sample(package: str, *, size: int, seed: int) -> list[Mutant]:
    """So many mutants of the package, the same ones for the same seed; all of them when there are no more."""
    places = list(_places(package))
    random.Random(f"{seed} {package}").shuffle(places)
    made: list[Mutant] = []
    for path, name, operator, occurrence, line in places:
        if len(made) == size:
            break
        before = (ROOT / path).read_text()
        code = _mutated(before, operator, occurrence)
        if code is not None and code != before and _is_python(code):
            made.append(Mutant(package, path, line, name, code))
    return made


def count(package: str) -> int:
    """How many mutants the package has."""
    return sum(1 for _ in _places(package))


def _places(package: str) -> Iterator[tuple[str, str, Operator, int, int]]:
    """Path, operator's name, operator, its occurrence in the file, and the line."""
    operators = _operators()
    for path in sorted({found for pattern in PACKAGES[package] for found in ROOT.glob(pattern)}):
        lines = (ROOT / path).read_text().splitlines()
        nodes = list(ast_nodes(get_ast(path.read_text())))
        for name, operator in operators.items():
            positions = (position for node in nodes for position in operator.mutation_positions(node))
            for occurrence, (start, _) in enumerate(positions):
                line = lines[start[0] - 1]
                if not any(found.start() <= start[1] < found.end() for found in _UNNOTICEABLE.finditer(line)):
                    yield str(path.relative_to(ROOT)), name.removeprefix("core/"), operator, occurrence, start[0]


def _operators() -> dict[str, Operator]:
    used = {name: plugins.get_operator(name)() for name in sorted(plugins.operator_names()) if _USED.fullmatch(name)}
    return used | {"RemoveCall": RemoveCall(), "RemoveSqlGuard": RemoveSqlGuard()}


def _mutated(code: str, operator: Operator, occurrence: int) -> str | None:
    try:
        return mutate_code(code, operator, occurrence)
    except AttributeError:
        return None  # Cosmic Ray cannot replace an exception that is named with its module


def _is_python(code: str) -> bool:
    try:
        compile(code, "mutant", "exec")
    except SyntaxError:
        return False
    return True
