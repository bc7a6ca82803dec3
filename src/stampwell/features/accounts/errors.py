from stampwell.core.errors import AppError, OperatorError
from stampwell.core.phrases import translatable


class AccountSuspended(AppError):
    code, status = 40303, 403
    template = translatable("This account is suspended. Ask the operator of this Stampwell to resume it.")
    when = "The account is suspended."


class AccountNotFound(OperatorError):
    def __init__(self, account_id: int) -> None:
        super().__init__(f"There is no account {account_id}. See: stampwell account list")


class AccountInvalid(OperatorError):
    """A name, a time zone or a country is wrong; the message says which."""
