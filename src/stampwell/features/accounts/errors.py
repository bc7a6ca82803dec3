from stampwell.core.errors import AppError, OperatorError, PageError
from stampwell.core.phrases import translatable
from stampwell.features.accounts.model import Account


class AccountSuspended(AppError):
    code, status = 40303, 403
    template = translatable("This account is suspended. Ask the operator of this Stampwell to resume it.")
    when = "The account is suspended."


class AccountChanged(PageError):
    """present: the account as somebody else has left it."""

    status = 409
    template = translatable("Someone else has changed this account since you opened it. Your changes are not saved yet.")

    def __init__(self, present: Account) -> None:
        super().__init__()
        self.present = present


class AccountNotFound(OperatorError):
    def __init__(self, account_id: int) -> None:
        super().__init__(f"There is no account {account_id}. See: stampwell account list")


class AccountInvalid(OperatorError):
    """A name, a time zone or a country is wrong; the message says which."""
