"""Locations: the branches, counters and stalls of a shop."""
