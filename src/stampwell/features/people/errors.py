from stampwell.core.errors import OperatorError, PageError
from stampwell.core.phrases import translatable


class SignInRefused(PageError):
    status = 403
    template = translatable("That e-mail address and password do not belong together. Check both and try again.")


class SignInLocked(PageError):
    status = 429
    template = translatable("Too many tries. Wait {minutes} min, then try again, or ask for a new password.")


class LinkSpent(PageError):
    status = 404
    template = translatable(
        "This link is not valid any more: it was used, it is too old, or it is not whole. Ask for a new one."
    )


class LastOwner(PageError):
    status = 409
    template = translatable("{name} is the only owner. Make somebody else an owner first.")


class PersonNotFound(PageError):
    status = 404
    template = translatable("There is no such person in this shop.")


class ShopNotFound(PageError):
    status = 404
    template = translatable("You do not work in that shop.")


class SessionNotFound(PageError):
    status = 404
    template = translatable("You are not signed in there any more.")


class NoSuchPerson(OperatorError):
    def __init__(self, email: str) -> None:
        super().__init__(f"Nobody signs in as {email}. See: stampwell person list ACCOUNTIDX")


class SeveralPeople(OperatorError):
    def __init__(self, email: str, accounts: list[int]) -> None:
        super().__init__(
            f"{email} is the address of more than one person, or of one in more than one account: "
            f"{', '.join(map(str, accounts))}. Say which: --account ACCOUNTIDX"
        )


class AddressInvalid(OperatorError):
    """The address is none; the message says why."""


class InvitationInvalid(OperatorError):
    """The address or the role is wrong; the message says which."""
