"""What Discord finds out about an uploaded file: its type and pixel size, from the header bytes alone."""

import mimetypes
import struct
from dataclasses import dataclass

_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_WEBP_HEADER_BYTES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A content type, and for pictures the size in pixels; None where the bytes do not say."""

    content_type: str | None
    width: int | None = None
    height: int | None = None


def look_at(name: str, data: bytes) -> Media:
    """Return what the first bytes say, or what the file's name says where they say nothing."""
    for kind, read in (("png", _png), ("gif", _gif), ("webp", _webp), ("jpeg", _jpeg)):
        size = read(data)
        if size is not None:
            return Media(content_type=f"image/{kind}", width=size[0], height=size[1])
    guessed, _ = mimetypes.guess_type(name)
    return Media(content_type=f"{guessed}; charset=utf-8" if guessed == "text/plain" else guessed)


def _png(data: bytes) -> tuple[int, int] | None:
    if not data.startswith(b"\x89PNG\r\n\x1a\n") or data[12:16] != b"IHDR":
        return None
    return _unpacked(">II", data, 16)


def _gif(data: bytes) -> tuple[int, int] | None:
    return _unpacked("<HH", data, 6) if data[:6] in (b"GIF87a", b"GIF89a") else None


def _webp(data: bytes) -> tuple[int, int] | None:
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(data) < _WEBP_HEADER_BYTES:
        return None
    match data[12:16]:
        case b"VP8X":
            width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
        case b"VP8L":
            bits = int.from_bytes(data[21:25], "little")
            width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case _:
            width, height = (int.from_bytes(data[at : at + 2], "little") & 0x3FFF for at in (26, 28))
    return width, height


def _jpeg(data: bytes) -> tuple[int, int] | None:
    at = 2
    while data[:2] == b"\xff\xd8" and at + 9 <= len(data) and data[at] == 0xFF:  # noqa: PLR2004  # marker byte
        marker = data[at + 1]
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None


def _unpacked(layout: str, data: bytes, at: int) -> tuple[int, int] | None:
    if len(data) < at + struct.calcsize(layout):
        return None
    width, height = struct.unpack_from(layout, data, at)
    return width, height
