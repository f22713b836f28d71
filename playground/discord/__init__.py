"""The local Discord: its REST API and its gateway on loopback; the page and the image gateway live beside it."""
