"""What repeats in a file: known without keeping every row of it in memory."""

from collections import Counter
from collections.abc import Iterable

# 16 MiB, whatever the file's size: of a million different rows, some hundred keys are taken for repeated ones in vain.
_FILTER_BITS = 2**27
# Bits a key: more of them would find less in vain up to that size, and more beyond.
_BITS = 4


class Repetitions:
    """Which keys come more than once: `note` all of them, then ask."""

    def __init__(self) -> None:
        self._seen = bytearray(_FILTER_BITS // 8)
        self._repeated: set[bytes] = set()

    def note(self, key: bytes) -> None:
        """`key`: at least sixteen bytes of a digest."""
        number = int.from_bytes(key[: 4 * _BITS])
        seen, fresh = self._seen, False
        for _ in range(_BITS):
            byte, bit = (number & _FILTER_BITS - 1) >> 3, 1 << (number & 7)
            if not seen[byte] & bit:
                seen[byte] |= bit
                fresh = True
            number >>= 32
        if not fresh:
            self._repeated.add(key)

    def __contains__(self, key: bytes) -> bool:
        """Whether it came more than once; of some that came once, too."""
        return key in self._repeated

    def __bool__(self) -> bool:
        return bool(self._repeated)


class Occurrences:
    """Tells equal rows of a file apart, and counts the rows of a customer.

    Passes over the rows: `note` what each is known by; if there are any repeated ones, `count` those of customers that come
    more than once; then `number` every row.
    """

    def __init__(self) -> None:
        self._repetitions = Repetitions()
        self._numbers: Counter[bytes] = Counter()
        self._counts: Counter[int] = Counter()

    def note(self, keys: Iterable[bytes]) -> None:
        for key in keys:
            self._repetitions.note(key)

    @property
    def any_repeated(self) -> bool:
        return bool(self._repetitions)

    def may_repeat(self, key: bytes) -> bool:
        return key in self._repetitions

    def count(self, keys: Iterable[int]) -> None:
        self._counts.update(keys)

    def counted(self, key: int) -> int:
        return self._counts[key]

    def number(self, fingerprint: bytes) -> int:
        """How many rows like this one there have been, with this one."""
        if fingerprint not in self._repetitions:
            return 1
        self._numbers[fingerprint] += 1
        return self._numbers[fingerprint]
