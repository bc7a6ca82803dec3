"""The list of an account's stamps for people: filters and orders that the API does not have."""
