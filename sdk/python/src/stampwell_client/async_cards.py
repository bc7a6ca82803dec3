"""`AsyncStampwell.cards`: the calls of `/api/card/v1`."""

from typing import Unpack

from stampwell_client import card_calls
from stampwell_client.async_stamps import AsyncRun
from stampwell_client.fields import CardChanges, Key, NewCard, Window
from stampwell_client.listing import AsyncListing
from stampwell_client.models import Card


class AsyncCards:
    """`idempotency_key` is a fresh one for every call unless it is given."""

    def __init__(self, run: AsyncRun) -> None:
        self._run = run

    async def create(self, *, idempotency_key: Key = None, **fields: Unpack[NewCard]) -> int:
        """Makes a card: its cardIdx."""
        return await self._run(card_calls.create(fields, idempotency_key=idempotency_key))

    async def update(self, cardIdx: int, *, idempotency_key: Key = None, **fields: Unpack[CardChanges]) -> None:
        """Changes the card. Stamps that were issued before keep their goal and reward."""
        return await self._run(card_calls.update(cardIdx, fields, idempotency_key=idempotency_key))

    async def get(self, cardIdx: int) -> Card:
        """The card."""
        return await self._run(card_calls.get(cardIdx))

    def list(self, **window: Unpack[Window]) -> AsyncListing[Card]:
        """Every card of the account."""
        return AsyncListing(self._run, card_calls.list_cards(window))

    async def delete(self, cardIdx: int, *, idempotency_key: Key = None) -> None:
        """Deletes the card; one with stamps is archived instead."""
        return await self._run(card_calls.delete(cardIdx, idempotency_key=idempotency_key))
