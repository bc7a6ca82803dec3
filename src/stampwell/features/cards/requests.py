"""What the card endpoints are sent: `/api/card/v1`."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from stampwell.core.fields import (
    HTTPS_SCHEMA,
    PLAIN,
    YES_NO_SCHEMA,
    HttpsUrl,
    Integer,
    QueryInteger,
    YesNo,
    not_only_spaces,
    or_blank,
    plain_name_schema,
    wrong,
)
from stampwell.core.model_problems import TOO_SHORT
from stampwell.core.phrases import translatable
from stampwell.core.units import DAY_S, LARGEST_INTEGER, SMALLEST_INTEGER
from stampwell.core.validation import RequestModel
from stampwell.features.cards.rewards import LONGEST_REWARD, MOST_REWARDS
from stampwell.features.cards.rules import MOST_LOCATIONS

LARGEST_PAGE = 100
USUAL_PAGE = 50

_MOST_ON_THE_WAY = 99
_LONGEST_COOLDOWN_S = 366 * DAY_S
_SHORTEST_PASSWORD, _LONGEST_PASSWORD = 4, 32


def _long_enough_or_blank(value: str) -> str:
    if value and len(value) < _SHORTEST_PASSWORD:
        raise wrong(TOO_SHORT, min_length=_SHORTEST_PASSWORD)
    return value


_PASSWORD_SCHEMA = {"type": "string", "minLength": _SHORTEST_PASSWORD, "maxLength": _LONGEST_PASSWORD, "pattern": PLAIN}


_NAME = "What the merchant calls the card."

Name = Annotated[
    str,
    Field(min_length=1, max_length=100, pattern=PLAIN, description=_NAME),
    AfterValidator(not_only_spaces),
    WithJsonSchema(plain_name_schema(100, _NAME)),
]
MaxStamps = Annotated[int, Field(ge=1, le=100, description="Marks that earn the reward.")]
Title = Annotated[str | None, Field(max_length=200, pattern=PLAIN, description="What the customer reads on it.")]
Reward = Annotated[str | None, Field(max_length=200, pattern=PLAIN, description="What a full stamp earns.")]
Url = Annotated[HttpsUrl | None, or_blank(HTTPS_SCHEMA, description="Where the button of the stamp page leads; https only.")]
ImageUrl = Annotated[HttpsUrl | None, or_blank(HTTPS_SCHEMA, description="Picture of a mark; https only.")]
Onsite = Annotated[YesNo | None, or_blank(YES_NO_SCHEMA, description="`Y`: redeemed in the shop, with the staff password.")]
Password = Annotated[
    Annotated[str, Field(min_length=_SHORTEST_PASSWORD, max_length=_LONGEST_PASSWORD, pattern=PLAIN)] | None,
    or_blank(
        _PASSWORD_SCHEMA,
        description="The staff password, kept as a hash only and never given out. Needed when `onsiteYn` is `Y`.",
    ),
]
Cooldown = Annotated[
    int | None, Field(ge=0, le=_LONGEST_COOLDOWN_S, description="Least seconds between two marks on one stamp.")
]
DailyMax = Annotated[int | None, Field(ge=0, le=100, description="Most marks a day on one stamp; 0: no cap.")]
Renew = Annotated[YesNo | None, or_blank(YES_NO_SCHEMA, description="`Y`: redemption issues the customer's next stamp.")]
Active = Annotated[YesNo | None, or_blank(YES_NO_SCHEMA, description="`N`: no new stamps of it; those that are out go on.")]


class NewReward(RequestModel):
    """A reward on the way to the goal."""

    stamps: int = Field(ge=1, le=_MOST_ON_THE_WAY, description="Marks that earn it: fewer than `maxStamps`.")
    rewardTtl: Annotated[
        str,
        Field(min_length=1, max_length=LONGEST_REWARD, pattern=PLAIN),
        AfterValidator(not_only_spaces),
        WithJsonSchema(plain_name_schema(LONGEST_REWARD, "What they earn.")),
    ]

    @model_validator(mode="before")
    @classmethod
    def _without_null(cls, value: Any) -> Any:
        return cls.present(value) if isinstance(value, dict) else value


Rewards = Annotated[
    list[NewReward] | None,
    Field(
        max_length=MOST_REWARDS,
        description="Rewards on the way to the goal, each at another number of marks; that of the last mark is `rewardTtl`.",
    ),
]
_CARRIES = "`Y`: marks beyond the goal fill the stamp and begin the customer's next one."
Carry = Annotated[YesNo | None, or_blank(YES_NO_SCHEMA, description=_CARRIES)]


def _each_once(value: list[int]) -> list[int]:
    for number in value:
        if value.count(number) > 1:
            raise wrong(translatable("has {number} more than once; give each location once"), number=str(number))
    return value


_Each = Annotated[
    list[Integer], Field(max_length=MOST_LOCATIONS, json_schema_extra={"uniqueItems": True}), AfterValidator(_each_once)
]
_VALID_AT = "Numbers of the locations where its stamps can be marked and redeemed, also those that are out; `[]`: everywhere."
Locations = Annotated[_Each | None, Field(description=_VALID_AT)]


class CreateCard(RequestModel):
    """A stamp card."""

    blank_is_absent = frozenset(
        {"cardTtl", "rewardTtl", "url", "stampImgUrl", "onsiteYn", "onsitePwd", "renewYn", "activeYn", "carryYn"}
    )

    cardNm: Name
    cardTtl: Title = None
    maxStamps: MaxStamps
    rewardTtl: Reward = None
    url: Url = None
    stampImgUrl: ImageUrl = None
    onsiteYn: Onsite = None
    onsitePwd: Password = None
    cooldownSec: Cooldown = None
    dailyMax: DailyMax = None
    renewYn: Renew = None
    activeYn: Active = None
    carryYn: Carry = None
    rewards: Rewards = None
    locationIdxs: Locations = None


class UpdateCard(RequestModel):
    """What is left out, or null, stays as it is; `""` clears a text, `[]` the rewards on the way or the locations.

    Stamps that are out keep the rules of their issue, but follow the locations.
    """

    cardIdx: Integer = Field(description="The card.")
    cardNm: Name | None = None
    cardTtl: Title = None
    maxStamps: MaxStamps | None = None
    rewardTtl: Reward = None
    url: Url = None
    stampImgUrl: ImageUrl = None
    onsiteYn: YesNo | None = Field(default=None, description="`Y`: redeemed in the shop, with the staff password.")
    onsitePwd: Annotated[
        Annotated[str, Field(max_length=_LONGEST_PASSWORD, pattern=PLAIN), AfterValidator(_long_enough_or_blank)] | None,
        or_blank(_PASSWORD_SCHEMA, description="A new staff password, kept as a hash only."),
    ] = None
    cooldownSec: Cooldown = None
    dailyMax: DailyMax = None
    renewYn: YesNo | None = Field(default=None, description="`Y`: redemption issues the customer's next stamp.")
    activeYn: YesNo | None = Field(default=None, description="`N`: no new stamps of it; those that are out go on.")
    carryYn: YesNo | None = Field(default=None, description=_CARRIES)
    rewards: Rewards = None
    locationIdxs: Locations = None


class OneCard(RequestModel):
    """Which card."""

    cardIdx: Annotated[QueryInteger, Field(ge=SMALLEST_INTEGER, le=LARGEST_INTEGER, description="The card.")]


class ListCards(RequestModel):
    """Which page."""

    blank_is_absent = frozenset({"limit", "cursor"})

    limit: Annotated[QueryInteger, Field(ge=1, le=LARGEST_PAGE, description="Rows a page.")] = USUAL_PAGE
    cursor: str | None = Field(default=None, max_length=200, pattern=PLAIN, description="`nextCursor` of the page before.")
