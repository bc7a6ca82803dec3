"""Import jobs, and the files they still have."""

import json

from stampwell.core.phrases import Phrase, from_plain, to_plain
from stampwell.db.database import Row, Tx
from stampwell.features.imports.model import Counts, Job, JobState, Layout, layout_of

INSERT = """
INSERT INTO import_job (account_id, person_id, file_name, mapping, state, dry_run, rows_in_all, blank_rows, rows_done, issued,
    already_issued, refused, created_at)
VALUES (:account_id, :person_id, :file_name, :mapping, 'mapping', TRUE, :rows_in_all, :blank_rows, 0, 0, 0, 0, :created_at)
RETURNING *
"""
INSERT_FILE = "INSERT INTO import_file (account_id, job_id, content) VALUES (:account_id, :job_id, :content)"
COUNT_FILES = "SELECT COUNT(*) AS files FROM import_file WHERE account_id = :account_id"
FIND_FILE = "SELECT content FROM import_file WHERE account_id = :account_id AND job_id = :job_id"
DELETE_FILE = "DELETE FROM import_file WHERE account_id = :account_id AND job_id = :job_id"

FIND = "SELECT * FROM import_job WHERE account_id = :account_id AND job_id = :job_id"
LOCK = {"sqlite": FIND, "postgresql": f"{FIND} FOR UPDATE"}
PAGE = """
SELECT * FROM import_job WHERE account_id = :account_id AND job_id < :before_id ORDER BY job_id DESC LIMIT :limit
"""
DELETE = "DELETE FROM import_job WHERE account_id = :account_id AND job_id = :job_id"

RESTART = """
UPDATE import_job SET state = :state, dry_run = :dry_run, mapping = :mapping, rows_done = 0, issued = 0, already_issued = 0,
    same_customer = 0, refused = 0, mended = 0, problem = NULL, leased_until = NULL, finished_at = NULL
WHERE account_id = :account_id AND job_id = :job_id RETURNING *
"""
SET_ROWS = """
UPDATE import_job SET rows_in_all = :rows_in_all, blank_rows = :blank_rows WHERE account_id = :account_id AND job_id = :job_id
"""
SET_STATE = """
UPDATE import_job SET state = :state, problem = :problem, leased_until = NULL, finished_at = :finished_at
WHERE account_id = :account_id AND job_id = :job_id RETURNING *
"""

# No lease is so long that it ends after `latest`: a wrong clock has left that one behind.
_IS_FREE = "(leased_until IS NULL OR leased_until < :now_us OR leased_until > :latest)"
# Of every account but the suspended ones: the worker serves all of them, the one that waits longest first.
WAITING = f"""
SELECT j.job_id FROM import_job j JOIN account a ON a.account_id = j.account_id AND a.suspended_at IS NULL
WHERE j.state IN ('checking', 'issuing') AND {_IS_FREE} ORDER BY j.job_id LIMIT 1
"""
CLAIM = f"""
UPDATE import_job SET leased_until = :until WHERE job_id = ({WAITING}) AND state IN ('checking', 'issuing') AND {_IS_FREE}
RETURNING *
"""
HEAL = "UPDATE import_job SET created_at = :now_us WHERE created_at > :later_us"
_IS_OURS = """
account_id = :account_id AND job_id = :job_id AND state = :state AND leased_until = :lease AND rows_done = :rows_before
"""
ADVANCE = f"""
UPDATE import_job SET rows_done = rows_done + :rows, issued = issued + :issued,
    already_issued = already_issued + :already_issued, same_customer = same_customer + :same_customer,
    refused = refused + :refused, mended = mended + :mended, leased_until = :until
WHERE {_IS_OURS} RETURNING *
"""
END = f"""
UPDATE import_job SET state = :ended, leased_until = NULL, finished_at = :finished_at
WHERE {_IS_OURS} RETURNING *
"""
RELEASE = """
UPDATE import_job SET leased_until = NULL
WHERE account_id = :account_id AND job_id = :job_id AND state IN ('checking', 'issuing')
"""

# What is left of old imports is personal. One that waits for a worker keeps its file.
DELETE_OLD_FILES = """
DELETE FROM import_file WHERE job_id IN (SELECT f.job_id FROM import_file f JOIN import_job j ON j.job_id = f.job_id
    WHERE j.created_at < :before_us AND j.state NOT IN ('checking', 'issuing') LIMIT 100)
"""


def insert(
    tx: Tx,
    account_id: int,
    *,
    person_id: int | None,
    file_name: str,
    layout: Layout,
    rows_in_all: int,
    blank_rows: int,
    created_at: int,
) -> Job:
    row = tx.one(
        INSERT,
        account_id=account_id,
        person_id=person_id,
        file_name=file_name,
        mapping=layout.as_json(),
        rows_in_all=rows_in_all,
        blank_rows=blank_rows,
        created_at=created_at,
    )
    return _job(row)


def insert_file(tx: Tx, account_id: int, job_id: int, content: bytes) -> None:
    tx.run(INSERT_FILE, account_id=account_id, job_id=job_id, content=content)


def count_files(tx: Tx, account_id: int) -> int:
    return int(tx.one(COUNT_FILES, account_id=account_id)["files"])


def find_file(tx: Tx, account_id: int, job_id: int) -> bytes | None:
    row = tx.maybe(FIND_FILE, account_id=account_id, job_id=job_id)
    return None if row is None else bytes(row["content"])


def delete_file(tx: Tx, account_id: int, job_id: int) -> None:
    tx.run(DELETE_FILE, account_id=account_id, job_id=job_id)


def find(tx: Tx, account_id: int, job_id: int) -> Job | None:
    row = tx.maybe(FIND, account_id=account_id, job_id=job_id)
    return None if row is None else _job(row)


def lock(tx: Tx, account_id: int, job_id: int) -> Job | None:
    row = tx.maybe(LOCK[tx.dialect], account_id=account_id, job_id=job_id)
    return None if row is None else _job(row)


def page(tx: Tx, account_id: int, *, before_id: int, limit: int) -> list[Job]:
    """Newest first."""
    return [_job(row) for row in tx.all(PAGE, account_id=account_id, before_id=before_id, limit=limit)]


def delete(tx: Tx, account_id: int, job_id: int) -> None:
    delete_file(tx, account_id, job_id)
    tx.run(DELETE, account_id=account_id, job_id=job_id)


def restart(tx: Tx, job: Job, *, state: JobState, dry_run: bool, layout: Layout) -> Job:
    """From the first row, nothing counted yet."""
    row = tx.one(
        RESTART,
        account_id=job.account_id,
        job_id=job.job_id,
        state=state.value,
        dry_run=dry_run,
        mapping=layout.as_json(),
    )
    return _job(row)


def set_rows(tx: Tx, job: Job, *, rows_in_all: int, blank_rows: int) -> None:
    """For a file that is read otherwise than before."""
    tx.run(SET_ROWS, account_id=job.account_id, job_id=job.job_id, rows_in_all=rows_in_all, blank_rows=blank_rows)


def set_state(tx: Tx, job: Job, state: JobState, *, finished_at: int | None, problem: Phrase | None = None) -> Job:
    row = tx.one(
        SET_STATE,
        account_id=job.account_id,
        job_id=job.job_id,
        state=state.value,
        problem=None if problem is None else json.dumps(to_plain(problem), ensure_ascii=False),
        finished_at=finished_at,
    )
    return _job(row)


def is_any_waiting(tx: Tx, *, now_us: int, latest: int) -> bool:
    return tx.maybe(WAITING, now_us=now_us, latest=latest) is not None


def claim(tx: Tx, *, until: int, now_us: int, latest: int) -> Job | None:
    row = tx.maybe(CLAIM, until=until, now_us=now_us, latest=latest)
    return None if row is None else _job(row)


def advance(tx: Tx, job: Job, counts: Counts, *, until: int) -> Job | None:
    """None when the job is not ours any more."""
    row = tx.maybe(ADVANCE, **_ours(job), **counts._asdict(), until=until)
    return None if row is None else _job(row)


def end(tx: Tx, job: Job, state: JobState, *, finished_at: int) -> Job | None:
    """None when the job is not ours any more."""
    row = tx.maybe(END, **_ours(job), ended=state.value, finished_at=finished_at)
    return None if row is None else _job(row)


def release(tx: Tx, account_id: int, job_id: int) -> None:
    tx.run(RELEASE, account_id=account_id, job_id=job_id)


def delete_old_files(tx: Tx, before_us: int) -> int:
    return tx.run(DELETE_OLD_FILES, before_us=before_us)


def heal(tx: Tx, *, now_us: int, later_us: int) -> int:
    return tx.run(HEAL, now_us=now_us, later_us=later_us)


def _ours(job: Job) -> dict[str, object]:
    """By what a job is known to be still the one that was claimed."""
    return {
        "account_id": job.account_id,
        "job_id": job.job_id,
        "state": job.state.value,
        "lease": job.leased_until,
        "rows_before": job.rows_done,
    }


def _job(row: Row) -> Job:
    return Job(
        job_id=row["job_id"],
        account_id=row["account_id"],
        person_id=row["person_id"],
        file_name=row["file_name"],
        layout=layout_of(row["mapping"]),
        state=JobState(row["state"]),
        dry_run=bool(row["dry_run"]),
        rows_in_all=row["rows_in_all"],
        blank_rows=row["blank_rows"],
        rows_done=row["rows_done"],
        issued=row["issued"],
        already_issued=row["already_issued"],
        same_customer=row["same_customer"],
        refused=row["refused"],
        mended=row["mended"],
        problem=None if row["problem"] is None else from_plain(json.loads(row["problem"])),
        leased_until=row["leased_until"],
        created_at=row["created_at"],
        finished_at=row["finished_at"],
    )
