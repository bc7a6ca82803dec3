"""What is wrong with a field, in words for the people of a shop: what to enter or choose, and no name of the API."""

from collections.abc import Mapping
from types import MappingProxyType

from stampwell.core.day_words import day_in_words
from stampwell.core.days import parse_ymd
from stampwell.core.errors import FieldError
from stampwell.core.model_problems import TOO_LONG, TOO_SHORT
from stampwell.core.phrases import Counted, Phrase, Template, counted, translatable

_A_DAY = translatable("Enter a day, such as 2027-12-31.")
_A_NUMBER = translatable("Enter a whole number, such as 10.")
_A_LINK = translatable("Enter a link that begins with https://.")
_AN_ADDRESS = translatable("Enter an address such as https://shop.example/stampwell.")
_FROM_DAY = translatable("Choose {day} or later.")
_INVISIBLE = translatable("This has line breaks or invisible characters in it. Remove them.")
_A_NAME = translatable("Enter a name of at most {most} characters.")

_MISSING: Mapping[str, str] = MappingProxyType(
    {
        "cardIdx": translatable("Choose a card."),
        "cardNm": translatable("Enter a name."),
        "accountNm": translatable("Enter a name."),
        "locationNm": translatable("Enter a name."),
        "name": translatable("Enter a name."),
        "maxStamps": translatable("Enter how many stamps make the card full."),
        "strtYmd": translatable("Choose the first day."),
        "endYmd": translatable("Choose the last day."),
        "orderRef": translatable("Enter the number of the sale."),
        "url": translatable("Enter an address."),
        "domain": translatable("Enter a domain."),
        "stamps": translatable("Enter a number."),
        "rewardTtl": translatable("Enter the name of the reward."),
    }
)
_NOTHING_ENTERED = translatable("Fill this in.")
_ABSENT = ("required", "must have at least one character that is not a space")

_FOR_PEOPLE: Mapping[str, Template] = MappingProxyType(
    {
        # Of any request: core/model_problems.py, core/fields.py, core/unseen.py.
        "must be an integer, such as 123, without quotes or a decimal point": _A_NUMBER,
        "must be an integer: send {number} without quotes": _A_NUMBER,
        "must be an integer, such as 123": _A_NUMBER,
        TOO_LONG.many: counted("max_length", "Use {max_length} character at most.", "Use at most {max_length} characters."),
        TOO_SHORT.many: counted("min_length", "Use at least {min_length} character.", "Use at least {min_length} characters."),
        "must have at most {max_length} items": counted(
            "max_length", "Choose {max_length} at most.", "There can be at most {max_length} of them."
        ),
        "must be one of {expected}": translatable("Enter one of these: {expected}."),
        "must be at least {ge}": translatable("Enter {ge} or more."),
        "must be at most {le}": translatable("Enter {le} or less."),
        "must not contain control characters": _INVISIBLE,
        "must be a date as a string, such as 2025-12-31": _A_DAY,
        "must be a real calendar day written YYYY-MM-DD, such as 2025-12-31": _A_DAY,
        "must have the form of an e-mail address, such as name@example.com": translatable(
            "Enter an e-mail address, such as name@example.com."
        ),
        "must be an origin such as https://stamps.example.com, without a path": translatable(
            "Enter an address such as https://stamps.example.com, with nothing after it."
        ),
        "must be a URL that begins with https:// and names a host": _A_LINK,
        "must be a stamp's number (an integer), its code (16 letters and digits) or its link": translatable(
            "Enter the code, link or number of a card."
        ),
        "has {what} ({code}) at the start: remove it": translatable(
            "This begins with something invisible ({what}). Remove it."
        ),
        "has {what} ({code}) at the end: remove it": translatable("This ends with something invisible ({what}). Remove it."),
        "has {what} ({code}) inside: remove it": translatable("This has something invisible in it ({what}). Remove it."),
        # Of a customer's card: features/stamps.
        "must not be before strtYmd ({start})": _FROM_DAY,
        "must not be before regStrtYmd ({start})": _FROM_DAY,
        "must not be after endYmd ({end})": translatable("Choose {day} or earlier."),
        "must be at most {years} years from today: {latest} or earlier": translatable(
            "Choose {day} or earlier: a card is valid for at most {years} years from today."
        ),
        "must have digits, in any spelling, such as +1 123-4567-8900": translatable("Enter a phone number with digits."),
        "must be at most {max_stamps}, as many as the card takes": counted(
            "max_stamps", "This card takes {max_stamps} stamp at most.", "This card takes at most {max_stamps} stamps."
        ),
        "must be another stamp than fromStampIdx": translatable("Choose another card than this one."),
        "there is no card {card_id}; its number, the Card IDX, is on the Stamp Card page": translatable(
            "There is no card {card_id}. The Card IDX of each card is on the Stamp Card page."
        ),
        "card {card_id} is archived or switched off, so it takes no new stamps": translatable(
            "Card {card_id} is archived or switched off, so it can't be issued."
        ),
        # Of a card design: features/cards.
        "required, because onsiteYn is Y": translatable("Enter a staff password, or let customers redeem by themselves."),
        "must be less than the goal, {goal}: the reward of the last mark is rewardTtl": translatable(
            "Enter less than {goal}: the last stamp has the card's own reward."
        ),
        "another reward has {stamps} as well: give each a number of its own": translatable(
            "Another reward is at {stamps} too. Choose a different number."
        ),
        "must be more than {stamps}, where the card has a reward on the way: choose a larger goal, or change rewards as well": (
            translatable("There is a reward at {stamps} stamps. Choose a larger number, or move that reward.")
        ),
        "choose the column that has it, or give one value for all rows": translatable(
            "Choose the column that has it, or one value for all rows."
        ),
        # Of people, locations, domains and webhooks.
        "must have 1 to {most} printable characters": _A_NAME,
        "must have {least} to {most} characters": translatable("Use {least} to {most} characters."),
        "is too easy to guess; a few words that only you know do well": translatable(
            "This password is too easy to guess. Use a few words that only you know."
        ),
        "choose one of the roles": translatable("Choose a role."),
        "somebody signs in with this address already; use another one": translatable(
            "Someone already signs in with this address. Use another one."
        ),
        "location {location_id} is already called {name}; choose another name, or use that location": translatable(
            "Another location is already called {name}. Choose a different name."
        ),
        "an account has at most {most} locations; rename one that is not used any more": translatable(
            "A shop can have {most} locations. Rename one that you don't use any more."
        ),
        "must be a domain such as https://stamps.example.com, without a path": translatable(
            "Enter a domain such as stamps.example.com, with nothing after it."
        ),
        "must begin with https://, because the links of stamps do": _A_LINK,
        "must have no port: certificates are made for the usual one": translatable(
            "Leave out the colon and the number after it."
        ),
        "must be the full name of a domain such as stamps.example.com, not an address or a short name": translatable(
            "Enter the full name of a domain, such as stamps.example.com."
        ),
        "is a domain of this Stampwell itself: every account can use it, without registering it": translatable(
            "Every shop on this server can use this domain already. There is no need to add it."
        ),
        "is one too many: an account can have {most}. Remove one first.": translatable(
            "A shop can have {most} domains. Remove one first."
        ),
        "must be a URL such as https://shop.example/stampwell": _AN_ADDRESS,
        "must begin with https://": translatable("The address must begin with https://."),
        "must begin with https://: by http only those addresses are reached that {setting} lists": translatable(
            "The address must begin with https://. Without it only addresses that the server's operator lists can be used."
        ),
        "must not have a fragment: remove the # and what follows it": translatable("Remove the # and what follows it."),
        "must not have a user name or a password: remove the @ and what stands before it": translatable(
            "The address has a user name or password in it. Remove the @ and what is before it."
        ),
        "must have a port from 1 to 65535, or none": translatable("The number after the colon must be between 1 and 65535."),
        "must have its IP address as four decimal numbers, such as 192.0.2.1": translatable(
            "Write the IP address as four numbers, such as 192.0.2.1."
        ),
        "must not be an address that is not public: {address} has to be listed in {setting} by the operator of this server": (
            translatable("{address} is a private address. The server's operator has to allow it first ({setting}).")
        ),
        "an account has at most {most} webhooks; change or delete one that is not used any more": translatable(
            "A shop can have {most} webhooks. Change or delete one that you don't use any more."
        ),
    }
)
"""By the problem's English template, of a counted one that for many."""

_DAYS = ("start", "end", "latest")

# What has to have one character has to be there.
_ANYTHING = 1


def problem_in_words(row: FieldError) -> Phrase:
    """The problem as people read it. One that has no words of its own here is said as it is."""
    template, values = row.problem
    english = template.many if isinstance(template, Counted) else template
    if english in _ABSENT or (template == TOO_SHORT and values["min_length"] == _ANYTHING):
        return Phrase(_MISSING.get(row.field.rpartition(".")[2], _NOTHING_ENTERED), {})
    words = _FOR_PEOPLE.get(english)
    if words is None:
        return row.problem
    day = next((day for name in _DAYS if (day := parse_ymd(str(values.get(name)))) is not None), None)
    return Phrase(words, values if day is None else {**values, "day": day_in_words(day)})
