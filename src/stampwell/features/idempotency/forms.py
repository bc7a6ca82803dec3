"""Forms of pages: one that is sent twice is carried out once, and answered the same both times."""

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any, cast

from stampwell.db.database import Tx
from stampwell.features.idempotency.model import IdempotencyKey, IdempotentRequest, StoredResponse
from stampwell.features.idempotency.service import answer_once, find_replay


def form_once(unit: Callable[[Tx], Any], *, account_id: int, name: str, now_us: int) -> Callable[[Tx], Any]:
    """The unit of work, which does nothing and answers as before where it was done under that name; what it answers goes
    through JSON.

    name: of the form among those of the account: its page, its token, and what else makes it another form.
    """
    asked = IdempotentRequest(unit, _key(account_id, name, now_us), _to_json)

    def answering(tx: Tx) -> Any:
        return json.loads(cast("StoredResponse", answer_once(tx, asked)).body)

    return answering


def form_answer(*, account_id: int, name: str, now_us: int) -> Callable[[Tx], Any]:
    """The unit of work that finds what was answered where the form was carried out under that name; None where it was not."""

    def finding(tx: Tx) -> Any:
        found = find_replay(tx, _key(account_id, name, now_us))
        return None if found is None else json.loads(found.body)

    return finding


def _key(account_id: int, name: str, now_us: int) -> IdempotencyKey:
    digest = sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    return IdempotencyKey(account_id, digest, digest, now_us)


def _to_json(outcome: object) -> bytes:
    return json.dumps(outcome, ensure_ascii=False).encode("utf-8", "surrogatepass")
