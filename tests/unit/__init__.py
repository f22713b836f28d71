"""Unit tests: one room at a time, no server."""
