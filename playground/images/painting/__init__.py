"""Paints offline with Pillow: from the words of a prompt to an encoded picture; knows nothing of HTTP."""
