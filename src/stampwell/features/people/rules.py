"""What a name, an address and a password of somebody must be."""

from stampwell.core.emails import is_email_address
from stampwell.core.errors import FieldError, FieldsWrong
from stampwell.core.phrases import phrase
from stampwell.core.text import normalized
from stampwell.core.unseen import unseen_or
from stampwell.features.people.model import Role

_LONGEST_EMAIL = 254
_LONGEST_NAME = 100
_NO_EMAIL = phrase("must have the form of an e-mail address, such as name@example.com")
_SHORTEST_PASSWORD, _LONGEST_PASSWORD = 10, 200
# A letter may be typed as itself and up to three marks.
_LONGEST_TYPED = 4 * _LONGEST_PASSWORD
# What lists of stolen passwords begin with, as far as it reaches the least length.
_COMMONEST = ("password", "passw0rd", "1234567890", "0123456789", "qwertyuiop", "iloveyou", "abcdefghij", "letmein", "welcome1")


def email_problems(email: str) -> list[FieldError]:
    """What is wrong with an address. Whether it is known to us is not asked."""
    if len(email) <= _LONGEST_EMAIL and is_email_address(email):
        return []
    return [FieldError("email", unseen_or(email, _NO_EMAIL))]


def name_problems(name: str) -> list[FieldError]:
    """What is wrong with a person's name."""
    if name and len(name) <= _LONGEST_NAME and name.isprintable():
        return []
    problem = phrase("must have 1 to {most} printable characters", most=_LONGEST_NAME)
    return [FieldError("name", unseen_or(name, problem))]


def password_problems(password: str, *, email: str) -> list[FieldError]:
    """What is wrong with a new password."""
    if not _SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
        problem = phrase("must have {least} to {most} characters", least=_SHORTEST_PASSWORD, most=_LONGEST_PASSWORD)
        return [FieldError("password", problem)]
    folded = password.casefold()
    if folded == email.casefold() or len(set(password)) <= _SHORTEST_PASSWORD // 3 or folded.startswith(_COMMONEST):
        return [FieldError("password", phrase("is too easy to guess; a few words that only you know do well"))]
    return []


def role_of(text: str) -> Role:
    """The role of that name. Raises FieldsWrong."""
    if text not in set(Role):
        raise FieldsWrong([FieldError("role", phrase("choose one of the roles"))])
    return Role(text)


def normal(password: str) -> str:
    """The password in one spelling, whichever keyboard it is typed on."""
    return normalized("NFKC", password, longest=_LONGEST_TYPED)
