"""Tenant data has one door: every statement on a tenant's table names the account."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kit.data import Data
from kit.databases import Databases
from stampwell import features

SOURCES = sorted(Path(features.__file__).parent.rglob("*.py"))
QUERY_MODULES = {path.stem for path in SOURCES if path.stem.endswith("queries")}

# Statements that cannot or need not name the account, each with its reason.
ALLOWED = {
    "accounts.queries.INSERT": "makes the account",
    "accounts.queries.LIST": "for the operator, who sees every account",
    "accounts.queries.FIND_BY_NAME": "for the operator, who looks for the account",
    "cards.queries.LIST_ALL": "for the operator, who sees every account",
    "domains.queries.FIND_VERIFIED_ELSEWHERE": "asks whether any other account has proved the origin; tells nothing of it",
    "domains.queries.FIND_VERIFIED_BY_ANYBODY": "asks for the reverse proxy, which knows a host and no account",
    "domains.queries.LIST_ACCOUNTS": "asks whose a host is; the page shows nothing of it",
    "domains.queries.LIST_ALL": "for the operator, who sees every account",
    "domains.queries.LIST_DUE": "looks at the domains of every account; each is then checked for its own",
    "events.queries.DELETE_OLD": "prunes what is too old, of every account",
    "events.queries.FIND_EACH": "the worker delivers for every account what was queued for each",
    "events.queries.HAS_PENDING": "the worker publishes for every account",
    "events.queries.HEAL": "puts right what a wrong clock has left, of every account",
    "events.queries._OLDEST": "the worker publishes for every account, and writes for each its own",
    "events.queries.TAKE.postgresql": "the worker publishes for every account, and writes for each its own",
    "events.queries.TAKE.sqlite": "the worker publishes for every account, and writes for each its own",
    "idempotency.queries.DELETE_OLD": "prunes what is too old, of every account",
    "idempotency.queries.HEAL": "puts right what a wrong clock has left, of every account",
    "idempotency.queries.NEWEST": "how far the clock is from what is stored",
    "images.queries.DELETE_OLD_UNUSED": "prunes what is too old, of every account",
    "images.queries.HEAL": "puts right what a wrong clock has left, of every account",
    "images.queries.FIND": "a picture is for anybody who has its address, as on every web page",
    "imports.queries.CLAIM": "the worker serves every account",
    "imports.queries.HEAL": "puts right what a wrong clock has left, of every account",
    "imports.queries.DELETE_OLD_FILES": "prunes what is too old, of every account",
    "imports.queries.WAITING": "the worker serves every account",
    "imports.remark_queries.DELETE_OLD_NOTES": "prunes what is too old, of every account",
    "imports.remark_queries.DELETE_OLD_REFUSALS": "prunes what is too old, of every account",
    "keys.queries.FIND_WITH_ACCOUNT": "found by the key, before any account is known",
    "keys.queries.LIST_ALL": "for the operator, who sees every account",
    "keys.queries.FIND_ANYWHERE": "for the operator, who names a key of any account",
    "people.link_queries.DELETE_OLD": "prunes what is too old, of every account",
    "people.link_queries.HEAL": "puts right what a wrong clock has left, of every account",
    "people.link_queries.FIND": "found by the link's token, before any account is known",
    "people.link_queries.USE": "found by the link's token, before any account is known",
    "people.link_queries.SPEND_OF_PERSON": "a person's password and address are theirs in every account",
    "people.membership_queries.LIST_OF_PERSON": "somebody who signs in names no account",
    "people.membership_queries.MEMBER": "the beginning of statements that say which rows",
    "people.queries._AT_AN_ADDRESS": "the beginning of statements that say which rows",
    "people.queries.FIND_BY_EMAIL": "somebody who signs in names no account",
    "people.session_queries.HEAL": "puts right what a wrong clock has left, of every account",
    "people.session_queries.NEWEST_SEEN": "how far the clock is from what is stored",
    "people.session_queries.DELETE_OLD": "prunes what is too old, of every account",
    "people.session_queries.END": "a session is its person's, whichever account it shows",
    "people.session_queries.END_ALL": "a session is its person's, whichever account it shows",
    "people.session_queries.FIND": "found by the session's token, before any account is known",
    "people.session_queries.LIST": "a session is its person's, whichever account it shows",
    "people.session_queries.TOUCH": "a session is its person's, whichever account it shows",
    "request_log.queries.DELETE_OLD": "prunes what is too old, of every account",
    "request_log.queries.HEAL": "puts right what a wrong clock has left, of every account",
    "stamps.refused.refused_queries.DELETE_OLD.postgresql": "prunes what is too old, of every account",
    "stamps.refused.refused_queries.DELETE_OLD.sqlite": "prunes what is too old, of every account",
    "stamps.refused.refused_queries.HEAL": "puts right what a wrong clock has left, of every account",
    "stamps.issue_queries._LEDGER": "the beginning of statements that say which rows",
    "stamps.issue_queries._LEDGER_SQLITE": "rows that the same transaction has just put in, each with its own account",
    "stamps.issue_queries._OUTBOX": "the beginning of statements that say which rows",
    "stamps.issue_queries._OUTBOX_SQLITE": "rows that the same transaction has just put in, each with its own account",
    "stamps.ledger.projection_queries.EVENTS": "the digest reads the ledger of every account, and writes for each its own",
    "stamps.ledger.projection_queries.OFFSET": "how far the digest has read, and has to",
    "stamps.ledger.projection_queries.NUMBERED": "how far the digest can read",
    "stamps.list_queries.WITH_CARD": "the beginning of statements that say which rows",
    "stamps.customer_queries.FIND_SHOWN.postgresql": "the code is the key to the page, and no account is known before",
    "stamps.customer_queries.FIND_SHOWN.sqlite": "the code is the key to the page, and no account is known before",
    "stamps.expiry_queries.ACCOUNTS": "the worker tells the ends of stamps of every account",
    "stamps.expiry_queries._ACCOUNTS": "the worker tells the ends of stamps of every account",
    "stamps.queries.WITH_CARD": "the beginning of statements that say which rows",
    "stamps.queries.FIND_BY_ID": "for the operator, who sees every account",
    "stamps.queries.FIND_BY_CODE": "for the operator, who sees every account",
    "stamps.queries.NEWEST_EVENT": "how far the clock is from what is stored",
    "stamps.try_queries.DELETE_OLD": "prunes what is too old, of every account",
    "stamps.search.upgrade_queries.FINISH": "asks whether any account has a stamp that was not looked at",
    "stamps.search.upgrade_queries.NEXT": "the upgrade walks the stamps of every account, and writes for each its own",
    "stamps.search.upgrade_queries.PLACE": "how far the upgrade has come, and has to",
    "stamps.ledger.proof_queries.NEXT_STAMP": "the proof walks the stamps of every account, and looks at no row",
    "stamps.ledger.proof_queries.LAST_STAMP": "how far the proof has to walk",
    "webhooks.attempt_queries.DELETE_OLD": "prunes what is too old, of every account",
    "webhooks.attempt_queries.HEAL": "puts right what a wrong clock has left, of every account",
    "webhooks.queue_queries.FORGET_DELETED": "prunes what was deleted, of every account; joined by the account",
    "webhooks.queries.FIND_EACH": "the worker delivers for every account",
    "webhooks.queries.LOCK_EACH.postgresql": "the worker delivers for every account",
    "webhooks.queries.LOCK_EACH.sqlite": "the worker delivers for every account",
    "webhooks.queue_queries.CLAIM.postgresql": "the worker delivers for every account",
    "webhooks.queue_queries.CLAIM.sqlite": "the worker delivers for every account",
    "webhooks.queue_queries.IN_HAND": "the worker delivers for every account",
    "webhooks.queue_queries.PENDING": "of a webhook that was found for its account before",
    "webhooks.queue_queries.RELEASE": "the worker delivers for every account",
    "webhooks.queue_queries.RELEASE_EACH": "the worker delivers for every account",
    "webhooks.queue_queries.REMOVE": "the worker delivers for every account",
    "webhooks.queue_queries.TRY_LATER": "the worker delivers for every account",
    "webhooks.queue_queries.WAITING_WEBHOOKS": "the worker delivers for every account",
    "webhooks.queue_queries._FREE": "the worker delivers for every account",
}

_STATEMENT = re.compile(r"\s*(WITH|SELECT|INSERT|UPDATE|DELETE)\s", re.IGNORECASE)
# Sentences may begin with the word; statements go on with a table, columns or a star.
_SQL = re.compile(r"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM) [A-Za-z0-9_*]+")
_NAMES_ACCOUNT = re.compile(
    r"account_id = (:account_id|r\.account_id)\b|\baccount_id, (\w\.)?\w+\) IN \(SELECT r\.account_id\b"
    r"|\bFROM r JOIN \w+ \w USING \(account_id\b"
)
_INSERTS_FOR_ACCOUNT = re.compile(
    r"INSERT INTO \w+ \([^)]*\baccount_id\b[^)]*\)\s*(VALUES|SELECT [^()]*\br\.account_id\b[^()]* FROM r\b)"
)


def statements() -> dict[str, str]:
    """Every SQL constant of the features, by feature, module and name."""
    found = {}
    for module in pkgutil.walk_packages(features.__path__, "stampwell.features."):
        if module.name.rsplit(".", 1)[1] in QUERY_MODULES:
            for name, value in vars(importlib.import_module(module.name)).items():
                for key, text in value.items() if isinstance(value, dict) else [("", value)]:
                    if isinstance(text, str) and not name.startswith("__") and _STATEMENT.match(text):
                        found[f"{module.name.removeprefix('stampwell.features.')}.{name}{key and '.' + str(key)}"] = text
    return found


@pytest.fixture(scope="module")
def tenant_tables(databases: Databases) -> set[str]:
    sql = """
        SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'account_id'
    """
    with Data(databases.fresh("sqlite")) as data:
        return {row["name"] for row in data.rows(sql)}


def without_account(tenant_tables: set[str]) -> set[str]:
    touches = re.compile(rf"\b(?:FROM|JOIN|INTO|UPDATE)\s+(?:{'|'.join(tenant_tables)})\b", re.IGNORECASE)
    return {
        name
        for name, sql in statements().items()
        if touches.search(sql) and not _NAMES_ACCOUNT.search(sql) and not _INSERTS_FOR_ACCOUNT.search(sql)
    }


def test_the_tables_of_tenants(tenant_tables: set[str]) -> None:
    assert tenant_tables >= {"account", "api_key", "card", "domain", "stamp", "stamp_event", "outbox"}


def test_every_statement_on_them_names_the_account(tenant_tables: set[str]) -> None:
    assert without_account(tenant_tables) - set(ALLOWED) == set()


def test_every_exception_is_still_one(tenant_tables: set[str]) -> None:
    assert set(ALLOWED) - without_account(tenant_tables) == set()


def test_every_statement_is_a_constant_of_a_query_module() -> None:
    assert len(statements()) > 20
    stray = [
        f"{path.name}:{node.lineno}"
        for path in SOURCES
        if path.stem not in QUERY_MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _SQL.match(node.value)
    ]
    assert stray == []


def test_no_statement_is_written_where_it_runs() -> None:
    assert [f"{path}:{call.lineno}" for path in SOURCES for call in _calls_of_tx(path) if _is_text(call.args[0])] == []


def _calls_of_tx(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "tx"
            and node.args
        ):
            yield node


def _is_text(argument: ast.expr) -> bool:
    return isinstance(argument, ast.JoinedStr | ast.BinOp | ast.Constant)
