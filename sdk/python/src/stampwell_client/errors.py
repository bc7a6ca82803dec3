"""What can go wrong with a call. Every exception can be pickled, and none holds the API key."""


class StampwellError(Exception):
    """Anything that goes wrong with a call.

    `idempotency_key` is the key that the call was sent with: the same call with the same key is safe to make again, also
    where nobody knows whether the first was carried out. None for calls that only read.
    `retry_after_s` is how long the server asked to wait, None if it did not.
    """

    idempotency_key: str | None = None
    retry_after_s: float | None = None


class TransportError(StampwellError):
    """No answer came: no connection, a time-out, a connection that broke. The call may have been carried out or not."""


class UnexpectedAnswer(StampwellError):
    """Something answered that is not Stampwell, such as a proxy; or Stampwell in words that this client does not know."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message, status)
        self.message = message
        self.status = status

    def __str__(self) -> str:
        return self.message
