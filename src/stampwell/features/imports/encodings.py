"""Encodings that files may have: the names they go by, and what they are called for people."""

import codecs
from collections.abc import Mapping
from types import MappingProxyType

from stampwell.core.phrases import translatable

UTF_8 = "utf-8"
UTF_16_LE, UTF_16_BE = "utf-16-le", "utf-16-be"
UTF_16 = frozenset({UTF_16_LE, UTF_16_BE})
KOREAN, JAPANESE, WESTERN = "cp949", "cp932", "cp1252"

ENCODINGS: Mapping[str, str] = MappingProxyType(
    {
        UTF_8: translatable("UTF-8"),
        KOREAN: translatable("Korean (CP949, EUC-KR)"),
        JAPANESE: translatable("Japanese (CP932, Shift-JIS)"),
        WESTERN: translatable("Western European (CP1252)"),
        UTF_16_LE: translatable("UTF-16, little-endian"),
        UTF_16_BE: translatable("UTF-16, big-endian"),
        "euc_jp": translatable("Japanese (EUC-JP)"),
        "gb18030": translatable("Chinese, simplified (GB18030)"),
        "cp950": translatable("Chinese, traditional (Big5)"),
        "cp1250": translatable("Central European (CP1250)"),
        "cp1251": translatable("Cyrillic (CP1251)"),
    }
)
"""Codec -> what it is called. The likeliest first."""

# Names that programs write for an encoding of which ours holds all characters, as Windows does by the standard's name.
_WIDER = {
    "ascii": UTF_8,
    "utf-8-sig": UTF_8,
    "utf-16": UTF_16_LE,
    "euc_kr": KOREAN,
    "shift_jis": JAPANESE,
    "iso8859-1": WESTERN,
    "iso8859-2": "cp1250",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "cp950",
}
# Names that are usual elsewhere, and that Python does not know in every version.
_ELSEWHERE = {"windows-31j": JAPANESE, "ms949": KOREAN, "uhc": KOREAN, "windows-949": KOREAN}


def find_encoding(name: str) -> str | None:
    """The codec of that name or another name of it, such as `EUC-KR`; None for one that files are not read in."""
    try:
        codec = codecs.lookup(_ELSEWHERE.get(name.casefold(), name)).name
    except (LookupError, ValueError):
        return None
    codec = _WIDER.get(codec, codec)
    return codec if codec in ENCODINGS else None


def errors_of(codec: str) -> str:
    """How bytes that are no characters come through: as lone surrogates, by which a row with them is known."""
    return "surrogatepass" if codec in UTF_16 else "surrogateescape"
