from stampwell.core.errors import PageError
from stampwell.core.phrases import translatable
from stampwell.features.accounts.model import Account


class AccountChanged(PageError):
    status = 409
    template = translatable("Somebody else has changed this account since you opened it. Nothing of yours was saved yet.")

    def __init__(self, present: Account) -> None:
        super().__init__()
        self.present = present
