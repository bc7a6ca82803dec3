"""How far the clock of the server can be believed."""
