"""How people come in and go: signing in, invitations, new passwords."""
