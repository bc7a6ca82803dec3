from stampwell.core.errors import AppError, OperatorError
from stampwell.core.phrases import translatable


class LocationNotFound(AppError):
    """`field`: where the number was given."""

    code, status = 40406, 404
    template = translatable(
        "{field}: this account has no location {location_id}. Its locations and their numbers are listed by: "
        "GET /api/location/v1/list"
    )
    when = "The account has no such location; another account's location is answered the same."


class LocationInvalid(OperatorError):
    """The name of the location is wrong or taken; the message says which."""
