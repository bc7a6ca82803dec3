"""What a test is set up with leaves no line in the audit log, so that the log holds what the test itself does."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from stampwell.db.database import Tx

P = ParamSpec("P")
T = TypeVar("T")


def unlogged(unit: Callable[Concatenate[Tx, P], T]) -> Callable[Concatenate[Tx, P], T]:
    """The unit of work, done by the operator, without the lines that it writes to the audit log."""

    def quiet(tx: Tx, *args: P.args, **kwargs: P.kwargs) -> T:
        last = tx.one("SELECT COALESCE(MAX(audit_id), 0) AS last FROM audit")["last"]
        made = unit(tx, *args, **kwargs)
        tx.run("DELETE FROM audit WHERE audit_id > :last AND actor_kind = 'operator'", last=last)
        return made

    return quiet
