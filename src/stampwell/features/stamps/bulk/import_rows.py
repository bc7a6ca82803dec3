"""Importing: rows of a file become stamps, each of them once, however often the file is read."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from enum import Enum
from hashlib import sha256
from typing import Any, NamedTuple

from stampwell.core.actors import Actor
from stampwell.core.days import day_of
from stampwell.core.errors import AppError, FieldError, FieldsWrong
from stampwell.core.text import with_line_feeds
from stampwell.core.validation import validate
from stampwell.db.database import Tx
from stampwell.features.accounts.admission import admit
from stampwell.features.accounts.model import Account
from stampwell.features.plans.model import Plan
from stampwell.features.stamps.bulk import import_queries
from stampwell.features.stamps.bulk.import_customers import CustomerOfRow, Customers, limit_reached
from stampwell.features.stamps.bulk.import_queries import ImportedRow
from stampwell.features.stamps.bulk.occurrences import Occurrences
from stampwell.features.stamps.contract.requests import CreateStamp
from stampwell.features.stamps.contract.to_new_stamp import Drafts
from stampwell.features.stamps.issuing import issue_batch, refusals_of
from stampwell.features.stamps.model import Issued, NewStamp

CHUNK = 1000
"""Rows that are issued together."""

FIELDS: tuple[str, ...] = tuple(CreateStamp.model_fields)
REQUIRED = frozenset(name for name, field in CreateStamp.model_fields.items() if field.is_required())
INTEGERS = frozenset(name for name, field in CreateStamp.model_fields.items() if field.annotation in {int, int | None})
"""What a row may have, must have, and has as an integer."""


class _ImportDay(NamedTuple):
    """What the rules of CreateStamp ask for beside the row."""

    today: date


class Draft(NamedTuple):
    """A row that can be issued, what it is known by, and whose it is."""

    digest: str
    customer: CustomerOfRow
    stamp: NewStamp


class AlreadyIssued(Enum):
    """The outcome of a row that a run before has issued."""

    ALREADY_ISSUED = "already issued"


class SameCustomer(NamedTuple):
    """The outcome of a row whose customer has a stamp of this import already, by a row that said something else.

    field: by which of the row's values the customer is known.
    """

    field: str


Outcome = Issued | AlreadyIssued | SameCustomer | AppError


def fingerprint(values: Mapping[str, Any]) -> bytes:
    """Of what a row says: order, absent values and the kind of its line ends do not matter."""
    texts = {name: with_line_feeds(value) if isinstance(value, str) else value for name, value in values.items()}
    present = CreateStamp.present(texts)
    return sha256(json.dumps(present, sort_keys=True, separators=(",", ":")).encode()).digest()


class Importer:
    """Makes drafts of the rows of one import into one account, by `actor`.

    Passes over the same rows: `note` each; if `any_repeated`, `count` each; then `draft` each, or `pass_over` those that need
    none.
    """

    def __init__(self, account: Account, *, plan: Plan, drafts: Drafts, name: str, actor: Actor) -> None:
        self._account = account
        self._plan = plan
        self._drafts = drafts
        self._name = name.encode("utf-8", "surrogateescape")
        self._actor = actor
        self._occurrences = Occurrences()
        self._customers = Customers(self._name, region=account.region, occurrences=self._occurrences)

    def note(self, values: Mapping[str, Any]) -> None:
        self._occurrences.note([fingerprint(values), *self._customers.rough_keys(values)])

    @property
    def any_repeated(self) -> bool:
        """Whether rows may be equal, or of one customer."""
        return self._occurrences.any_repeated

    def count(self, values: dict[str, Any], *, now_us: int) -> None:
        """Rows that are refused are no stamps of their customers."""
        if self._customers.may_have_others(values) and self._is_good(values, now_us):
            self._customers.count(values)

    def draft(self, values: dict[str, Any], *, now_us: int, wrong: Sequence[FieldError] = ()) -> Draft | AppError:
        """The row as a stamp to issue, or every reason why not. `wrong`: fields whose values cannot be known."""
        if wrong:
            return self._refused(values, now_us, wrong)
        digest = self._digest(values)
        try:
            row = self._validated(values, now_us)
            stamp = self._drafts.new_stamp(
                row,
                account_id=self._account.account_id,
                plan=self._plan,
                actor=self._actor,
                now_us=now_us,
                today=day_of(now_us, self._account.time_zone),
            )
        except AppError as refusal:
            return refusal
        return Draft(digest, self._customers.of_row(values), stamp)

    def pass_over(self, values: Mapping[str, Any]) -> None:
        """Counts a row that needs no draft any more, so that those equal to it keep their numbers."""
        self._occurrences.number(fingerprint(values))

    def _refused(self, values: dict[str, Any], now_us: int, wrong: Sequence[FieldError]) -> FieldsWrong:
        named = {row.field for row in wrong}
        others: Sequence[FieldError] = ()
        try:
            self._validated(values, now_us)
        except FieldsWrong as refusal:
            others = [row for row in refusal.fields if row.field not in named]
        return FieldsWrong([*wrong, *others])

    def _is_good(self, values: dict[str, Any], now_us: int) -> bool:
        try:
            self._validated(values, now_us)
        except FieldsWrong:
            return False
        return True

    def _validated(self, values: dict[str, Any], now_us: int) -> CreateStamp:
        return validate(CreateStamp, values, context=_ImportDay(day_of(now_us, self._account.time_zone)))

    def _digest(self, values: dict[str, Any]) -> str:
        what = fingerprint(values)
        occurrence = self._occurrences.number(what)
        return sha256(b"%b\0%b%d" % (self._name, what, occurrence)).hexdigest()


def issue_rows(tx: Tx, account_id: int, drafts: Sequence[Draft], *, now_us: int) -> list[Outcome]:
    """A unit of work: an outcome for every row, in order. A row is remembered in the transaction that issues it.

    Raises AccountSuspended.
    """
    admit(tx, account_id)
    import_queries.take_turn(tx, account_id)
    outcomes = _known(tx, account_id, drafts, Counter())
    fresh = [draft for draft, outcome in zip(drafts, outcomes, strict=True) if outcome is None]
    results = issue_batch(tx, [draft.stamp for draft in fresh]) if fresh else []
    issued = [(draft, result) for draft, result in zip(fresh, results, strict=True) if isinstance(result, Issued)]
    _remember(tx, account_id, issued, now_us)
    in_order = iter(results)
    return [outcome or next(in_order) for outcome in outcomes]


def check_rows(
    tx: Tx, account_id: int, drafts: Sequence[Draft], planned: Counter[int]
) -> list[AlreadyIssued | SameCustomer | AppError | None]:
    """What `issue_rows` would refuse, or find issued; None for a row that it would issue.

    planned: what the check would have issued so far, by customer; the check adds to it. Begin with an empty one.
    """
    known = _known(tx, account_id, drafts, planned)
    refusals = refusals_of(tx, [draft.stamp for draft in drafts])
    for draft, outcome, refusal in zip(drafts, known, refusals, strict=True):
        # Nobody asks again for the others.
        if draft.customer.shared and outcome is None and refusal is None:
            planned.update(draft.customer.keys)
    return [outcome or refusal for outcome, refusal in zip(known, refusals, strict=True)]


def _known(
    tx: Tx, account_id: int, drafts: Sequence[Draft], planned: Mapping[int, int]
) -> list[AlreadyIssued | SameCustomer | None]:
    """Rows that are issued already; None for one that is not."""
    known = import_queries.find(tx, account_id, [draft.digest for draft in drafts])
    keys = {key for draft in drafts if draft.digest not in known for limit in draft.customer.limits for key in limit.keys}
    issued = Counter(import_queries.find_customers(tx, account_id, keys)) + Counter(
        {key: count for key, count in planned.items() if key in keys}
    )
    outcomes: list[AlreadyIssued | SameCustomer | None] = []
    for draft in drafts:
        if draft.digest in known:
            outcomes.append(AlreadyIssued.ALREADY_ISSUED)
        elif (field := limit_reached(draft.customer, issued)) is not None:
            outcomes.append(SameCustomer(field))
        else:
            issued.update(draft.customer.keys)
            outcomes.append(None)
    return outcomes


def _remember(tx: Tx, account_id: int, issued: Sequence[tuple[Draft, Issued]], now_us: int) -> None:
    if issued:
        rows = [ImportedRow(account_id, draft.digest, result.stamp_id, now_us) for draft, result in issued]
        import_queries.insert(tx, rows)
        import_queries.count_customers(tx, account_id, Counter(key for draft, _ in issued for key in draft.customer.keys))
