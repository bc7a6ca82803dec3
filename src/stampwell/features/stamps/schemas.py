"""What the stamp endpoints answer, as JSON Schema."""

from typing import Any

from stampwell.core.fields import CODE_PATTERN

_INSTANT = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$"}
_DAY = {"type": "string", "format": "date"}
_YES_NO = {"enum": ["Y", "N"]}


def _text(description: str) -> dict[str, Any]:
    return {"type": "string", "description": description}


def _optional(schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}], "description": description}


def _whole(properties: dict[str, dict[str, Any]], description: str) -> dict[str, Any]:
    """An object with exactly these members."""
    return {
        "type": "object",
        "description": description,
        "required": list(properties),
        "additionalProperties": False,
        "properties": properties,
    }


_TEXT, _NUMBER = {"type": "string"}, {"type": "integer"}

STAMP = _whole(
    {
        "stampIdx": {**_NUMBER, "description": "The stamp's number."},
        "code": {"type": "string", "pattern": CODE_PATTERN, "description": "Its public name."},
        "domain": _text("Origin of its link."),
        "cardIdx": {**_NUMBER, "description": "Its card."},
        "cardNm": _text("The card's name."),
        "cardTtl": _text("The card's title."),
        "stamps": {"type": "integer", "minimum": 0, "maximum": 100, "description": "Marks so far."},
        "maxStamps": {"type": "integer", "minimum": 1, "maximum": 100, "description": "Marks that earn the reward."},
        "stampUrl": _text("The customer's link."),
        "url": _text("Where the button of the customer's page leads; may be empty."),
        "strtYmd": {**_DAY, "description": "First day of validity."},
        "endYmd": {**_DAY, "description": "Last day of validity."},
        "onsiteYn": {**_YES_NO, "description": "Whether it is redeemed with the card's staff password."},
        "onsitePwd": {"type": "null", "description": "Always null: the password is never given out."},
        "memo": _optional(_TEXT, "Internal memo."),
        "activeYn": {**_YES_NO, "description": "Whether it is switched on."},
        "useYn": {**_YES_NO, "description": "Whether its reward was handed out."},
        "useYmdt": _optional(_INSTANT, "When it was redeemed, in the account's time zone."),
        "userId": _optional(_TEXT, "Whom it is for."),
        "userNm": _optional(_TEXT, "Name."),
        "userPhnno": _optional(_TEXT, "Phone number, as typed."),
        "userEml": _optional(_TEXT, "E-mail address."),
        "userEtc1": _optional(_TEXT, "Anything else."),
        "userEtc2": _optional(_TEXT, "Anything else."),
        "stampImgUrl": _optional(_TEXT, "The card's picture of a mark."),
        "regYmdt": {**_INSTANT, "description": "When it was issued, in the account's time zone."},
        "payloadVersion": {"const": "v1", "description": "Version of this object."},
        "renewedStampIdx": _optional(_NUMBER, "The stamp that followed it when it was redeemed."),
    },
    "A stamp and what it shows of its card.",
)
HISTORY_ROW = _whole(
    {
        "historyIdx": {**_NUMBER, "description": "The row's number."},
        "action": {"enum": ["issued", "added", "removed", "redeemed", "updated"], "description": "What happened."},
        "stampsBefore": {**_NUMBER, "description": "Marks before."},
        "stampsAfter": {**_NUMBER, "description": "Marks after."},
        "note": _optional(_TEXT, "Why."),
        "orderRef": _optional(_TEXT, "The sale."),
        "location": _optional(_TEXT, "Where."),
        "actorType": {"enum": ["apiKey", "staff", "customer", "system"], "description": "Who did it."},
        "actorIdx": _optional(_NUMBER, "The number of the key or the person."),
        "channel": _text("Through what: `api`, `cli`, …"),
        "changes": _optional(
            {"type": "object", "additionalProperties": {"type": ["array", "null"]}},
            "Of an update: the fields that changed, with the values before and after; of personal fields only that they did.",
        ),
        "renewedStampIdx": _optional(_NUMBER, "Of a redemption: the stamp that was issued with it."),
        "occurredYmdt": {**_INSTANT, "description": "When it happened."},
        "recordedYmdt": {**_INSTANT, "description": "When it was recorded."},
    },
    "One row of a stamp's ledger. Nothing in it is ever changed; a correction is a new row.",
)
ISSUED_ROW = _whole(
    {
        "stampIdx": {**_NUMBER, "description": "The new stamp's number."},
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
        "code": {**_NUMBER, "description": "Why, as everywhere."},
        "message": _text("What to do about it."),
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/FieldError"}, "description": "Every wrong field."},
    },
}

STAMP_SCHEMAS: dict[str, dict[str, Any]] = {
    "Stamp": STAMP,
    "HistoryRow": HISTORY_ROW,
    "IssuedRow": ISSUED_ROW,
    "RefusedRow": REFUSED_ROW,
}
"""For components/schemas of the document."""

NAME: dict[str, Any] = {
    "anyOf": [
        {"type": "integer", "description": "stampIdx"},
        {"type": "string", "pattern": CODE_PATTERN, "description": "code, if the account chose so"},
    ]
}
ONE: dict[str, Any] = {"$ref": "#/components/schemas/Stamp"}
CHANGED: dict[str, Any] = {
    "anyOf": [{"type": "null", "description": "Done."}, {**ONE, "description": "With `Prefer: return=representation`."}]
}
NOTHING: dict[str, Any] = {"type": "null"}
ROWS: dict[str, Any] = {
    "type": "array",
    "items": {"anyOf": [{"$ref": "#/components/schemas/IssuedRow"}, {"$ref": "#/components/schemas/RefusedRow"}]},
    "description": "A row for each.",
}


def page_of(schema: str) -> dict[str, Any]:
    """A page of what components/schemas holds under that name."""
    return _whole(
        {
            "list": {
                "type": "array",
                "items": {"$ref": f"#/components/schemas/{schema}"},
                "description": "Newest first.",
            },
            "nextCursor": _optional(_TEXT, "Asks for the next page; null on the last."),
        },
        "A page.",
    )
