"""Browser tests: the page in a real Chromium."""
