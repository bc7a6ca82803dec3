"""E-mail that the server sends."""
