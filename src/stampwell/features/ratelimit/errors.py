from stampwell.core.errors import AppError
from stampwell.core.phrases import counted


class RateLimited(AppError):
    code, status = 42901, 429
    template = counted(
        "quota",
        "The {plan} plan allows {quota} request {window}, and it is used up. Wait {retry_after_s} s, or ask for a higher plan.",
        "The {plan} plan allows {quota} requests {window}, and they are used up. "
        "Wait {retry_after_s} s, or ask for a higher plan.",
    )
    when = "The plan's rate limit is used up; wait as many seconds as `Retry-After` says."
