"""kill -9 in the middle of an upgrade of old stamps, and a change beside it: it goes on, and nothing is lost."""

import json
import urllib.request
from typing import Any

from kit.data import Data
from kit.load import wait_for
from kit.people import open_account
from kit.process import Serve
from kit.projection import project
from kit.search_shop import NOW_US, SearchShop
from kit.upgrade import make_old
from stampwell.features.stamps.issuing import issue_batch
from stampwell.features.stamps.model import Issued
from stampwell.features.stamps.search.upgrading import read_place

_STAMPS = 3000
_KILLS = 2
_PATIENCE_S = 60.0


def test_every_stamp_is_upgraded_in_the_end(database_url: str, serve: Serve) -> None:
    with Data(database_url) as data:
        search_shop = SearchShop(data, open_account(data, now_us=NOW_US))
        drafts = [search_shop.draft("김민수", phone=f"010-5550-{number:04}") for number in range(_STAMPS)]
        stamps = [outcome.stamp_id for outcome in data.write(issue_batch, drafts) if isinstance(outcome, Issued)]
        assert len(stamps) == _STAMPS
        project(data)
        *others, last = stamps
        expected = _found_by(data, others)
        make_old(data)
        for _ in range(_KILLS):
            before = data.read(read_place).after_id
            server = serve(database_url=database_url)
            wait_for(lambda before=before: data.read(read_place).after_id > before)  # type: ignore[misc]
            server.kill()
            assert not data.read(read_place).finished
        server = serve(database_url=database_url)
        _change(server.base, search_shop.person.key, {"stampIdx": last, "userPhnno": "+82 10-5550-9999", "userNm": "Lee"})
        wait_for(lambda: data.read(read_place).finished, seconds=_PATIENCE_S)
        assert server.stop() == 0
        project(data)
        assert _found_by(data, others) == expected
        words = {"lee", f"u{_STAMPS}", "821055509999", "01055509999", "55509999", "9999", f"-{_STAMPS}"}
        assert _found_by(data, [last]) == {last: ("821055509999", words)}


def _found_by(data: Data, stamps: list[int]) -> dict[int, tuple[str, set[str]]]:
    """Digits and words of each."""
    wanted = set(stamps)
    found: dict[int, tuple[str, set[str]]] = {
        row["stamp_id"]: (row["user_phone_digits"], set())
        for row in data.rows("SELECT stamp_id, user_phone_digits FROM stamp")
        if row["stamp_id"] in wanted
    }
    for row in data.rows("SELECT stamp_id, word FROM stamp_word"):
        if row["stamp_id"] in wanted:
            found[row["stamp_id"]][1].add(row["word"])
    return found


def _change(base: str, api_key: str, body: dict[str, Any]) -> None:
    request = urllib.request.Request(
        f"{base}/api/stamp/v1/update",
        json.dumps(body).encode(),
        {"Authorization": f"APIKey {api_key}", "Content-Type": "application/json"},
        method="PUT",
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        assert json.load(answer)["code"] == 0
