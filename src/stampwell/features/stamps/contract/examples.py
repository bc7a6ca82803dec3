"""Requests that work, for the documentation and the demo."""

from stampwell.http.route import Example

SAMPLE_CARD_IDX = 123
SAMPLE_STAMP_IDX = 1347
SAMPLE_SECOND_STAMP_IDX = 1350
SAMPLE_SALE = "R-20250301-16"
SAMPLE_CODE = "ZJLF0399WQBEQZJM"

# The sample of the API page that the contract grew from; it succeeds on any day.
SAMPLE_CREATE: dict[str, object] = {
    "cardIdx": SAMPLE_CARD_IDX,
    "domain": "https://vvd.bz",
    "strtYmd": "2025-01-01",
    "endYmd": "2025-12-31",
    "activeYn": "Y",
    "memo": "New Member Registration, IP: 211.111.222.33",
    "userId": "att78z",
    "userNm": "Brown Smith",
    "userPhnno": "+1 123-4567-8900",
    "userEml": "test@gmail.com",
    "userEtc1": "Gold rating",
    "userEtc2": "",
}
_LEAST: dict[str, object] = {"cardIdx": SAMPLE_CARD_IDX, "strtYmd": "2025-01-01", "endYmd": "2025-12-31"}
_THE_STAMP: dict[str, object] = {"stampIdx": SAMPLE_STAMP_IDX}

STAMP: dict[str, object] = {
    "stampIdx": SAMPLE_STAMP_IDX,
    "code": SAMPLE_CODE,
    "domain": "https://vvd.bz",
    "cardIdx": SAMPLE_CARD_IDX,
    "cardNm": "Coffee card",
    "cardTtl": "Ten coffees, one free",
    "stamps": 3,
    "maxStamps": 10,
    "stampUrl": f"https://vvd.bz/stamp/{SAMPLE_CODE}",
    "url": "https://beans.example/menu",
    "strtYmd": "2025-01-01",
    "endYmd": "2025-12-31",
    "onsiteYn": "N",
    "onsitePwd": None,
    "memo": "New Member Registration, IP: 211.111.222.33",
    "activeYn": "Y",
    "useYn": "N",
    "useYmdt": None,
    "userId": "att78z",
    "userNm": "Brown Smith",
    "userPhnno": "+1 123-4567-8900",
    "userEml": "test@gmail.com",
    "userEtc1": "Gold rating",
    "userEtc2": None,
    "stampImgUrl": None,
    "regYmdt": "2025-01-01 09:30:00",
    "payloadVersion": "v1",
    "renewedStampIdx": None,
    "rewards": [{"stamps": 5, "rewardTtl": "a cookie", "useYmdt": None}],
    "mergedStampIdx": None,
}
HISTORY_ROW: dict[str, object] = {
    "historyIdx": 58210,
    "action": "added",
    "stampsBefore": 2,
    "stampsAfter": 3,
    "note": "Two flat whites",
    "orderRef": "R-20250301-17",
    "location": "Main Street",
    "actorType": "apiKey",
    "actorIdx": 7,
    "channel": "api",
    "changes": None,
    "renewedStampIdx": None,
    "occurredYmdt": "2025-03-01 08:12:45",
    "recordedYmdt": "2025-03-01 08:12:45",
    "sequence": 3,
    "locationIdx": 2,
    "rewards": None,
    "carried": None,
    "mergedStampIdx": None,
}

CREATE = (
    Example("Everything", SAMPLE_CREATE, SAMPLE_STAMP_IDX),
    Example("The least", _LEAST, SAMPLE_STAMP_IDX + 1),
    Example("With marks from a paper card", {**_LEAST, "stamps": 4}, SAMPLE_STAMP_IDX + 2),
)
BULK = (
    Example(
        "Two rows",
        {"stamps": [_LEAST, {**_LEAST, "endYmd": "2024-12-31"}]},
        [
            {"stampIdx": 1349, "code": "Q2M7C0PZ81KD4TXA"},
            {
                "code": 40002,
                "message": "endYmd: must not be before strtYmd (2025-01-01)",
                "errors": [{"field": "endYmd", "message": "must not be before strtYmd (2025-01-01)"}],
            },
        ],
    ),
)
VALIDATE = (Example("By number", _THE_STAMP, STAMP),)
GET = (Example("By number", _THE_STAMP, STAMP),)
LIST = (
    Example("A user's stamps", {"userId": "att78z", "useYn": "N"}, {"list": [STAMP], "nextCursor": None}),
    Example("By phone, two a page", {"userPhnno": "+1 (123) 4567 8900", "limit": 2}, {"list": [STAMP], "nextCursor": None}),
)
HISTORY = (Example("Newest first", _THE_STAMP, {"list": [HISTORY_ROW], "nextCursor": None}),)
UPDATE = (
    Example("Extend and rename", {**_THE_STAMP, "endYmd": "2026-12-31", "userNm": "Brown Smith-Lee"}, None),
    Example("Correct the count", {**_THE_STAMP, "stamps": 3}, None),
)
ADD = (
    Example("One mark", _THE_STAMP, None),
    Example("Two for one sale", {**_THE_STAMP, "count": 2, "orderRef": "R-20250301-17", "note": "Two flat whites"}, None),
)
REMOVE = (Example("One mark too many", {**_THE_STAMP, "note": "Wrong customer"}, None),)
REDEEM = (
    Example("Hand out the reward", _THE_STAMP, None),
    Example("For one sale", {**_THE_STAMP, "orderRef": "R-20250301-18"}, None),
)
REVERSE = (
    Example(
        "A refund",
        {"orderRef": SAMPLE_SALE, "note": "Wrong milk"},
        [{"stampIdx": SAMPLE_STAMP_IDX, "code": SAMPLE_CODE, "removed": 3, "short": 0, "returned": []}],
    ),
)
MERGE = (
    Example(
        "A lost phone", {"fromStampIdx": SAMPLE_STAMP_IDX, "intoStampIdx": SAMPLE_SECOND_STAMP_IDX, "note": "New phone"}, None
    ),
)
DELETE = (Example("For good", _THE_STAMP, None),)
