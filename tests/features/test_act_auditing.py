"""What is done to an import or a domain, and every export, is a line of the audit log, written by the unit of work itself."""

import json
from functools import partial
from typing import Any

import pytest

from kit.clock import FakeClock
from kit.data import Data
from kit.importing import STAFF, to_check, work
from kit.people import ALICES_CARD, Person, open_account
from stampwell.core.actors import OPERATOR, Actor
from stampwell.features.domains import service as domains
from stampwell.features.domains.model import Outcome
from stampwell.features.imports import service as imports
from stampwell.features.stamps.bulk.export import record_export

NOW_US = 1_772_442_000_000_000
ORIGIN = "https://beans.example"

pytestmark = pytest.mark.one_database


@pytest.fixture
def alice(data: Data) -> Person:
    return open_account(data, card_id=ALICES_CARD, now_us=NOW_US)


def audit_lines(data: Data) -> list[tuple[str, str, str, Any]]:
    """Channel, action, name of the subject, and changes."""
    rows = data.rows("SELECT * FROM audit ORDER BY audit_id")
    return [(row["channel"], row["action"], row["subject_name"], json.loads(row["changes"] or "null")) for row in rows]


def test_what_is_asked_of_an_import(data: Data, alice: Person, clock: FakeClock) -> None:
    by: dict[str, Any] = {"actor": STAFF, "now_us": NOW_US}
    job = to_check(data, alice, clock, ["userId", "kim"])
    work(data, clock)
    for ask in (imports.issue, imports.stop, imports.remove):
        data.write(ask, alice.account_id, job.job_id, **by)
    acts = ["import.uploaded", "import.issued", "import.stopped", "import.removed"]
    assert audit_lines(data) == [("dashboard", act, "a.csv", None) for act in acts]


@pytest.mark.parametrize(
    ("actor", "lines"),
    [
        (STAFF, [("dashboard", "domain.verified", "beans.example", {"verifiedBy": [None, "dns"]})]),
        (None, []),
    ],
)
def test_a_proof_that_somebody_asked_for(
    data: Data, alice: Person, actor: Actor | None, lines: list[tuple[str, str, str, Any]]
) -> None:
    added = data.write(domains.add, alice.account_id, origin=ORIGIN, verified=False, actor=OPERATOR, now_us=NOW_US)
    check = partial(domains.note_check, account_id=alice.account_id, domain_id=added.domain_id, actor=actor, now_us=NOW_US)
    for _ in range(2):
        data.write(check, outcome=Outcome("dns"))
    assert audit_lines(data) == [("cli", "domain.added", "beans.example", None), *lines]


def test_domains_on_the_word_of_the_operator(data: Data, alice: Person) -> None:
    given: dict[str, Any] = {"origin": ORIGIN, "actor": OPERATOR, "now_us": NOW_US}
    data.write(domains.add, alice.account_id, verified=True, **given)
    data.write(domains.remove, alice.account_id, **given)
    assert audit_lines(data) == [("cli", act, "beans.example", None) for act in ("domain.verified", "domain.removed")]


def test_an_export_with_and_without_its_count(data: Data, alice: Person) -> None:
    given: dict[str, Any] = {"card_id": None, "actor": OPERATOR, "now_us": NOW_US}
    data.write(record_export, alice.account_id, name="all.csv", count=3, **given)
    data.write(record_export, alice.account_id, name="", **given)
    assert audit_lines(data) == [
        ("cli", "stamps.exported", "all.csv", {"count": [None, 3]}),
        ("cli", "stamps.exported", "", None),
    ]
