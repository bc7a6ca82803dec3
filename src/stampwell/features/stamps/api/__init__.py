"""The API of stamps: routes and their handlers."""
