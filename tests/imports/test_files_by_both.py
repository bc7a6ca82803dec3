"""Files that once failed, each read rightly by both imports: the command's and the dashboard's."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from kit.command import InProcess
from kit.dashboard_client import DashboardClient, DashboardPage
from kit.data import Data
from kit.load import wait_for
from kit.people import ALICES_CARD, Person, open_account
from kit.shop import Shop

# No SQL decides how a file is read.
pytestmark = pytest.mark.one_database

_FILES = Path(__file__).parent / "files"
_DAYS = ("2026-01-01", "2027-12-31")
_SHOWN = ("user_id", "user_name", "user_phone", "user_email", "starts_on", "ends_on", "memo")


class Case(NamedTuple):
    """A file; what is said of it beside the card, the days and columns that are to be left out; its stamps; what is told.

    stamps: of each the columns of `_SHOWN`; a generated user id is shown as blank. refused: line and field of each. marks: the
    count of each stamp, where they have any.
    """

    name: str
    stamps: list[tuple[str | None, ...]]
    blank: int = 0
    mended: Mapping[int, Sequence[tuple[str, str]]] = MappingProxyType({})
    refused: Sequence[tuple[int, str]] = ()
    maps: Mapping[str, str] = MappingProxyType({})
    given: bool = False
    marks: Sequence[int] = ()


def _kim(user: str, phone: str | None = None, days: tuple[str, str] = _DAYS) -> tuple[str | None, ...]:
    return user, "Kim", phone, None, *days, None


_INTERNATIONAL = "+82 10-1234-5678"
_CASES = [
    Case("cp949.csv", [("kr2", "홍길똠", "010-1234-5678", None, *_DAYS, "펲시")]),
    Case("utf16-tab.csv", [("u16t", "김하늘", None, None, *_DAYS, None)]),
    Case("utf16le.csv", [("u16", "김하늘", None, None, *_DAYS, None)]),
    Case("semicolon.csv", [_kim("semi")]),
    Case("blank-rows.csv", [_kim("b1"), _kim("b2")], blank=3),
    Case(
        "excel-dates.csv",
        [_kim(f"x{number}") for number in range(11)],
        mended={7: [("46023", "2026-01-01"), ("46752", "2027-12-31")]},
        refused=[(13, "strtYmd"), (13, "endYmd")],
    ),
    Case(
        "phones-excel.csv",
        [
            _kim("p2", _INTERNATIONAL),
            _kim("p3", _INTERNATIONAL),
            _kim("p4", "+821012345678"),
            _kim("p5", "01012345678"),
            _kim("p6", _INTERNATIONAL),
            _kim("p7", "010-1234-5678"),
            _kim("p8", "010-1234-5678"),
            _kim("p9", _INTERNATIONAL),
            _kim("p10", "010-1234-5678"),
            _kim("p12"),
        ],
        mended={
            4: [("1012345678", _INTERNATIONAL)],
            5: [("821012345678", _INTERNATIONAL)],
            10: [("０１０−１２３４−５６７８", "010-1234-5678")],  # noqa: RUF001
            11: [("821012345678.0", _INTERNATIONAL)],
            14: [("-", "")],
        },
        refused=[(2, "userPhnno"), (3, "userPhnno"), (13, "userPhnno")],
    ),
    Case(
        "korean-shop.csv",
        [
            ("", "김민수", "010-1234-5678", "minsu@example.com", "2026-01-01", "2027-12-31", None),
            ("", "이영희", "+82 10-2345-6789", None, "2026-01-02", "2027-12-31", None),
        ],
        mended={3: [("1023456789", "+82 10-2345-6789")]},
        maps={"주문일자": "strtYmd"},
        given=True,
    ),
    Case(
        "shopify-full-header.csv",
        [
            ("7000000000001", "Teodora Villaseñor", "+15550100002", "teo@example.com", *_DAYS, "one\ntwo"),
            ("7000000000002", None, "+15550100003", None, *_DAYS, None),
        ],
        given=True,
    ),
    Case(
        "stamp-balances.csv",
        [
            ("", "Kim Min-ji", "010-1234-5678", "kim@example.com", *_DAYS, None),
            ("", "Lee Jun", "010-9876-5432", "lee@example.com", *_DAYS, None),
        ],
        given=True,
        marks=(7, 10),
    ),
]
_EACH = pytest.mark.parametrize("case", _CASES, ids=lambda case: case.name)


def _stamps(data: Data, account_id: int) -> list[tuple[str | None, ...]]:
    rows = data.rows("SELECT * FROM stamp WHERE account_id = :account ORDER BY stamp_id", account=account_id)
    generated = 12
    return [tuple("" if name == "user_id" and len(row[name]) == generated else row[name] for name in _SHOWN) for row in rows]


def _marks(data: Data, account_id: int) -> list[tuple[int, list[tuple[str, int, int]]]]:
    """The count of each stamp, and its ledger."""
    found = data.rows("SELECT stamp_id, stamps FROM stamp WHERE account_id = :account ORDER BY stamp_id", account=account_id)
    return [(row["stamps"], [_counted(event) for event in data.ledger(row["stamp_id"])]) for row in found]


def _counted(event: dict[str, Any]) -> tuple[str, int, int]:
    return event["kind"], event["stamps_before"], event["stamps_after"]


def _issued_with(counts: Sequence[int]) -> list[tuple[int, list[tuple[str, int, int]]]]:
    return [(count, [("issued", 0, count)]) for count in counts]


@_EACH
def test_by_the_command(case: Case, command: InProcess, data: Data, tmp_path: Path) -> None:
    account = open_account(data, card_id=ALICES_CARD, now_us=1)
    path = Path(shutil.copy(_FILES / case.name, tmp_path / case.name))
    words: list[str | int] = ["--account", account.account_id]
    words += [word for column, field in case.maps.items() for word in ("--map", f"{column}={field}")]
    if case.given:
        words += ["--card", ALICES_CARD, "--start", _DAYS[0], "--end", _DAYS[1], "--ignore-unknown"]
    for dry_run in (True, False):
        done = command.json("stamp", "import", path, *words, *(["--dry-run"] if dry_run else []))
        shown = done.json
        refused = len({line for line, _ in case.refused})
        assert (shown["issued"], shown["refused"], shown["blankRows"]) == (len(case.stamps), refused, case.blank), done
        assert done.status == (1 if refused else 0)
        told = [(row["line"], row["from"], row["to"]) for row in shown["putRightValues"]]
        assert told == [(line, *values) for line, pairs in case.mended.items() for values in pairs]
        assert _stamps(data, account.account_id) == ([] if dry_run else case.stamps)
    assert _marks(data, account.account_id) == _issued_with(case.marks or [0] * len(case.stamps))
    report = tmp_path / case.name.replace(".csv", ".refused.csv")
    lines = report.read_text().splitlines() if report.exists() else []
    assert [line.split(",")[0] for line in lines[1:]] == [str(line) for line in dict.fromkeys(line for line, _ in case.refused)]
    assert all(f"{field}: " in "\n".join(lines) for _, field in case.refused)


class TestByTheDashboard:
    @pytest.fixture
    def owner(self, shop: Shop) -> Person:
        return shop.open_account(name="Tea & Co")

    @pytest.fixture
    def upload(self, shop: Shop, owner: Person) -> Callable[[str], tuple[DashboardClient, DashboardPage]]:
        def send(name: str) -> tuple[DashboardClient, DashboardPage]:
            dashboard = shop.dashboard(owner)
            content = (_FILES / name).read_bytes().replace(b"\n123", f"\n{owner.card_id}".encode())
            if name.startswith("utf16"):
                text = (_FILES / name).read_bytes().decode("utf-16").replace("\n123", f"\n{owner.card_id}")
                content = text.encode("utf-16")
            return dashboard, dashboard.follow(
                dashboard.upload(dashboard.get("/dashboard/imports/new"), "/dashboard/imports/new", "file", name, content)
            )

        return send

    @_EACH
    def test_it(
        self, case: Case, shop: Shop, owner: Person, upload: Callable[[str], tuple[DashboardClient, DashboardPage]]
    ) -> None:
        dashboard, page = upload(case.name)
        form = dict(page.form(f"{page.path}/check").values)
        columns = [name for name in form if name.startswith("column-")]
        chosen = {name: "" for name in columns if form[name] == "?"}
        header = (
            [cell.strip() for cell in (_FILES / case.name).read_text("utf-8-sig").splitlines()[0].split(",")]
            if case.maps
            else []
        )
        chosen |= {f"column-{header.index(column)}": field for column, field in case.maps.items()}
        fixed = {"strtYmd": _DAYS[0], "endYmd": _DAYS[1]} if case.given else {}
        dashboard.done(page, f"{page.path}/check", **chosen, **fixed)
        wait_for(lambda: "Checked, nothing issued yet" in dashboard.get(page.path).text)
        checked = dashboard.get(page.path)
        refused = len({line for line, _ in case.refused})
        assert f"Can be issued {len(case.stamps)} " in checked.text
        assert f"Refused {refused} " in checked.text
        assert (f"Blank rows, skipped {case.blank} " in checked.text) == bool(case.blank)
        _assert_told(case, checked)
        assert _stamps(shop.data, owner.account_id) == []
        dashboard.done(checked, f"{page.path}/issue")
        wait_for(lambda: " Done " in dashboard.get(page.path).text)
        _assert_told(case, dashboard.get(page.path))
        assert _stamps(shop.data, owner.account_id) == case.stamps
        assert _marks(shop.data, owner.account_id) == _issued_with(case.marks or [0] * len(case.stamps))


def _assert_told(case: Case, page: DashboardPage) -> None:
    count = sum(map(len, case.mended.values()))
    assert (f"Values fixed {count} " in page.text) == bool(count)
    for line, pairs in case.mended.items():
        for before, after in pairs:
            assert f"{before} {after}".strip() in page.text.split(f" {line} ", 1)[1]
    for _, field in case.refused:
        assert {"userPhnno": "Phone", "strtYmd": "First day of validity", "endYmd": "Last day of validity"}[field] in page.text
