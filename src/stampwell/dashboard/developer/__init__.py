"""Developer API: keys, what they have asked for, and how much of the plan is used."""
