"""Importing: rows of a file become stamps, each of them once, however often the file is read."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from enum import Enum
from hashlib import sha256
from typing import Any, NamedTuple

from stampwell.core.days import day_of
from stampwell.core.errors import AppError
from stampwell.core.text import with_line_feeds
from stampwell.db.database import Tx
from stampwell.features.accounts.model import Account
from stampwell.features.plans.model import Plan
from stampwell.features.stamps import import_queries
from stampwell.features.stamps.drafts import Drafts
from stampwell.features.stamps.import_queries import ImportedRow
from stampwell.features.stamps.issuing import issue_batch, refusals_of
from stampwell.features.stamps.model import Actor, Issued, NewStamp
from stampwell.features.stamps.requests import CreateStamp
from stampwell.http.decode import validate

CHUNK = 1000
"""Rows that are issued together."""

FIELDS: tuple[str, ...] = tuple(CreateStamp.model_fields)
REQUIRED = frozenset(name for name, field in CreateStamp.model_fields.items() if field.is_required())
INTEGERS = frozenset(name for name, field in CreateStamp.model_fields.items() if field.annotation is int)
"""What a row may have, must have, and has as an integer."""

# 16 MiB, whatever the file's size: of a million different rows, eight thousand are taken for repeated ones and counted in vain.
_FILTER_BITS = 2**27


class _Day(NamedTuple):
    """What the rules of CreateStamp ask for beside the row."""

    today: date


class Draft(NamedTuple):
    """A row that can be issued, and what it is known by."""

    digest: str
    stamp: NewStamp


class Known(Enum):
    """The outcome of a row that a run before has issued."""

    ALREADY_ISSUED = "already issued"


Outcome = Issued | Known | AppError


class Occurrences:
    """Tells equal rows of a file apart, in two passes: `note` every row first, then `number` every row in the same order."""

    def __init__(self) -> None:
        self._seen = bytearray(_FILTER_BITS // 8)
        self._repeated: Counter[bytes] = Counter()

    def note(self, fingerprint: bytes) -> None:
        place = int.from_bytes(fingerprint[:8]) % _FILTER_BITS
        byte, bit = place // 8, 1 << place % 8
        if self._seen[byte] & bit:
            self._repeated[fingerprint] = 0
        self._seen[byte] |= bit

    def number(self, fingerprint: bytes) -> int:
        """How many rows like this one there have been, with this one."""
        if fingerprint not in self._repeated:
            return 1
        self._repeated[fingerprint] += 1
        return self._repeated[fingerprint]


def fingerprint(values: Mapping[str, Any]) -> bytes:
    """Of what a row says: order, absent values and the kind of its line ends do not matter."""
    texts = {name: with_line_feeds(value) if isinstance(value, str) else value for name, value in values.items()}
    present = CreateStamp.present(texts)
    return sha256(json.dumps(present, sort_keys=True, separators=(",", ":")).encode()).digest()


class Importer:
    """Makes drafts of the rows of one import into one account, by `actor`. `occurrences` has noted all of them."""

    def __init__(
        self, account: Account, *, plan: Plan, drafts: Drafts, name: str, actor: Actor, occurrences: Occurrences
    ) -> None:
        self._account = account
        self._plan = plan
        self._drafts = drafts
        self._name = name.encode("utf-8", "surrogateescape")
        self._actor = actor
        self._occurrences = occurrences

    def draft(self, values: dict[str, Any], *, now_us: int) -> Draft | AppError:
        """The row as a stamp to issue, or every reason why not."""
        digest = self._digest(values)
        try:
            row = validate(CreateStamp, values, context=_Day(day_of(now_us, self._account.time_zone)))
            stamp = self._drafts.new_stamp(
                row, account_id=self._account.account_id, plan=self._plan, actor=self._actor, now_us=now_us
            )
        except AppError as refusal:
            return refusal
        return Draft(digest, stamp)

    def pass_over(self, values: Mapping[str, Any]) -> None:
        """Counts a row that needs no draft any more, so that those equal to it keep their numbers."""
        self._occurrences.number(fingerprint(values))

    def _digest(self, values: dict[str, Any]) -> str:
        what = fingerprint(values)
        occurrence = self._occurrences.number(what)
        return sha256(b"%b\0%b%d" % (self._name, what, occurrence)).hexdigest()


def issue_rows(tx: Tx, account_id: int, drafts: Sequence[Draft], *, now_us: int) -> list[Outcome]:
    """A unit of work: an outcome for every row, in order. A row is remembered in the transaction that issues it."""
    import_queries.take_turn(tx, account_id)
    known = import_queries.find(tx, account_id, [draft.digest for draft in drafts])
    fresh = [draft for draft in drafts if draft.digest not in known]
    outcomes = issue_batch(tx, [draft.stamp for draft in fresh]) if fresh else []
    issued = {draft.digest: outcome for draft, outcome in zip(fresh, outcomes, strict=True)}
    remembered = [
        ImportedRow(account_id, digest, outcome.stamp_id, now_us)
        for digest, outcome in issued.items()
        if isinstance(outcome, Issued)
    ]
    if remembered:
        import_queries.insert(tx, remembered)
    return [issued.get(draft.digest, Known.ALREADY_ISSUED) for draft in drafts]


def check_rows(tx: Tx, account_id: int, drafts: Sequence[Draft]) -> list[Known | AppError | None]:
    """What `issue_rows` would refuse, or find issued; None for a row that it would issue."""
    known = import_queries.find(tx, account_id, [draft.digest for draft in drafts])
    refusals = refusals_of(tx, [draft.stamp for draft in drafts])
    return [Known.ALREADY_ISSUED if draft.digest in known else refusal for draft, refusal in zip(drafts, refusals, strict=True)]
