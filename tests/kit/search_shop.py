"""A shop whose stamps are searched, without a server."""

from datetime import date
from typing import Any

from kit.data import Data
from kit.people import Person
from stampwell.core.emails import stored_email_key
from stampwell.core.phones import phone_digits
from stampwell.features.stamps.issuing import issue_batch
from stampwell.features.stamps.model import Issued, NewStamp
from stampwell.features.stamps.search.search import Found, search
from stampwell.features.stamps.search.terms import SearchQuery

TODAY = date(2026, 3, 2)
NOW_US = 1_772_400_000_000_000


class SearchShop:
    """A shop, and what is searched in it. Each stamp is issued a second after the one before."""

    def __init__(self, data: Data, person: Person) -> None:
        self.data = data
        self.person = person
        self._issued = 0

    def draft(self, name: str | None = None, **fields: Any) -> NewStamp:
        """A stamp to issue."""
        phone = fields.pop("phone", None)
        self._issued += 1
        plain = dict.fromkeys(NewStamp._fields)
        given = {
            "account_id": self.person.account_id,
            "actor_kind": "system",
            "channel": "cli",
            "card_id": self.person.card_id,
            "code": f"{self.person.account_id:06}{self._issued:010}",
            "domain": "https://vvd.bz",
            "needs_domain": False,
            "starts_on": "2026-01-01",
            "ends_on": "2026-12-31",
            "active": True,
            "user_id": f"u{self._issued}",
            "user_name": name,
            "user_phone": phone,
            "user_phone_digits": phone and phone_digits(phone),
            "user_email_key": stored_email_key(fields.get("user_email")),
            "created_at": NOW_US + self._issued * 1_000_000,
            "local_day": "2026-03-02",
            "stamps": 0,
        }
        return NewStamp(**{**plain, **given, **fields})

    def issue(self, name: str | None = None, **fields: Any) -> int:
        (outcome,) = self.data.write(issue_batch, [self.draft(name, **fields)])
        assert isinstance(outcome, Issued)
        return outcome.stamp_id

    def look(self, text: str = "", *, cursor: str | None = None, region: str | None = "KR", **wanted: Any) -> Found:
        asked = SearchQuery(text, **wanted)
        return self.data.read(search, self.person.account_id, asked, today=TODAY, region=region, cursor=cursor)

    def find(self, text: str = "", **wanted: Any) -> list[int]:
        """Of the first page."""
        return [stamp.stamp_id for stamp in self.look(text, **wanted).stamps]

    def find_all(self, text: str = "", **wanted: Any) -> list[int]:
        """Of every page, one after another."""
        found, cursor = [], None
        for _ in range(500):
            page = self.look(text, cursor=cursor, **wanted)
            found += [stamp.stamp_id for stamp in page.stamps]
            cursor = page.cursor
            if cursor is None:
                return found
        raise AssertionError("the pages have no end")
