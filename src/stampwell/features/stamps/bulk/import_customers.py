"""Whose a row of an imported file is: a mended file must not issue a second stamp to a customer who has one of it.

A customer is known by the `userId`, or where one of two rows has none by a phone number or an e-mail address that both have.
For one customer an import issues as many stamps as its file has rows for them, however often it runs and whatever was changed
in them. (docs/decisions/0029-mended-files.md)
"""

from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

import phonenumbers

from stampwell.core.emails import email_key
from stampwell.core.phones import parse_phone, phone_digits
from stampwell.features.stamps.bulk.occurrences import Occurrences

_TAIL = 8
# Longer ones are refused.
_LONGEST = 254


class CustomerLimit(NamedTuple):
    """No stamp is issued when so many as `most` have been issued under the keys, together. `field`: what they are made of."""

    field: str
    keys: tuple[int, ...]
    most: int


class CustomerOfRow(NamedTuple):
    """The customer of a row. keys: what its stamp is counted under. shared: whether other rows of the file may be theirs."""

    keys: tuple[int, ...]
    limits: tuple[CustomerLimit, ...]
    shared: bool


def limit_reached(customer: CustomerOfRow, issued: Mapping[int, int]) -> str | None:
    """The field by which the customer is known to have all stamps of the file already, or None. `issued`: stamps by key."""
    for limit in customer.limits:
        if sum(issued.get(key, 0) for key in limit.keys) >= limit.most:
            return limit.field
    return None


class Customers:
    """The customers of one import: `scope` names it. `region`: where phone numbers without a country code belong."""

    def __init__(self, scope: bytes, *, region: str | None, occurrences: Occurrences) -> None:
        self._scope = scope
        self._region = region
        self._occurrences = occurrences
        self._country = str(phonenumbers.country_code_for_region(region)) if region else ""

    def rough_keys(self, values: Mapping[str, Any]) -> list[bytes]:
        """Equal for rows that may have the same customer."""
        tail = self._plain_digits(_text(values, "userPhnno"))[-_TAIL:]
        texts = {"userId": _text(values, "userId"), "userPhnno": tail, "userEml": email_key(_text(values, "userEml"))}
        return [self._digest(values, field, text) for field, text in texts.items() if text]

    def may_have_others(self, values: Mapping[str, Any]) -> bool:
        """Whether there may be other rows of the same customer, once all of them are noted."""
        return any(map(self._occurrences.may_repeat, self.rough_keys(values)))

    def count(self, values: Mapping[str, Any]) -> None:
        """Counts a row that is good, and whose customer may have others."""
        self._occurrences.count(self._known_by(values).keys)

    def of_row(self, values: Mapping[str, Any]) -> CustomerOfRow:
        """Of a row that is good, once all of them are counted."""
        known_by = self._known_by(values)
        shared = self.may_have_others(values)

        def in_file(key: int) -> int:
            return self._occurrences.counted(key) if shared else int(key in known_by.keys)

        return CustomerOfRow(known_by.keys, tuple(known_by.limits(in_file)), shared)

    def _known_by(self, values: Mapping[str, Any]) -> "_KnownBy":
        user, phone, email = (_text(values, field) for field in ("userId", "userPhnno", "userEml"))
        digits, address = self._plain_digits(phone), email_key(email)
        contacts = []
        if digits:
            # Reading a number takes as long as all the rest of the row; where there is a userId, nearly as good will do.
            exact = digits if user else self._international(phone)
            contacts.append(self._contact(values, "userPhnno", exact, digits))
        if address:
            contacts.append(self._contact(values, "userEml", address, address))
        return _KnownBy(self._key(values, "userId", user) if user else None, tuple(contacts))

    def _contact(self, values: Mapping[str, Any], field: str, exact: str, plain: str) -> "_Contact":
        keys = (("exactly", exact), ("plainly", plain), ("with a userId", plain))
        return _Contact(field, *(self._key(values, f"{field} {kind}", text) for kind, text in keys))

    def _plain_digits(self, phone: str) -> str:
        """Without what stands before a number inside its country and outside of it; equal for most of its spellings."""
        return phone_digits(phone).lstrip("0").removeprefix(self._country).lstrip("0")

    def _international(self, phone: str) -> str:
        number = parse_phone(phone, self._region)
        return f"+{number.country_code} {number.national_number}" if number else phone_digits(phone)

    def _key(self, values: Mapping[str, Any], kind: str, text: str) -> int:
        return int.from_bytes(self._digest(values, kind, text)[:8], signed=True)

    def _digest(self, values: Mapping[str, Any], kind: str, text: str) -> bytes:
        # Another card is another stamp.
        return sha256(
            b"%b\0%b\0%b\0%b" % (self._scope, str(values.get("cardIdx")).encode(), kind.encode(), text.encode())
        ).digest()


class _Contact(NamedTuple):
    """A phone number or an address: its keys in rows without a userId, exact and plain, and in rows with one."""

    field: str
    alone: int
    alone_plainly: int
    with_id: int


class _KnownBy(NamedTuple):
    """What a row says of its customer."""

    user: int | None
    contacts: tuple[_Contact, ...]

    @property
    def keys(self) -> tuple[int, ...]:
        if self.user is None:
            return tuple(key for contact in self.contacts for key in (contact.alone, contact.alone_plainly))
        return (self.user, *(contact.with_id for contact in self.contacts))

    def limits(self, in_file: Callable[[int], int]) -> Iterator[CustomerLimit]:
        """`in_file`: how many rows of the file are counted under a key."""
        if self.user is None:
            for contact in self.contacts:
                keys = (contact.alone, contact.with_id)
                yield CustomerLimit(contact.field, keys, sum(map(in_file, keys)))
            return
        yield CustomerLimit("userId", (self.user,), in_file(self.user))
        for contact in self.contacts:
            # Stamps of rows that had no userId then; those that still have none are other customers.
            yield CustomerLimit(contact.field, (contact.alone_plainly,), in_file(contact.alone_plainly) + 1)


def _text(values: Mapping[str, Any], field: str) -> str:
    value = values.get(field)
    return value if isinstance(value, str) and len(value) <= _LONGEST else ""
