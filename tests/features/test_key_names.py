"""What an API key may be called."""

import pytest

from kit.data import Data
from kit.people import open_account
from stampwell.core.actors import OPERATOR
from stampwell.features.keys import service
from stampwell.features.keys.errors import KeyInvalid
from stampwell.features.keys.model import ALL_SCOPES

NOW_US = 1_772_400_000_000_000


@pytest.mark.one_database
def test_names(data: Data) -> None:
    account_id = open_account(data, now_us=NOW_US).account_id

    def create(name: str) -> str:
        return data.write(
            service.create, account_id, name=name, scopes=ALL_SCOPES, expires_at=None, actor=OPERATOR, now_us=NOW_US
        ).stored.name

    assert [create(name) for name in ("", "K" * 100)] == ["", "K" * 100]
    for wrong, problem in (("K" * 101, "at most 100 printable characters"), ("till \x07 one", "has a control character")):
        with pytest.raises(KeyInvalid, match=problem):
            create(wrong)
