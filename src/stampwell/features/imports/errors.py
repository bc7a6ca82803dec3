from stampwell.core.phrases import Phrase, english


class ImportRefused(Exception):
    """What is asked of an import cannot be done now; `problem` says why. Only the dashboard asks, so it has no code."""

    def __init__(self, problem: Phrase) -> None:
        super().__init__(problem.said(english))
        self.problem = problem


class JobNotFound(Exception):
    """The account has no such import; another account's is answered the same."""


class LeaseLost(Exception):
    """The job was stopped or taken over: whoever had it lets go, and nothing of the chunk in hand stays."""
