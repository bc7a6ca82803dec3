"""One merchant organisation: it owns everything else."""
