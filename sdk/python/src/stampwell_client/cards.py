"""`Stampwell.cards`: the calls of `/api/card/v1`."""

from typing import Unpack

from stampwell_client import card_calls
from stampwell_client.fields import CardChanges, Key, NewCard, Window
from stampwell_client.listing import Listing
from stampwell_client.models import Card
from stampwell_client.stamps import Run


class Cards:
    """`idempotency_key` is a fresh one for every call unless it is given."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def create(self, *, idempotency_key: Key = None, **fields: Unpack[NewCard]) -> int:
        """Makes a card: its cardIdx."""
        return self._run(card_calls.create(fields, idempotency_key=idempotency_key))

    def update(self, cardIdx: int, *, idempotency_key: Key = None, **fields: Unpack[CardChanges]) -> None:
        """Changes the card. Stamps that were issued before keep their goal and reward."""
        return self._run(card_calls.update(cardIdx, fields, idempotency_key=idempotency_key))

    def get(self, cardIdx: int) -> Card:
        """The card."""
        return self._run(card_calls.get(cardIdx))

    def list(self, **window: Unpack[Window]) -> Listing[Card]:
        """Every card of the account."""
        return Listing(self._run, card_calls.list_cards(window))

    def delete(self, cardIdx: int, *, idempotency_key: Key = None) -> None:
        """Deletes the card; one with stamps is archived instead."""
        return self._run(card_calls.delete(cardIdx, idempotency_key=idempotency_key))
