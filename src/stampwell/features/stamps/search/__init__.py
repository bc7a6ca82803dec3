"""Searching the stamps of an account, and the search index."""
