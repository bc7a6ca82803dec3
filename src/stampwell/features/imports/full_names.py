"""Names of people from their parts."""

_SYLLABLES = ("가", "힣")
_EAST_ASIAN = (("\u2e80", "\u30ff"), ("\u3400", "\u9fff"), ("\uf900", "\ufaff"), _SYLLABLES)
_KANA = ("\u3041", "\u30ff")


def full_name(family: str, given: str) -> str:
    """As it is said where the name comes from: in Korean, Japanese and Chinese the family name comes first."""
    if not (family and given):
        return family or given
    if not _is_of(family + given, *_EAST_ASIAN):
        return f"{given} {family}"
    # Japanese names in kana need the space to be read; the others are written without one.
    has_kana = any(_KANA[0] <= char <= _KANA[1] for char in family + given)
    return f"{family} {given}" if has_kana else f"{family}{given}"


def _is_of(text: str, *scripts: tuple[str, str]) -> bool:
    return all(char.isspace() or any(first <= char <= last for first, last in scripts) for char in text)
