from stampwell.core.errors import AppError, OperatorError
from stampwell.core.phrases import translatable


class DomainNotFound(AppError):
    code, status = 40404, 404
    template = translatable(
        "domain: {origin} is not a verified domain of this account. Register it under Link Domain Management in the "
        "dashboard, or leave domain out to use the default."
    )
    when = "The domain is not registered and verified for this account."


class DomainInvalid(OperatorError):
    """The origin is wrong or taken; the message says which."""


class NoSuchDomain(OperatorError):
    def __init__(self, domain: str) -> None:
        super().__init__(f"There is no domain {domain} in this account. See: stampwell domain list")
