"""What a picture may cost us: one value that the room, its workers and its tests share."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds for one decode; a file over any of the first three is refused before it is decoded.

    `max_pixels` is Synapse's and imgproxy's order of magnitude: 33,554,432 px are 128 MiB as RGBA.
    `max_file_bytes` is what the Images API takes per input ("each < 50 MB", OpenAI API reference,
    images/createEdit, read 2026-11-20). `memory_bytes` bounds a worker's whole address space, where
    the operating system can (Linux; macOS only in part, Windows not).
    """

    max_pixels: int = 33_554_432
    max_side_px: int = 16_384
    max_file_bytes: int = 50_000_000
    memory_bytes: int = 1 << 30
