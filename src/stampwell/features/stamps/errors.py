from stampwell.core.errors import AppError


class StampNotFound(AppError):
    code, status = 40403, 404
    template = "stampIdx: there is no stamp {stamp}."
    when = "The account has no such stamp; another account's stamp is answered the same."
