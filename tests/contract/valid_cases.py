"""What a JSON Schema cannot ask for: days in order, cards and stamps that exist and have room, keys that are new."""

import re
from datetime import UTC, datetime
from itertools import count
from typing import Any
from urllib.parse import quote, urlencode

import schemathesis

from kit.shop import CREATE, Shop
from stampwell.core.stamp_refs import read_stamp_code

CARDS = "/api/card/v1/create"
LOCATIONS = "/api/location/v1/create"
ADD = "/api/stamp/v1/add"
REVERSE = "/api/stamp/v1/reverse"
UPDATE = "/api/stamp/v1/update"
WEBHOOKS = "/api/webhook/v1"
ROOM = 100
ON_THE_WAY = 5

# A stamp that is valid on every day of the attack; the last is five years from where the shop's clock stands.
FIRST_DAY, LAST_DAY = "0001-01-01", "2031-03-02"

_DAYS = (("strtYmd", "endYmd"), ("regStrtYmd", "regEndYmd"))
_SPELLED = re.compile(r"(.*?/stamp/|\s*)((?:[0-9A-Za-z][ -]?){15}[0-9A-Za-z])(.*)", re.DOTALL)

# Of use only with a stamp that has marks.
_MARKED = {"/api/stamp/v1/remove", "/api/stamp/v1/redeem", "/api/stamp/v1/history"}


def _spelled(code: str, *, like: str) -> str:
    """The code in the case, the groups and the link of another one."""
    spelled = _SPELLED.match(like)
    assert spelled is not None, like
    before, groups, behind = spelled.groups()
    letters = iter(code)
    ours = (next(letters) if char.isalnum() else char for char in groups)
    return before + "".join(char.lower() if its.islower() else char for char, its in zip(ours, groups, strict=True)) + behind


class ValidCases:
    """Makes sense of cases that keep their schema, in a shop that has what they speak of."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._numbers = count(1)
        self._card = self._new_card(rewards=[{"stamps": ON_THE_WAY, "rewardTtl": "a cookie"}])
        # The other one may be switched off.
        self._location, self._changing = (self._asked("POST", LOCATIONS, {"locationNm": name}) for name in ("Stall", "Kiosk"))

    def make(self, case: schemathesis.Case) -> None:
        """Only what the case has is changed."""
        given = case.body if isinstance(case.body, dict) else case.query
        rows = given["stamps"] if isinstance(given.get("stamps"), list) else []
        for values in (given, *(row for row in rows if isinstance(row, dict))):
            self._mend(values, path=case.path)
        if "Idempotency-Key" in case.headers:
            case.headers["Idempotency-Key"] = self._fresh_key(case.headers["Idempotency-Key"])
        if "If-Match" in case.headers:
            case.headers["If-Match"] = "*"

    def _mend(self, values: dict[str, Any], *, path: str) -> None:
        # JSON Schema takes 13.0 for an integer, the contract does not.
        values.update({name: int(value) for name, value in values.items() if isinstance(value, float)})
        for first, last in _DAYS:
            if values.get(first) and values.get(last):
                values[first], values[last] = sorted([values[first], values[last]])
        if values.get("cardIdx") is not None:
            # A card that is changed is no longer roomy.
            values["cardIdx"] = self._new_card(rewards=[]) if path.startswith("/api/card/") else self._card
        if path.startswith("/api/card/") and values.get("rewards"):
            goal = int(values.get("maxStamps") or ROOM)
            values["rewards"] = [{**reward, "stamps": at} for at, reward in enumerate(values["rewards"], 1) if at < goal]
        if values.get("onsiteYn") == "Y":
            values["onsitePwd"] = values.get("onsitePwd") or "4711"
        self._mend_locations(values, path=path)
        if path.startswith(WEBHOOKS):
            self._mend_webhooks(values, path=path)
        self._mend_stamps(values, path=path)
        if values.get("cursor"):
            self._continue(values, path=path)

    def _mend_stamps(self, values: dict[str, Any], *, path: str) -> None:
        for member in ("stampIdx", "fromStampIdx", "intoStampIdx"):
            # A reversal may be of no stamp in particular.
            if values.get(member) is not None or (member in values and path != REVERSE):
                stamp = self._new_stamp(marks=ROOM if path in _MARKED else 0)
                values[member] = self._named(stamp, like=values[member])
        if path == REVERSE:
            self._sell(values)
        if values.get("reward") is not None:
            values["reward"] = ON_THE_WAY
        if values.get("occurredYmdt"):
            now = datetime.fromtimestamp(self._shop.clock.now_us() / 1_000_000, UTC)
            values["occurredYmdt"] = now.isoformat(sep="T" if "T" in values["occurredYmdt"] else " ", timespec="seconds")

    def _mend_locations(self, values: dict[str, Any], *, path: str) -> None:
        if values.get("locationIdx") is not None:
            values["locationIdx"] = self._changing if path.startswith("/api/location/") else self._location
        if values.get("locationIdxs"):
            values["locationIdxs"] = [self._location]
        if values.get("locationNm"):
            # Each name once, and with something to see in it.
            values["locationNm"] = f"{values['locationNm'][:80]} {next(self._numbers)}"

    def _mend_webhooks(self, values: dict[str, Any], *, path: str) -> None:
        if values.get("url") is not None or path == f"{WEBHOOKS}/create":
            values["url"] = f"https://shop{next(self._numbers)}.example/"
        if path == f"{WEBHOOKS}/create":
            self._make_room()
        if "webhookIdx" in values:
            values["webhookIdx"] = self._new_webhook()
        if values.get("eventIdx") not in {None, ""}:
            values["eventIdx"] = self._new_event()
            values.pop("since", None)
        elif path == f"{WEBHOOKS}/resend":
            values["since"] = "2026-01-01 00:00:00"

    def _make_room(self) -> None:
        for webhook in self._asked("GET", f"{WEBHOOKS}/list")["list"][:-10]:
            self._asked("DELETE", f"{WEBHOOKS}/delete?webhookIdx={webhook['webhookIdx']}")

    def _new_webhook(self) -> int:
        self._make_room()
        made = self._asked("POST", f"{WEBHOOKS}/create", {"url": "https://shop.example/"})
        return int(made["webhookIdx"])

    def _new_event(self) -> int:
        return int(self._asked("POST", f"{WEBHOOKS}/test", {"webhookIdx": self._new_webhook()}))

    def _sell(self, values: dict[str, Any]) -> None:
        """A sale of that number, on that stamp or another one."""
        sale = f"{values['orderRef'][:80]}{next(self._numbers)}"
        stamp = values.get("stampIdx") or self._new_stamp(marks=0)["stampIdx"]
        self._asked("PUT", ADD, {"stampIdx": stamp, "orderRef": sale})
        values["orderRef"] = sale

    def _named(self, stamp: dict[str, Any], *, like: object) -> object:
        """The stamp's number, or its code in the form of another one."""
        # A number of a query is a text too.
        in_words = isinstance(like, str) and read_stamp_code(like) is not None
        return _spelled(stamp["code"], like=str(like)) if in_words else stamp["stampIdx"]

    def _continue(self, values: dict[str, Any], *, path: str) -> None:
        """The cursor that these very parameters lead to, or none where there is no second page."""
        del values["cursor"]
        page = self._asked("GET", f"{path}?{urlencode({**values, 'limit': 1}, quote_via=quote)}")
        if page["nextCursor"] is not None:
            values["cursor"] = page["nextCursor"]

    def _new_card(self, *, rewards: list[dict[str, object]]) -> int:
        card = self._asked("POST", CARDS, {"cardNm": "Roomy", "maxStamps": ROOM, "rewards": rewards})
        return int(card)

    def _new_stamp(self, *, marks: int) -> dict[str, Any]:
        number = self._asked("POST", CREATE, {"cardIdx": self._card, "strtYmd": FIRST_DAY, "endYmd": LAST_DAY})
        if marks:
            self._asked("PUT", UPDATE, {"stampIdx": number, "stamps": marks})
        return self._shop.data.stamp(number) | {"stampIdx": number}

    def _asked(self, method: str, path: str, body: object = None) -> Any:
        return self._shop.request(method, path, by=self._shop.alice, body=body).result

    def _fresh_key(self, key: str) -> str:
        """Of the same form, and never sent before."""
        number = next(self._numbers)
        return f'"{number}{key[1:200]}' if key.startswith('"') else f"{number}{key[:200]}"
