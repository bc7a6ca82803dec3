"""What the card endpoints answer, as JSON Schema."""

from typing import Any

from stampwell.core.result_schemas import IDX, INSTANT, YES_NO, named, page_of, text, whole
from stampwell.features.cards.rewards import MOST_REWARDS
from stampwell.features.cards.rules import MOST_LOCATIONS
from stampwell.http.route import Result

CARD = whole(
    {
        "cardIdx": {**IDX, "description": "The card's number, the Card IDX."},
        "cardNm": text("What the merchant calls it."),
        "cardTtl": text("What the customer reads; may be empty."),
        "maxStamps": {"type": "integer", "minimum": 1, "maximum": 100, "description": "Marks that earn the reward."},
        "rewardTtl": text("What a full stamp earns; may be empty."),
        "url": text("Where the stamp page's button leads; may be empty."),
        "stampImgUrl": text("Picture of a mark; may be empty."),
        "onsiteYn": {**YES_NO, "description": "Whether it is redeemed with the staff password."},
        "onsitePwd": {"type": "null", "description": "Always null: the password is never given out."},
        "cooldownSec": {"type": "integer", "minimum": 0, "description": "Least seconds between two marks."},
        "dailyMax": {"type": "integer", "minimum": 0, "description": "Most marks a day; 0: no cap."},
        "renewYn": {**YES_NO, "description": "Whether redemption issues the next stamp."},
        "activeYn": {**YES_NO, "description": "Whether it takes new stamps."},
        "archivedYn": {**YES_NO, "description": "Whether it was deleted while it had stamps."},
        "regYmdt": {**INSTANT, "description": "When it was made, in the account's time zone."},
        "carryYn": {**YES_NO, "description": "Whether marks beyond the goal begin the customer's next stamp."},
        "rewards": {
            "type": "array",
            "items": named("CardReward"),
            "maxItems": MOST_REWARDS,
            "description": "Rewards on the way to the goal, rising.",
        },
        "locationIdxs": {
            "type": "array",
            "items": IDX,
            "maxItems": MOST_LOCATIONS,
            "description": "Numbers of the locations where its stamps are marked and redeemed, rising; none: everywhere.",
        },
    },
    "A stamp card.",
)

REWARD = whole(
    {
        "stamps": {"type": "integer", "minimum": 1, "maximum": 99, "description": "Marks that earn it."},
        "rewardTtl": text("What they earn."),
    },
    "A reward on the way to the goal.",
)

CARD_SCHEMAS: dict[str, dict[str, Any]] = {"Card": CARD, "CardReward": REWARD, "CardList": page_of("Card")}
"""For components/schemas of the document."""

ONE = Result("Card", named("Card"))
CARDS = Result("CardList", named("CardList"))
