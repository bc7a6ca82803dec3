"""The lines of the audit log about imports."""

from stampwell.core.actors import Actor
from stampwell.db.database import Tx
from stampwell.features.audit.model import NewAuditEntry
from stampwell.features.audit.service import record
from stampwell.features.imports.model import Job


def record_job(tx: Tx, job: Job, action: str, *, actor: Actor, now_us: int) -> None:
    """action: what was done, such as `import.stopped`."""
    record(tx, NewAuditEntry(job.account_id, actor, action, job.job_id, job.file_name, now_us))


def record_file(tx: Tx, account_id: int, *, file_name: str, issued: int, actor: Actor, now_us: int) -> None:
    """The end of an import that is no job, but a run of the command line. issued: how many stamps."""
    changes = {"count": [None, issued]}
    record(tx, NewAuditEntry(account_id, actor, "import.issued", None, file_name, now_us, changes))
