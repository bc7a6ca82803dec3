"""What everything else stands on: no IO and no import of ours."""
