"""East Asian names, which are written without a space between family and given name, or with one. Pure.

A given name is found without the family name: 김민수 by 민수. Where a family name ends is not known of Chinese and Japanese
ones, so that every place where it may is one.
"""

from collections.abc import Iterable, Sequence

# Korean family names have one syllable, but for these.
_OF_TWO_SYLLABLES = frozenset(
    {"남궁", "황보", "제갈", "선우", "사공", "독고", "서문", "동방", "망절", "소봉", "어금", "장곡", "강전"}
)
# Longer texts are no names of one person.
_LONGEST_KOREAN, _LONGEST_HAN, _LONGEST_KANA = 5, 6, 8
_LONGEST_TOGETHER = 8
_SHORTEST_ALONE, _SHORTEST_BESIDE_OTHERS = 2, 3


def names_within(parts: Sequence[str]) -> list[str]:
    """Given names in those parts of a name, folded, and all of the parts together where they may be one name."""
    together = "".join(parts)
    joined = [together] if len(parts) > 1 and len(together) <= _LONGEST_TOGETHER and all(map(_is_east_asian, parts)) else []
    # Where there are spaces, short parts are a family name or a given name each.
    shortest = _SHORTEST_ALONE if len(parts) == 1 else _SHORTEST_BESIDE_OTHERS
    return [*joined, *(part[start:] for part in parts if len(part) >= shortest for start in _given_names_begin(part))]


def _given_names_begin(part: str) -> Iterable[int]:
    length = len(part)
    if all(map(_is_hangul, part)):
        if length > _LONGEST_KOREAN:
            return ()
        return (2, 1) if part[:2] in _OF_TWO_SYLLABLES and length > 2 else (1,)  # noqa: PLR2004
    if all(map(_is_kana, part)):
        return range(2, min(5, length - 1)) if length <= _LONGEST_KANA else ()
    if all(_is_han(char) or _is_kana(char) for char in part):
        return range(1, min(4, length)) if length <= _LONGEST_HAN else ()
    return ()


def _is_east_asian(part: str) -> bool:
    return all(_is_hangul(char) or _is_han(char) or _is_kana(char) for char in part)


def _is_hangul(char: str) -> bool:
    return "가" <= char <= "힣"


def _is_kana(char: str) -> bool:
    return "\u3041" <= char <= "\u3096" or "\u30a1" <= char <= "\u30fc"


def _is_han(char: str) -> bool:
    # 々 repeats the one before.
    return "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or "\U00020000" <= char <= "\U0003ffff" or char == "々"
