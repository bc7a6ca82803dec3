from stampwell.core.errors import AppError, FieldError
from stampwell.core.phrases import Phrase, translatable


class PictureRefused(AppError):
    """Only pages take pictures, so the contract has no code for it. The field is named by who asked for the picture."""

    code, status = 0, 400
    template = translatable("{problem}")
    when = ""

    def __init__(self, problem: Phrase, *, field: str = "picture") -> None:
        super().__init__(problem=problem)
        self.problem = problem
        self.fields = (FieldError(field, problem),)
