from stampwell.core.errors import AppError
from stampwell.core.phrases import translatable


class PlanLacksApi(AppError):
    code, status = 40301, 403
    template = translatable("The {plan} plan does not include the stamp API. It comes with the {needed} plan or a higher one.")
    when = "The account's plan does not include this endpoint; the message names the plan that does."


class PlanLacksCustomDomains(AppError):
    code, status = 40302, 403
    template = translatable(
        "domain: the {plan} plan does not include custom domains. They come with the {needed} plan or a higher one; "
        "leave domain out to use the default."
    )
    when = "The account's plan does not include custom domains; the message names the plan that does."
