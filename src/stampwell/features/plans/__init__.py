"""What an account may do, and how often: a table that an operator can replace."""
