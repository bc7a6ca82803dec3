"""Limits that everything shares."""

# SQLite and PostgreSQL both count up to here.
LARGEST_INTEGER = 2**63 - 1
SMALLEST_INTEGER = -(2**63)
