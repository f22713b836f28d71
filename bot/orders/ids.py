"""Short ids: ten characters of Crockford's base32, hard to misread and safe in file names."""

from collections.abc import Callable

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base32 without i, l, o and u. https://www.crockford.com/base32.html (read 2026-11-20)."""

LENGTH = 10


def new_id(random_bytes: Callable[[int], bytes]) -> str:
    """Return a fresh id: 50 bits from `random_bytes`, so that a million ids collide with odds of 1 in 2,000."""
    number = int.from_bytes(random_bytes(7), "big")
    return "".join(ALPHABET[number >> shift & 31] for shift in range(0, 5 * LENGTH, 5))


def is_id(text: str) -> bool:
    """Say whether the text has the shape of an id (already lower-case)."""
    return len(text) == LENGTH and all(letter in ALPHABET for letter in text)


def read_id(text: str) -> str | None:
    """Read an id as people type it: any case, i and l for 1, o for 0, around it a file name or spaces."""
    core = text.strip().lower().removeprefix("spoiler_").removeprefix("easel-").split(".")[0]
    core = core.translate(str.maketrans("ilo", "110"))
    return core if is_id(core) else None
