from stampwell.core.errors import PageError
from stampwell.core.phrases import translatable
from stampwell.features.stamps.model import Stamp


class StampChanged(PageError):
    """`present`: the stamp as somebody else has left it."""

    status = 409
    template = translatable("Somebody else has changed this stamp since you opened it. Nothing of yours was saved yet.")

    def __init__(self, present: Stamp) -> None:
        super().__init__()
        self.present = present
