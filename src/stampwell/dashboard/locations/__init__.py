"""Locations: the list, one location, and the choice of some on other pages."""
