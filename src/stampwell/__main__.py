"""`python -m stampwell` is the `stampwell` command."""

from stampwell.cli import main

main()
