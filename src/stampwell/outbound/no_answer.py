"""Why a request got no answer."""

from typing import Literal

from stampwell.core.phrases import Phrase, english

Kind = Literal[
    "wrong URL",
    "name not found",
    "address not allowed",
    "not reachable",
    "timed out",
    "certificate not valid",
    "no TLS",
    "no HTTP",
    "broken off",
    "headers too long",
]


class NoAnswer(Exception):
    """No answer in HTTP came. The text of the exception is `problem` in English: one sentence for the merchant.

    cause: the technical word for it, if there is one, such as `Connection refused`. address: what was judged and not allowed;
    for the log of the operator only, because it may say something of an internal network.
    """

    def __init__(self, kind: Kind, problem: Phrase, *, cause: str = "", address: str | None = None) -> None:
        super().__init__(problem.said(english))
        self.kind = kind
        self.problem = problem
        self.cause = cause
        self.address = address
