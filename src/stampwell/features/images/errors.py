from stampwell.core.errors import FieldError
from stampwell.core.phrases import Phrase, translatable
from stampwell.web.errors import PageError


class PictureRefused(PageError):
    """`problem` says what is wrong with the file; it stands beside the field."""

    status = 400
    template = translatable("This picture cannot be used: {problem}")

    def __init__(self, problem: Phrase, *, field: str = "picture") -> None:
        super().__init__(problem=problem)
        self.problem = problem
        self.fields = (FieldError(field, problem),)
