"""What a sale did to a stamp, and what its reversal was answered there."""

from typing import NamedTuple


class SaleOnStamp(NamedTuple):
    """What a sale did to a stamp.

    added: marks, None where it added none. on_the_way: the marks of each reward on the way that it handed out. last: the marks
    of the last reward, None where it did not hand that out. Both may be the same number, on different cards.
    """

    added: int | None = None
    on_the_way: tuple[int, ...] = ()
    last: int | None = None

    @property
    def handed_out(self) -> tuple[int, ...]:
        """The marks of each reward, the last one at the end."""
        return (*self.on_the_way, *(() if self.last is None else (self.last,)))


class Reversal(NamedTuple):
    """What the reversal of a sale did for one of its stamps, as the API answers it.

    removed: marks taken back, from its successors too; short: marks of the sale that were no longer there. returned: the marks
    of each reward that is owed again.
    """

    stamp_id: int
    code: str
    removed: int
    short: int
    returned: tuple[int, ...]
