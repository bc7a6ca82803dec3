"""What the stamp endpoints answer, as JSON Schema."""

from typing import Any

from stampwell.core.fields import CODE_PATTERN
from stampwell.core.result_schemas import COUNT, DAY, IDX, INSTANT, TEXT, YES_NO, named, optional, page_of, text, whole
from stampwell.features.stamps.model import KINDS
from stampwell.http.route import Result

STAMP = whole(
    {
        "stampIdx": {**IDX, "description": "The stamp's number."},
        "code": {"type": "string", "pattern": CODE_PATTERN, "description": "Its public name."},
        "domain": text("Origin of its link."),
        "cardIdx": {**IDX, "description": "Its card."},
        "cardNm": text("The card's name."),
        "cardTtl": text("The card's title."),
        "stamps": {"type": "integer", "minimum": 0, "maximum": 100, "description": "Marks so far."},
        "maxStamps": {"type": "integer", "minimum": 1, "maximum": 100, "description": "Marks that earn the reward."},
        "stampUrl": text("The customer's link."),
        "url": text("Where the button of the customer's page leads; may be empty."),
        "strtYmd": {**DAY, "description": "First day of validity."},
        "endYmd": {**DAY, "description": "Last day of validity."},
        "onsiteYn": {**YES_NO, "description": "Whether it is redeemed with the card's staff password."},
        "onsitePwd": {"type": "null", "description": "Always null: the password is never given out."},
        "memo": optional(TEXT, "Internal memo."),
        "activeYn": {**YES_NO, "description": "Whether it is switched on."},
        "useYn": {**YES_NO, "description": "Whether its reward was handed out."},
        "useYmdt": optional(INSTANT, "When it was redeemed, in the account's time zone."),
        "userId": optional(TEXT, "Whom it is for."),
        "userNm": optional(TEXT, "Name."),
        "userPhnno": optional(TEXT, "Phone number, as typed."),
        "userEml": optional(TEXT, "E-mail address."),
        "userEtc1": optional(TEXT, "Anything else."),
        "userEtc2": optional(TEXT, "Anything else."),
        "stampImgUrl": optional(TEXT, "The card's picture of a mark."),
        "regYmdt": {**INSTANT, "description": "When it was issued, in the account's time zone."},
        "payloadVersion": {"type": "string", "const": "v1", "description": "Version of this object."},
        "renewedStampIdx": optional(IDX, "The customer's next stamp, which followed it."),
        "rewards": {
            "type": "array",
            "items": named("StampReward"),
            "description": "Rewards on the way, in rising order; the full stamp's is not among them.",
        },
        "mergedStampIdx": optional(IDX, "The stamp that took its place when the two were merged."),
    },
    "A stamp and what it shows of its card.",
)
_PERSONAL = ("memo", "userId", "userNm", "userPhnno", "userEml", "userEtc1", "userEtc2")
EVENT_STAMP: dict[str, Any] = {
    **STAMP,
    "description": "A stamp right after an event, or right before its deletion; personal fields for those who may see them.",
    "required": [name for name in STAMP["required"] if name not in _PERSONAL],
}
STAMP_REWARD = whole(
    {
        "stamps": {"type": "integer", "minimum": 1, "maximum": 99, "description": "Marks that earn it."},
        "rewardTtl": text("What it is."),
        "useYmdt": optional(INSTANT, "When it was handed out, in the account's time zone."),
    },
    "A reward on the way.",
)
_BEFORE_AND_AFTER = {
    "type": "array",
    "items": {"anyOf": [TEXT, {"type": "integer"}, {"type": "null"}]},
    "minItems": 2,
    "maxItems": 2,
}
HISTORY_CHANGES: dict[str, Any] = {
    "type": "object",
    "description": "By name of the field: the values before and after, or null for a personal one.",
    "additionalProperties": {"anyOf": [_BEFORE_AND_AFTER, {"type": "null"}]},
}
HISTORY_ROW = whole(
    {
        "historyIdx": {**IDX, "description": "The row's number."},
        "action": {
            "type": "string",
            "enum": list(KINDS),
            "description": "What happened.",
        },
        "stampsBefore": {**COUNT, "description": "Marks before."},
        "stampsAfter": {**COUNT, "description": "Marks after."},
        "note": optional(TEXT, "Why."),
        "orderRef": optional(TEXT, "The sale."),
        "location": optional(TEXT, "Where."),
        "actorType": {"type": "string", "enum": ["apiKey", "staff", "customer", "system"], "description": "Who did it."},
        "actorIdx": optional(IDX, "The number of the key or the person."),
        "channel": text("Through what: `api`, `cli`, …"),
        "changes": optional(
            named("HistoryChanges"),
            "Of an update: the fields that changed, with the values before and after; of personal fields only that they did.",
        ),
        "renewedStampIdx": optional(IDX, "The stamp that was issued with it: of a redemption, or of an addition with surplus."),
        "occurredYmdt": {**INSTANT, "description": "When it happened."},
        "recordedYmdt": {**INSTANT, "description": "When it was recorded."},
        "sequence": {**COUNT, "description": "1, 2, 3, … of the stamp, without gaps."},
        "locationIdx": optional(IDX, "The location."),
        "rewards": {
            "anyOf": [{"type": "array", "items": {"type": "integer"}}, {"type": "null"}],
            "description": "The marks of each reward that was handed out or is owed again.",
        },
        "carried": optional(COUNT, "Of an addition: marks that went on to the next stamp."),
        "mergedStampIdx": optional(IDX, "Of a merge: the other stamp."),
    },
    "One row of a stamp's ledger. Nothing in it is ever changed; a correction is a new row.",
)
ISSUED_ROW = whole(
    {
        "stampIdx": {**IDX, "description": "The new stamp's number."},
        "code": {"type": "string", "pattern": CODE_PATTERN, "description": "Its public name."},
    },
    "A row that was issued.",
)
REFUSED_ROW: dict[str, Any] = {
    "type": "object",
    "description": "A row that was refused.",
    "required": ["code", "message"],
    "additionalProperties": False,
    "properties": {
        "code": {"type": "integer", "description": "Why, as everywhere."},
        "message": text("What to do about it."),
        "errors": {"type": "array", "items": named("FieldError"), "description": "Every wrong field."},
    },
}

REVERSED_ROW = whole(
    {
        "stampIdx": {**IDX, "description": "A stamp of the sale."},
        "code": {"type": "string", "pattern": CODE_PATTERN, "description": "Its public name."},
        "removed": {**COUNT, "description": "Marks taken back, from the stamp that renewed it or took its place too."},
        "short": {**COUNT, "description": "Marks of the sale that were no longer there to take."},
        "returned": {
            "type": "array",
            "items": {"type": "integer"},
            "description": "The marks of each reward that is owed again.",
        },
    },
    "What the reversal of a sale did for one of its stamps.",
)

STAMP_SCHEMAS: dict[str, dict[str, Any]] = {
    "Stamp": STAMP,
    "EventStamp": EVENT_STAMP,
    "StampReward": STAMP_REWARD,
    "StampList": page_of("Stamp"),
    "HistoryRow": HISTORY_ROW,
    "HistoryChanges": HISTORY_CHANGES,
    "HistoryList": page_of("HistoryRow"),
    "IssuedRow": ISSUED_ROW,
    "RefusedRow": REFUSED_ROW,
    "ReversedRow": REVERSED_ROW,
}
"""For components/schemas of the document."""

NEW_STAMP = Result(
    "NewStamp",
    {
        "anyOf": [
            {**IDX, "description": "stampIdx"},
            {"type": "string", "pattern": CODE_PATTERN, "description": "code, if the account chose so"},
        ]
    },
)
ONE = Result("Stamp", named("Stamp"), tagged=True)
CHANGED = Result(
    "ChangedStamp",
    {
        "anyOf": [
            {"type": "null", "description": "Done."},
            {**named("Stamp"), "description": "With `Prefer: return=representation`."},
        ]
    },
)
STAMPS = Result("StampList", named("StampList"))
HISTORY = Result("HistoryList", named("HistoryList"))
ROWS = Result(
    "NewStamps",
    {
        "type": "array",
        "items": {"anyOf": [named("IssuedRow"), named("RefusedRow")]},
        "description": "A row for each.",
    },
)
REVERSED = Result(
    "ReversedSale",
    {"type": "array", "items": named("ReversedRow"), "description": "A row for each stamp that had the sale."},
)
