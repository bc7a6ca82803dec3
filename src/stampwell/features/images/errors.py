from stampwell.core.errors import FieldError, PageError
from stampwell.core.phrases import Phrase, translatable


class PictureRefused(PageError):
    """`problem` says what is wrong with the file; it stands beside the field."""

    status = 400
    template = translatable("This picture cannot be used: {problem}")

    def __init__(self, problem: Phrase, *, field: str = "picture") -> None:
        super().__init__(problem=problem)
        self.problem = problem
        self.fields = (FieldError(field, problem),)
