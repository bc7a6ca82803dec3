"""What there is to say of the rows of an import: why some were refused, and what is remarked on others."""

from collections.abc import Sequence

from stampwell.db.database import Tx
from stampwell.db.rows import run_over_rows
from stampwell.features.imports.import_refusals import as_json, from_json
from stampwell.features.imports.model import Job, Note, NoteKind, Refusal

_REFUSAL = {"account_id": "bigint", "job_id": "bigint", "line": "bigint", "told": "text"}
_NOTE = {
    "account_id": "bigint",
    "job_id": "bigint",
    "kind": "text",
    "line": "bigint",
    "field": "text",
    "before_text": "text",
    "after_text": "text",
}

INSERT_REFUSALS = """
INSERT INTO import_refusal (account_id, job_id, line, told) SELECT r.account_id, r.job_id, r.line, r.told FROM r
"""
INSERT_NOTES = """
INSERT INTO import_note (account_id, job_id, kind, line, field, before_text, after_text)
SELECT r.account_id, r.job_id, r.kind, r.line, r.field, r.before_text, r.after_text FROM r
"""
DELETE_NOTES = "DELETE FROM import_note WHERE account_id = :account_id AND job_id = :job_id"
LIST_NOTES = """
SELECT kind, line, field, before_text, after_text FROM import_note
WHERE account_id = :account_id AND job_id = :job_id AND kind = :kind ORDER BY line, field LIMIT :limit
"""
DELETE_REFUSALS = "DELETE FROM import_refusal WHERE account_id = :account_id AND job_id = :job_id"
LIST_REFUSALS = """
SELECT line, told FROM import_refusal WHERE account_id = :account_id AND job_id = :job_id ORDER BY line LIMIT :limit
"""

# What is left of old imports is personal.
DELETE_OLD_REFUSALS = """
DELETE FROM import_refusal WHERE job_id IN (SELECT f.job_id FROM import_refusal f JOIN import_job j ON j.job_id = f.job_id
    WHERE j.created_at < :before_us AND j.state NOT IN ('checking', 'issuing') LIMIT 100)
"""
DELETE_OLD_NOTES = """
DELETE FROM import_note WHERE job_id IN (SELECT f.job_id FROM import_note f JOIN import_job j ON j.job_id = f.job_id
    WHERE j.created_at < :before_us AND j.state NOT IN ('checking', 'issuing') LIMIT 100)
"""


def insert_refusals(tx: Tx, job: Job, refusals: Sequence[Refusal]) -> None:
    rows = [(job.account_id, job.job_id, refusal.line, as_json(refusal)) for refusal in refusals]
    run_over_rows(tx, _REFUSAL, rows, INSERT_REFUSALS)


def list_refusals(tx: Tx, account_id: int, job_id: int, *, limit: int) -> list[Refusal]:
    """By line."""
    rows = tx.all(LIST_REFUSALS, account_id=account_id, job_id=job_id, limit=limit)
    return [from_json(row["line"], row["told"]) for row in rows]


def insert_notes(tx: Tx, job: Job, notes: Sequence[Note]) -> None:
    run_over_rows(tx, _NOTE, [(job.account_id, job.job_id, note.kind.value, *note[1:]) for note in notes], INSERT_NOTES)


def list_notes(tx: Tx, account_id: int, job_id: int, kind: NoteKind, *, limit: int) -> list[Note]:
    """By line."""
    rows = tx.all(LIST_NOTES, account_id=account_id, job_id=job_id, kind=kind.value, limit=limit)
    return [Note(kind, row["line"], row["field"], row["before_text"], row["after_text"]) for row in rows]


def delete(tx: Tx, account_id: int, job_id: int) -> None:
    for sql in (DELETE_REFUSALS, DELETE_NOTES):
        tx.run(sql, account_id=account_id, job_id=job_id)


def delete_old(tx: Tx, before_us: int) -> int:
    return tx.run(DELETE_OLD_REFUSALS, before_us=before_us) + tx.run(DELETE_OLD_NOTES, before_us=before_us)
