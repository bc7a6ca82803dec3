"""Issuing: stamps go into the database a batch at a time, each with its ledger and outbox row."""

from collections.abc import Callable, Sequence
from typing import Any

from stampwell.core.codes import new_stamp_code
from stampwell.core.errors import AppError, DatabaseUnavailable, FieldError, FieldsWrong
from stampwell.core.phrases import phrase
from stampwell.db.batching import Batches
from stampwell.db.database import Database, Tx
from stampwell.features.accounts.admission import refusal_to_change
from stampwell.features.cards.errors import CardClosed, CardNotFound
from stampwell.features.cards.model import Card
from stampwell.features.cards.service import find_card
from stampwell.features.domains.errors import DomainNotFound
from stampwell.features.domains.service import is_domain_verified
from stampwell.features.idempotency.batches import batches_once
from stampwell.features.idempotency.model import IdempotentRequest
from stampwell.features.idempotency.service import find_answers
from stampwell.features.locations.errors import LocationNotFound
from stampwell.features.locations.service import find_locations
from stampwell.features.stamps import queries
from stampwell.features.stamps.issue_queries import insert_batch
from stampwell.features.stamps.model import Issued, NewStamp

# Two codes of 82 random bits meet less often than the machine breaks; a second draw is for the unique index to be obeyed.
_MOST_DRAWS = 3

Outcome = Issued | AppError


def issuing_batches(db: Database, *, on_batch: Callable[[int], None]) -> Batches[IdempotentRequest, Any]:
    """Batches of NewStamp; an outcome is `Issued`. Refusals: AccountSuspended, CardNotFound, CardClosed, FieldsWrong for an
    opening balance above the card's goal, LocationNotFound, DomainNotFound, DatabaseUnavailable.

    `on_batch` is called with the size of every batch that was committed.
    """
    return batches_once(db, issue_batch, find=_find_issued, on_batch=on_batch)


def issue_batch(tx: Tx, batch: Sequence[NewStamp]) -> list[Outcome]:
    """A unit of work: an outcome for every stamp, in order."""
    if len({stamp.code for stamp in batch}) < len(batch):
        batch = _without_repeated_codes(batch)
    issued = {stamp.code: stamp for stamp in insert_batch(tx, batch)}
    if len(issued) == len(batch):
        return [issued[new.code] for new in batch]
    explain = _Explainer(tx)
    return [issued.get(new.code) or explain.refusal_of(new) or _issue_again(tx, new) for new in batch]


def issue_one(tx: Tx, new: NewStamp) -> Issued:
    """A unit of work. Raises what `issue_batch` refuses."""
    (outcome,) = issue_batch(tx, [new])
    if isinstance(outcome, AppError):
        raise outcome
    return outcome


def refusals_of(tx: Tx, batch: Sequence[NewStamp]) -> list[AppError | None]:
    """What `issue_batch` would refuse each of them with; issues nothing."""
    explain = _Explainer(tx)
    return [explain.refusal_of(new) for new in batch]


def _without_repeated_codes(batch: Sequence[NewStamp]) -> list[NewStamp]:
    """Answers are matched by their codes."""
    by_code: dict[str, NewStamp] = {}
    for stamp in batch:
        fresh = stamp._replace(code=new_stamp_code()) if stamp.code in by_code else stamp
        by_code[fresh.code] = fresh
    return list(by_code.values())


class _Explainer:
    """Says why a stamp did not go in; every account, card and domain is looked at once."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self._accounts: dict[int, AppError | None] = {}
        self._cards: dict[tuple[int, int], Card | AppError] = {}
        self._domains: dict[tuple[int, str], AppError | None] = {}

    def refusal_of(self, new: NewStamp) -> AppError | None:
        """None when nothing is wrong with it: its code was taken."""
        if new.account_id not in self._accounts:
            self._accounts[new.account_id] = refusal_to_change(self._tx, new.account_id)
        if self._accounts[new.account_id] is not None:
            return self._accounts[new.account_id]
        card = self._card(new.account_id, new.card_id)
        if isinstance(card, AppError):
            return card
        if new.stamps > card.max_stamps:
            problem = phrase("must be at most {max_stamps}, as many as the card takes", max_stamps=card.max_stamps)
            return FieldsWrong([FieldError("stamps", problem)])
        if new.location_id is not None and not find_locations(self._tx, [(new.account_id, new.location_id)]):
            return LocationNotFound(field="locationIdx", location_id=new.location_id)
        return self._refusal_of_domain(new.account_id, new.domain) if new.needs_domain else None

    def _card(self, account_id: int, card_id: int) -> Card | AppError:
        name = (account_id, card_id)
        if name not in self._cards:
            card = find_card(self._tx, account_id, card_id)
            if card is None:
                self._cards[name] = CardNotFound(card_id=card_id)
            else:
                self._cards[name] = card if card.takes_stamps else CardClosed(card_id=card_id)
        return self._cards[name]

    def _refusal_of_domain(self, account_id: int, domain: str) -> AppError | None:
        name = (account_id, domain)
        if name not in self._domains:
            verified = is_domain_verified(self._tx, account_id, domain)
            self._domains[name] = None if verified else DomainNotFound(origin=domain)
        return self._domains[name]


def _issue_again(tx: Tx, new: NewStamp) -> Outcome:
    for _ in range(_MOST_DRAWS):
        issued = insert_batch(tx, [new._replace(code=new_stamp_code())])
        if issued:
            return issued[0]
    return DatabaseUnavailable("the card or its domain is being changed")


def _find_issued(tx: Tx, asked: Sequence[IdempotentRequest]) -> list[Any]:
    """A request with a key must be found by it: the answer is stored with the stamp."""
    issued = queries.find_issued(tx, [(one.request.account_id, one.request.code) for one in asked])
    answers = find_answers(tx, asked)
    return [issued.get(one.request.code) if one.key is None else answer for one, answer in zip(asked, answers, strict=True)]
