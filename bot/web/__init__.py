"""The health and metrics page; it asks named checks that `bot/app.py` hands in and knows nothing else."""
