"""The account: its settings, and the log of everything that anybody did in it."""
