"""What a JSON Schema cannot ask for: days in order, cards and stamps that exist and have room, keys that are new."""

import re
from itertools import count
from typing import Any
from urllib.parse import quote, urlencode

import schemathesis

from kit.shop import CREATE, Shop
from stampwell.core.stamp_refs import read_stamp_code

CARDS = "/api/card/v1/create"
UPDATE = "/api/stamp/v1/update"
ROOM = 100

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
        self._card = self._new_card()

    def make(self, case: schemathesis.Case) -> None:
        """Only what the case has is changed."""
        given = case.body if isinstance(case.body, dict) else case.query
        rows = given["stamps"] if isinstance(given.get("stamps"), list) else []
        for values in (given, *(row for row in rows if isinstance(row, dict))):
            self._mend(values, path=case.path)
        if "Idempotency-Key" in case.headers:
            case.headers["Idempotency-Key"] = self._fresh_key(case.headers["Idempotency-Key"])

    def _mend(self, values: dict[str, Any], *, path: str) -> None:
        # JSON Schema takes 13.0 for an integer, the contract does not.
        values.update({name: int(value) for name, value in values.items() if isinstance(value, float)})
        for first, last in _DAYS:
            if values.get(first) and values.get(last):
                values[first], values[last] = sorted([values[first], values[last]])
        if values.get("cardIdx") is not None:
            # A card that is changed is no longer roomy.
            values["cardIdx"] = self._new_card() if path.startswith("/api/card/") else self._card
        if path.startswith("/api/card/") and values.get("rewards"):
            goal = int(values.get("maxStamps") or ROOM)
            values["rewards"] = [{**reward, "stamps": at} for at, reward in enumerate(values["rewards"], 1) if at < goal]
        if values.get("onsiteYn") == "Y":
            values["onsitePwd"] = values.get("onsitePwd") or "4711"
        if "stampIdx" in values:
            stamp = self._new_stamp(marks=ROOM if path in _MARKED else 0)
            named = values["stampIdx"]
            # A number of a query is a text too.
            in_words = isinstance(named, str) and read_stamp_code(named) is not None
            values["stampIdx"] = _spelled(stamp["code"], like=named) if in_words else stamp["stampIdx"]
        if values.get("cursor"):
            self._continue(values, path=path)

    def _continue(self, values: dict[str, Any], *, path: str) -> None:
        """The cursor that these very parameters lead to, or none where there is no second page."""
        del values["cursor"]
        page = self._asked("GET", f"{path}?{urlencode({**values, 'limit': 1}, quote_via=quote)}")
        if page["nextCursor"] is not None:
            values["cursor"] = page["nextCursor"]

    def _new_card(self) -> int:
        card = self._asked("POST", CARDS, {"cardNm": "Roomy", "maxStamps": ROOM})
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
