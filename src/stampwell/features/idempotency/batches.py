"""Batches in which every idempotency key is answered once."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from stampwell.db.batching import Batches
from stampwell.db.database import Database, Tx
from stampwell.features.idempotency.model import IdempotentRequest
from stampwell.features.idempotency.service import Work, answer_each_once, find_answers


def batches_once(
    db: Database,
    work: Work,
    *,
    find: Callable[[Tx, Sequence[IdempotentRequest]], list[Any]] = find_answers,
    on_batch: Callable[[int], None] = lambda _: None,
) -> Batches[IdempotentRequest, Any]:
    """Batches for `Idempotency.submit`: see `Batches` for what `work`, `find` and `on_batch` are."""
    return Batches(db.write, partial(answer_each_once, work=work), find=find, on_batch=on_batch)
