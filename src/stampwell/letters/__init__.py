"""Letters that the server sends by e-mail."""
