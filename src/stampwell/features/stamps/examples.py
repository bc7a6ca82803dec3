"""Requests that work, for the documentation and the demo."""

from stampwell.http.route import Example

SAMPLE_CARD_IDX = 123

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

CREATE = (
    Example("Everything", SAMPLE_CREATE, 1347),
    Example("The least", {"cardIdx": SAMPLE_CARD_IDX, "strtYmd": "2025-01-01", "endYmd": "2025-12-31"}, 1348),
)
