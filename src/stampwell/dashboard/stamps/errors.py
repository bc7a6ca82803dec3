from stampwell.core.errors import PageError
from stampwell.core.phrases import translatable
from stampwell.features.stamps.model import Stamp


class StampChanged(PageError):
    """`present`: the stamp as somebody else has left it."""

    status = 409
    template = translatable("Someone else changed this card while you had it open. Your changes aren't saved yet.")

    def __init__(self, present: Stamp) -> None:
        super().__init__()
        self.present = present
