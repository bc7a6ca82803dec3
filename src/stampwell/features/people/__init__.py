"""The people who work in an account: who they are, what they may do, and where they are signed in."""
