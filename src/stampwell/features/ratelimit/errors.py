from stampwell.core.errors import AppError
from stampwell.core.phrases import translatable


class RateLimited(AppError):
    code, status = 42901, 429
    template = translatable(
        "The {plan} plan allows {quota} requests {window}, and they are used up. "
        "Wait {retry_after_s} s, or ask for a higher plan."
    )
    when = "The plan's rate limit is used up; wait as many seconds as `Retry-After` says."
