"""The handlers of `/api/card/v1`."""

from collections.abc import Callable
from functools import partial
from typing import Any

from stampwell.core.actors import Actor, key_actor
from stampwell.core.passwords import Passwords
from stampwell.db.cursor_pages import page_of, position_of
from stampwell.db.database import Database, Tx
from stampwell.features.cards import service
from stampwell.features.cards.requests import CreateCard, ListCards, OneCard, UpdateCard
from stampwell.features.cards.rewards import CardReward
from stampwell.features.idempotency.api import Idempotency
from stampwell.features.keys.model import Principal
from stampwell.http.context import Context

_TEXTS = {
    "cardNm": "name",
    "cardTtl": "title",
    "rewardTtl": "reward_title",
    "url": "url",
    "stampImgUrl": "stamp_img_url",
}
_NUMBERS = {"maxStamps": "max_stamps", "cooldownSec": "cooldown_s", "dailyMax": "daily_max"}
_FLAGS = {"onsiteYn": "onsite", "renewYn": "renews", "carryYn": "carries", "activeYn": "active"}


class CardApi:
    """The handlers of the card endpoints."""

    def __init__(self, db: Database, *, once: Idempotency, passwords: Passwords) -> None:
        self._db = db
        self._once = once
        self._passwords = passwords

    async def create(self, context: Context[Principal], request: CreateCard) -> object:
        """The new cardIdx."""

        async def prepare() -> Callable[[Tx], object]:
            given = await self._given(request)

            def unit(tx: Tx) -> int:
                account_id = context.principal.account_id
                return service.add_card(tx, account_id, given, actor=_actor(context), now_us=context.now_us).card_id

            return unit

        return await self._once.after(context, request, prepare)

    async def update(self, context: Context[Principal], request: UpdateCard) -> object:
        """None."""

        async def prepare() -> Callable[[Tx], object]:
            given = await self._given(request)

            def unit(tx: Tx) -> None:
                account_id, card_id = context.principal.account_id, request.cardIdx
                service.change_card(tx, account_id, card_id, given, actor=_actor(context), now_us=context.now_us)

            return unit

        return await self._once.after(context, request, prepare)

    async def get(self, context: Context[Principal], request: OneCard) -> object:
        """The card object."""
        principal = context.principal
        card = await self._db.read(service.get_card, principal.account_id, request.cardIdx)
        return card.as_json(principal.time_zone)

    async def list(self, context: Context[Principal], request: ListCards) -> object:
        """A page of card objects."""
        return await self._db.read(partial(_page, principal=context.principal, request=request))

    async def delete(self, context: Context[Principal], request: OneCard) -> object:
        """None."""

        def unit(tx: Tx) -> None:
            account_id = context.principal.account_id
            service.delete_card(tx, account_id, request.cardIdx, actor=_actor(context), now_us=context.now_us)

        return await self._once.run(context, request, unit)

    async def _given(self, request: CreateCard | UpdateCard) -> dict[str, Any]:
        """The fields of Card that the request has a value for; the password as its hash."""
        values = request.model_dump(exclude_none=True)
        given: dict[str, Any] = {field: values[name] for name, field in {**_TEXTS, **_NUMBERS}.items() if name in values}
        given |= {field: values[name] == "Y" for name, field in _FLAGS.items() if name in values}
        if request.rewards is not None:
            given["rewards"] = tuple(CardReward(reward.stamps, reward.rewardTtl) for reward in request.rewards)
        if request.locationIdxs is not None:
            given["location_ids"] = tuple(request.locationIdxs)
        if request.onsitePwd is not None:
            given["onsite_hash"] = await self._passwords.hash(request.onsitePwd) if request.onsitePwd else None
        return given


def _page(tx: Tx, *, principal: Principal, request: ListCards) -> dict[str, object]:
    of = f"cards/{principal.account_id}"
    before_id, _ = position_of(tx, of, request.cursor)
    return page_of(
        tx,
        of,
        service.page_cards(tx, principal.account_id, before_id=before_id, limit=request.limit + 1),
        limit=request.limit,
        position=lambda card: (card.card_id, 0),
        shown=lambda card: card.as_json(principal.time_zone),
    )


def _actor(context: Context[Principal]) -> Actor:
    return key_actor(context.principal.key_id)
