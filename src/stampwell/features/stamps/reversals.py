"""What a sale did to a stamp, and what its reversal was answered there."""

from typing import NamedTuple


class SaleOnStamp(NamedTuple):
    """What a sale did to a stamp. added: marks, None where it added none. handed_out: the marks of each reward."""

    added: int | None
    handed_out: tuple[int, ...]


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
