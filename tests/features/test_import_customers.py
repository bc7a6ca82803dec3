"""Whose a row of a file is, and how many stamps of it they may have: pure rules, no database."""

from collections import Counter
from collections.abc import Mapping, Sequence

import pytest

from stampwell.features.stamps.bulk.import_customers import CustomerOfRow, Customers, limit_reached
from stampwell.features.stamps.bulk.import_rows import fingerprint
from stampwell.features.stamps.bulk.occurrences import Occurrences

Row = Mapping[str, object]


def _row(**values: object) -> Row:
    return {"cardIdx": 123, **values}


class _Shop:
    """What has been issued: rows as they were, and stamps by customer."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.stamps: Counter[int] = Counter()

    def issue(self, rows: Sequence[Row], *, scope: str = "members.csv") -> list[str | None]:
        """What becomes of the rows of a file: None for one that is issued, "same" for one that was, or what it is known by."""
        occurrences = Occurrences()
        customers = Customers(scope.encode(), region="KR", occurrences=occurrences)
        for row in rows:
            occurrences.note(customers.rough_keys(row))
        for row in rows:
            if customers.may_have_others(row):
                customers.count(row)
        before = list(self.rows)
        return [self._issue_one(row, customers.of_row(row), before) for row in rows]

    def _issue_one(self, row: Row, customer: CustomerOfRow, before: Sequence[Row]) -> str | None:
        if row in before:
            return "same"
        known_by = limit_reached(customer, self.stamps)
        if known_by is None:
            self.rows.append(row)
            self.stamps.update(customer.keys)
        return known_by


def _after(first: Sequence[Row], second: Sequence[Row]) -> list[str | None]:
    """What becomes of the second file, the first one having been issued whole."""
    shop = _Shop()
    assert shop.issue(first) == [None] * len(first)
    return shop.issue(second)


@pytest.mark.parametrize(
    ("before", "after", "known_by"),
    [
        (_row(userId="a", memo="x"), _row(userId="a", memo="y"), "userId"),
        (_row(userId="a"), _row(userId="A"), None),
        (_row(userId="a"), _row(userId="b"), None),
        (_row(userId="a"), {**_row(userId="a"), "cardIdx": 124}, None),
        (_row(userPhnno="010-1234-5678"), _row(userPhnno="+82 10 1234 5678"), "userPhnno"),
        (_row(userPhnno="010-1234-5678"), _row(userPhnno="(+82) 010-1234-5678"), "userPhnno"),
        (_row(userPhnno="12345"), _row(userPhnno="1-23-45"), "userPhnno"),
        (_row(userPhnno="010-1234-5678"), _row(userPhnno="010-1234-5679"), None),
        (_row(userEml="Kim@Example.com"), _row(userEml="kim@example.com"), "userEml"),
        (_row(userEml="kim@bücher.example"), _row(userEml="KIM@xn--bcher-kva.example"), "userEml"),
        # One of the two contacts was put right.
        (_row(userPhnno="010-1", userEml="a@b.co"), _row(userPhnno="010-1234-5678", userEml="a@b.co"), "userEml"),
        # A userId decides where both have one.
        (_row(userId="a", userPhnno="010-1234-5678"), _row(userId="b", userPhnno="010-1234-5678"), None),
        # It was added, or left out, later.
        (_row(userPhnno="010-1234-5678"), _row(userId="a", userPhnno="+821012345678"), "userPhnno"),
        (_row(userId="a", userPhnno="010-1234-5678"), _row(userPhnno="+821012345678"), "userPhnno"),
        # Nobody is known by a name.
        (_row(userNm="Kim"), _row(userNm="Kim", memo="x"), None),
    ],
)
def test_a_row_that_was_changed(before: Row, after: Row, known_by: str | None) -> None:
    assert _after([before], [after]) == [known_by]


def test_two_stamps_of_one_customer_on_purpose() -> None:
    rows = [_row(userId="a", memo="one"), _row(userId="a", memo="two"), _row(userId="b")]
    changed = [_row(userId="a", memo="1"), _row(userId="a", memo="2"), _row(userId="b", memo="3")]
    assert _after(rows, changed) == ["userId"] * 3
    assert _after(rows, [*changed, _row(userId="a", memo="three")]).count(None) == 1


def test_a_family_with_one_phone_number() -> None:
    family = [_row(userPhnno="010-1234-5678", userEml=f"{name}@b.co") for name in ("a", "b")]
    fourth = _row(userPhnno="01012345678", userEml="new@b.co")
    # However the file is sorted.
    assert _after(family, [fourth, *family]) == [None, "same", "same"]
    assert _after(family, [*reversed(family), fourth]) == ["same", "same", None]
    assert _after(family, [fourth, family[0], {**family[1], "memo": "x"}]) == [None, "same", "userPhnno"]


def test_a_member_of_a_family_gets_a_user_id_later() -> None:
    phone = "010-1234-5678"
    assert _after([_row(userPhnno=phone)], [_row(userPhnno=phone), _row(userId="b", userPhnno=phone)]) == ["same", None]


def test_another_import_is_another_matter() -> None:
    shop = _Shop()
    assert shop.issue([_row(userId="a")]) == [None]
    assert shop.issue([_row(userId="a", memo="x")], scope="spring.csv") == [None]


def test_a_number_that_all_have() -> None:
    """A shop's own number in place of one that was not asked for."""
    rows = [_row(userPhnno="02-123-4567", userNm=str(number)) for number in range(1000)]
    assert _after(rows, [*rows, _row(userPhnno="02-123-4567", userNm="new")]).count(None) == 1


def test_what_makes_a_row_the_same_row() -> None:
    row = {"cardIdx": 123, "userId": "kim", "memo": "one\ntwo"}
    for same in (
        {"memo": "one\ntwo", "userId": "kim", "cardIdx": 123},
        {**row, "userNm": None},
        {**row, "memo": "one\r\ntwo"},
    ):
        assert fingerprint(same) == fingerprint(row)
    for other in ({**row, "memo": "one two"}, {**row, "cardIdx": 124}, {"cardIdx": 123, "userId": "kim"}):
        assert fingerprint(other) != fingerprint(row)
