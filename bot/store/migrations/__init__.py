"""Numbered migrations, never edited after a release; `bot/store/migrate.py` applies them at start."""
