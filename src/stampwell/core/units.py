"""Units of time, and how far whole numbers go."""

SECOND_US = 1_000_000
"""A second, in microseconds: instants and durations are stored in these."""
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US

HOUR_S = 3600
DAY_S = 24 * HOUR_S

# SQLite and PostgreSQL both count up to here.
LARGEST_INTEGER = 2**63 - 1
SMALLEST_INTEGER = -(2**63)

ABOVE_ALL = (LARGEST_INTEGER, LARGEST_INTEGER)
BELOW_ALL = (SMALLEST_INTEGER, SMALLEST_INTEGER)
"""Where walks over pairs of numbers begin or end: beyond every row, whichever way they go."""
