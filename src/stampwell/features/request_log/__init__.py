"""The log of the API requests of the last days: when, what, how it went and how long it took; nothing of what was said."""
