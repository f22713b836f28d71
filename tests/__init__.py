"""The whole suite; each folder says what it is about."""
