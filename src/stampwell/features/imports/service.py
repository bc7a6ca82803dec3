"""Units of work on import jobs: what people ask of them, and what the worker tells of them."""

from collections.abc import Sequence

from stampwell.core.actors import Actor
from stampwell.core.phrases import Phrase, phrase
from stampwell.core.units import DAY_US, MINUTE_US
from stampwell.core.waits import SKEW_US
from stampwell.db.database import Tx
from stampwell.features.accounts.admission import admit
from stampwell.features.imports import queries, remark_queries
from stampwell.features.imports.auditing import record_job
from stampwell.features.imports.column_matching import match_columns
from stampwell.features.imports.errors import ImportRefused, JobNotFound, LeaseLost
from stampwell.features.imports.import_refusals import refusal_of
from stampwell.features.imports.model import (
    MOST_KEPT,
    MOST_UNFINISHED,
    RUNNING,
    Job,
    JobState,
    Layout,
    Note,
    NoteKind,
    Refusal,
)
from stampwell.features.imports.outcomes import ImportChunk, results_of
from stampwell.features.imports.surveys import Survey
from stampwell.features.imports.uploads import ReadUpload
from stampwell.features.stamps.bulk.import_rows import Outcome, issue_rows

LEASE_US = MINUTE_US
"""How long a worker has a job to itself after a sign of life. A chunk takes a second at most."""

KEPT_US = 7 * DAY_US
"""How long the file of an unfinished import is kept, and what was wrong with refused rows: there are customers in them."""


def begin(tx: Tx, account_id: int, *, file_name: str, upload: ReadUpload, actor: Actor, now_us: int) -> Job:
    """A new job of the staff member who is the actor, its columns guessed.

    Raises ImportRefused while too many others are unfinished.
    """
    if queries.count_files(tx, account_id) >= MOST_UNFINISHED:
        raise ImportRefused(
            phrase("There are {most} unfinished imports already. Finish or remove one of them first.", most=MOST_UNFINISHED)
        )
    found = upload.survey
    job = queries.insert(
        tx,
        account_id,
        person_id=actor.actor_id,
        file_name=file_name,
        layout=_first_layout(found),
        rows_in_all=found.rows,
        blank_rows=found.blank_rows,
        created_at=now_us,
    )
    queries.insert_file(tx, account_id, job.job_id, upload.content)
    record_job(tx, job, "import.uploaded", actor=actor, now_us=now_us)
    return job


def get_job(tx: Tx, account_id: int, job_id: int) -> Job:
    """Raises JobNotFound."""
    return _found(queries.find(tx, account_id, job_id))


def page_jobs(tx: Tx, account_id: int, *, before_id: int, limit: int) -> list[Job]:
    """Newest first, from below that number."""
    return queries.page(tx, account_id, before_id=before_id, limit=limit)


def get_file(tx: Tx, account_id: int, job_id: int) -> bytes:
    """The file in UTF-8. Raises ImportRefused when it was dropped."""
    content = queries.find_file(tx, account_id, job_id)
    if content is None:
        raise ImportRefused(phrase("The file of this import is not kept any more. Choose it again for a new import."))
    return content


def list_refusals(tx: Tx, account_id: int, job_id: int, *, limit: int = MOST_KEPT) -> list[Refusal]:
    """The first refused rows, by line."""
    return remark_queries.list_refusals(tx, account_id, job_id, limit=limit)


def list_notes(tx: Tx, account_id: int, job_id: int, kind: NoteKind, *, limit: int = MOST_KEPT) -> list[Note]:
    """The first remarks of that kind, by line."""
    return remark_queries.list_notes(tx, account_id, job_id, kind, limit=limit)


def read_again(tx: Tx, account_id: int, job_id: int, *, found: Survey) -> Job:
    """Has the file read otherwise, in another encoding for instance. Raises JobNotFound, ImportRefused."""
    job = _in_state(tx, account_id, job_id, JobState.MAPPING, JobState.CHECKED)
    queries.set_rows(tx, job, rows_in_all=found.rows, blank_rows=found.blank_rows)
    return _restarted(tx, job, state=JobState.MAPPING, dry_run=True, layout=_first_layout(found))


def check(tx: Tx, account_id: int, job_id: int, *, layout: Layout) -> Job:
    """Has every row checked by that layout, from the first one. Raises JobNotFound, ImportRefused."""
    job = _in_state(tx, account_id, job_id, JobState.MAPPING, JobState.CHECKED)
    get_file(tx, account_id, job_id)
    return _restarted(tx, job, state=JobState.CHECKING, dry_run=True, layout=layout)


def issue(tx: Tx, account_id: int, job_id: int, *, actor: Actor, now_us: int) -> Job:
    """Has the rows issued; one that was stopped, or that failed, goes on where it ended. Raises JobNotFound, ImportRefused."""
    job = _in_state(tx, account_id, job_id, JobState.CHECKED, JobState.STOPPED, JobState.FAILED)
    get_file(tx, account_id, job_id)
    record_job(tx, job, "import.issued", actor=actor, now_us=now_us)
    if job.dry_run:
        return _restarted(tx, job, state=JobState.ISSUING, dry_run=False, layout=job.layout)
    return queries.set_state(tx, job, JobState.ISSUING, finished_at=None)


def stop(tx: Tx, account_id: int, job_id: int, *, actor: Actor, now_us: int) -> Job:
    """No row is issued after this. A check that is stopped is as if it had not begun. Raises JobNotFound, ImportRefused."""
    job = _in_state(tx, account_id, job_id, JobState.CHECKING, JobState.ISSUING)
    record_job(tx, job, "import.stopped", actor=actor, now_us=now_us)
    if job.state is JobState.CHECKING:
        return _restarted(tx, job, state=JobState.MAPPING, dry_run=True, layout=job.layout)
    return queries.set_state(tx, job, JobState.STOPPED, finished_at=now_us)


def change_columns(tx: Tx, account_id: int, job_id: int) -> Job:
    """Back to what the columns mean, after a check. Raises JobNotFound, ImportRefused."""
    job = _in_state(tx, account_id, job_id, JobState.MAPPING, JobState.CHECKED)
    return _restarted(tx, job, state=JobState.MAPPING, dry_run=True, layout=job.layout)


def remove(tx: Tx, account_id: int, job_id: int, *, actor: Actor, now_us: int) -> Job:
    """Forgets an import that is not running; stamps that it issued stay. Raises JobNotFound, ImportRefused."""
    job = _in_state(tx, account_id, job_id, *(state for state in JobState if state not in RUNNING))
    remark_queries.delete(tx, account_id, job_id)
    queries.delete(tx, account_id, job_id)
    record_job(tx, job, "import.removed", actor=actor, now_us=now_us)
    return job


def is_any_waiting(tx: Tx, *, now_us: int) -> bool:
    """Whether there is anything to claim."""
    return queries.is_any_waiting(tx, now_us=now_us, latest=now_us + LEASE_US + SKEW_US)


def claim(tx: Tx, *, now_us: int) -> Job | None:
    """A job of any account that waits for a worker, or whose worker has given no sign of life; ours from now on.

    Those of suspended accounts wait until these are resumed.
    """
    return queries.claim(tx, until=now_us + LEASE_US, now_us=now_us, latest=now_us + LEASE_US + SKEW_US)


def issue_chunk(tx: Tx, job: Job, chunk: ImportChunk, *, now_us: int) -> Job:
    """Issues the rows and counts them in one transaction. Raises AccountSuspended and LeaseLost."""
    return note_chunk(tx, job, chunk, issue_rows(tx, job.account_id, chunk.good, now_us=now_us), now_us=now_us)


def note_chunk(tx: Tx, job: Job, chunk: ImportChunk, outcomes: Sequence[Outcome | None], *, now_us: int) -> Job:
    """Counts the rows, of whose good ones these are the outcomes (None: it would be issued).

    Raises AccountSuspended and LeaseLost.
    """
    admit(tx, job.account_id)
    results = results_of(chunk, outcomes)
    # Later than before in any case: by this value the job is known to be ours.
    until = max(now_us + LEASE_US, (job.leased_until or 0) + 1)
    after = _ours(queries.advance(tx, job, results.counts, until=until))
    if kept := results.refused[: max(0, MOST_KEPT - job.refused)]:
        remark_queries.insert_refusals(tx, job, [refusal_of(row, why) for row, why in kept])
    notes = [note for kind, before in _noted(job) for note in _first(results.notes, kind, MOST_KEPT - before)]
    if notes:
        remark_queries.insert_notes(tx, job, notes)
    return after


def finish(tx: Tx, job: Job, *, now_us: int) -> Job:
    """Every row was looked at. A file whose rows are issued is not kept. Raises AccountSuspended and LeaseLost."""
    admit(tx, job.account_id)
    if job.state is JobState.ISSUING:
        queries.delete_file(tx, job.account_id, job.job_id)
    state = JobState.DONE if job.state is JobState.ISSUING else JobState.CHECKED
    return _ours(queries.end(tx, job, state, finished_at=now_us))


def fail(tx: Tx, account_id: int, job_id: int, problem: Phrase, *, now_us: int) -> None:
    """A running job cannot go on until a person has looked at it. Raises AccountSuspended."""
    admit(tx, account_id)
    job = queries.lock(tx, account_id, job_id)
    if job is not None and job.running:
        state = JobState.MAPPING if job.state is JobState.CHECKING else JobState.FAILED
        queries.set_state(tx, job, state, finished_at=now_us, problem=problem)


def release(tx: Tx, account_id: int, job_id: int) -> None:
    """Lets another worker have a running job at once."""
    queries.release(tx, account_id, job_id)


def prune_imports(tx: Tx, *, before_us: int) -> int:
    """Forgets files and refused rows of every account older than that, a bounded number at a time; how many it were."""
    return queries.delete_old_files(tx, before_us) + remark_queries.delete_old(tx, before_us)


def heal_imports(tx: Tx, *, now_us: int) -> int:
    """Imports of every account that a wrong clock dated ahead count as begun now; how many it were."""
    return queries.heal(tx, now_us=now_us, later_us=now_us + DAY_US)


def _first_layout(found: Survey) -> Layout:
    """What the columns mean by their names."""
    columns = match_columns(found.header, fuzzy=True).columns
    return Layout(found.separator, found.header, columns, {}, encoding=found.encoding, encoding_sure=found.encoding_sure)


def _restarted(tx: Tx, job: Job, *, state: JobState, dry_run: bool, layout: Layout) -> Job:
    """From the first row, nothing counted or remarked yet."""
    remark_queries.delete(tx, job.account_id, job.job_id)
    return queries.restart(tx, job, state=state, dry_run=dry_run, layout=layout)


def _noted(job: Job) -> tuple[tuple[NoteKind, int], ...]:
    """How many remarks of each kind there have been."""
    return (NoteKind.MENDED, job.mended), (NoteKind.SAME_CUSTOMER, job.same_customer)


def _first(notes: Sequence[Note], kind: NoteKind, most: int) -> list[Note]:
    return [note for note in notes if note.kind is kind][: max(0, most)]


def _found(job: Job | None) -> Job:
    if job is None:
        raise JobNotFound
    return job


def _in_state(tx: Tx, account_id: int, job_id: int, *states: JobState) -> Job:
    job = _found(queries.lock(tx, account_id, job_id))
    if job.state not in states:
        raise ImportRefused(phrase("This import has moved on in the meantime. Reload the page to see where it is."))
    return job


def _ours(job: Job | None) -> Job:
    if job is None:
        raise LeaseLost
    return job
