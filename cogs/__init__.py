"""Discord commands, one family per file."""
