"""The route table of `/api/card/v1`."""

from stampwell.features.cards import requests, schemas
from stampwell.features.cards.api import CardApi
from stampwell.features.cards.errors import CardNotFound
from stampwell.features.keys.model import Scope
from stampwell.features.locations.errors import LocationNotFound
from stampwell.http.route import NEW_NUMBER, NOTHING, Example, Route, Tag

_TAG = Tag("Stamp cards", "A merchant's design: how many marks earn which reward, and the rules for both.")
_SAMPLE_CARD_IDX = 123
_SAMPLE_LOCATION_IDX = 307
_THE_CARD: dict[str, object] = {"cardIdx": _SAMPLE_CARD_IDX}

_CARD_SAMPLE: dict[str, object] = {
    "cardIdx": _SAMPLE_CARD_IDX,
    "cardNm": "Coffee card",
    "cardTtl": "Ten coffees, one free",
    "maxStamps": 10,
    "rewardTtl": "A coffee of your choice",
    "url": "https://beans.example/menu",
    "stampImgUrl": "",
    "onsiteYn": "N",
    "onsitePwd": None,
    "cooldownSec": 0,
    "dailyMax": 0,
    "renewYn": "Y",
    "activeYn": "Y",
    "archivedYn": "N",
    "regYmdt": "2025-01-01 09:00:00",
    "carryYn": "N",
    "rewards": [{"stamps": 5, "rewardTtl": "A cookie"}],
    "locationIdxs": [_SAMPLE_LOCATION_IDX],
}


def card_routes(api: CardApi) -> list[Route]:
    return [
        Route(
            method="POST",
            path="/api/card/v1/create",
            handler=api.create,
            operation_id="createCard",
            tag=_TAG,
            summary="Create card",
            description="A new stamp card. `result` is its cardIdx.",
            scope=Scope.CARD_WRITE,
            request=requests.CreateCard,
            result=NEW_NUMBER,
            errors=(LocationNotFound,),
            examples=(
                Example("The least", {"cardNm": "Coffee card", "maxStamps": 10}, _SAMPLE_CARD_IDX),
                Example(
                    "Redeemed in the shop",
                    {
                        "cardNm": "Coffee card",
                        "cardTtl": "Ten coffees, one free",
                        "maxStamps": 10,
                        "rewardTtl": "A coffee of your choice",
                        "url": "https://beans.example/menu",
                        "onsiteYn": "Y",
                        "onsitePwd": "green-beans-42",
                        "cooldownSec": 60,
                        "dailyMax": 4,
                        "renewYn": "Y",
                    },
                    _SAMPLE_CARD_IDX + 1,
                ),
                Example(
                    "With rewards on the way, and the next card begun by what is beyond the goal",
                    {
                        "cardNm": "Coffee card",
                        "maxStamps": 10,
                        "rewardTtl": "A coffee of your choice",
                        "rewards": [{"stamps": 3, "rewardTtl": "A cookie"}, {"stamps": 6, "rewardTtl": "A piece of cake"}],
                        "carryYn": "Y",
                    },
                    _SAMPLE_CARD_IDX + 2,
                ),
                Example(
                    "For one location",
                    {"cardNm": "Harbour card", "maxStamps": 10, "locationIdxs": [_SAMPLE_LOCATION_IDX]},
                    _SAMPLE_CARD_IDX + 3,
                ),
            ),
        ),
        Route(
            method="PUT",
            path="/api/card/v1/update",
            handler=api.update,
            operation_id="updateCard",
            tag=_TAG,
            summary="Update card",
            description=(
                'What is left out stays; `""` clears a text, and `[]` the rewards on the way or the locations. Goal, '
                "rewards, surplus, cool-down and daily cap of stamps that are out do not change with it; the locations do."
            ),
            scope=Scope.CARD_WRITE,
            request=requests.UpdateCard,
            result=NOTHING,
            errors=(CardNotFound, LocationNotFound),
            examples=(
                Example("A new reward", {**_THE_CARD, "rewardTtl": "Any drink"}, None),
                Example("A reward on the way", {**_THE_CARD, "rewards": [{"stamps": 5, "rewardTtl": "A cookie"}]}, None),
            ),
        ),
        Route(
            method="GET",
            path="/api/card/v1/get",
            handler=api.get,
            operation_id="getCard",
            tag=_TAG,
            summary="Get card",
            description="The card, in any state.",
            scope=Scope.CARD_READ,
            request=requests.OneCard,
            takes="query",
            result=schemas.ONE,
            errors=(CardNotFound,),
            examples=(Example("By number", _THE_CARD, _CARD_SAMPLE),),
        ),
        Route(
            method="GET",
            path="/api/card/v1/list",
            handler=api.list,
            operation_id="listCards",
            tag=_TAG,
            summary="List cards",
            description="The account's cards, newest first, a page at a time.",
            scope=Scope.CARD_READ,
            request=requests.ListCards,
            takes="query",
            result=schemas.CARDS,
            errors=(),
            examples=(Example("The first page", {}, {"list": [_CARD_SAMPLE], "nextCursor": None}),),
        ),
        Route(
            method="DELETE",
            path="/api/card/v1/delete",
            handler=api.delete,
            operation_id="deleteCard",
            tag=_TAG,
            summary="Delete card",
            description="A card without stamps is gone for good. One with stamps is archived: no new stamps, old ones go on.",
            scope=Scope.CARD_WRITE,
            request=requests.OneCard,
            takes="query",
            result=NOTHING,
            errors=(CardNotFound,),
            examples=(Example("By number", _THE_CARD, None),),
        ),
    ]
