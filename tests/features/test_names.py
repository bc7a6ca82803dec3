"""Where the given name may begin in an East Asian name, up to the longest text that is one person's name."""

import pytest

from stampwell.features.stamps.search.east_asian_names import names_within


@pytest.mark.parametrize(
    ("parts", "within"),
    [
        # Korean: one syllable, or two for the few families that have two; up to five in all.
        (["김민수"], ["민수"]),
        (["김가힣"], ["가힣"]),
        (["남궁민"], ["민", "궁민"]),
        (["남궁"], ["궁"]),
        (["가나다라마"], ["나다라마"]),
        (["가나다라마바"], []),
        # Han: after one to three characters; up to six in all.
        (["山田"], ["田"]),
        (["佐々木太郎"], ["々木太郎", "木太郎", "太郎"]),
        (["一二三四五六"], ["二三四五六", "三四五六", "四五六"]),
        (["一二三四五六七"], []),
        # Kana: after two to four, and two stay; up to eight in all.
        (["さとう"], []),
        (["やまだこ"], ["だこ"]),
        (["すずきはなこ"], ["きはなこ", "はなこ", "なこ"]),
        (["あいうえおかきく"], ["うえおかきく", "えおかきく", "おかきく"]),
        (["あいうえおかきくけ"], []),
        # With a space the parts are names already, and all of it together is one where it is short.
        (["김", "민수"], ["김민수"]),
        (["남궁", "민"], ["남궁민"]),
        (["山田", "太郎"], ["山田太郎"]),
        (["あいうえ", "おかきく"], ["あいうえおかきく", "うえ", "きく"]),
        (["あいうえお", "かきくけ"], ["うえお", "えお", "くけ"]),
        (["Kim", "민수"], []),
        (["kim"], []),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else value,
)
def test_names_within_a_name(parts: list[str], within: list[str]) -> None:
    assert names_within(parts) == within
