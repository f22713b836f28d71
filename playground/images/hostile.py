"""Bytes that are no picture, or one that hurts; made here so that no such file lies in the repository."""

import io
import struct
import zlib
from collections.abc import Iterator

from PIL import Image


def wrong_size() -> bytes:
    """Return a picture of a size nobody asked for."""
    return plain_picture((640, 400), "PNG")


def plain_picture(size_px: tuple[int, int], kind: str) -> bytes:
    """Return a plain picture in this format."""
    buffer = io.BytesIO()
    Image.new("RGB", size_px, (96, 120, 180)).save(buffer, format=kind)
    return buffer.getvalue()


def pixel_bomb(side_px: int = 30_000) -> bytes:
    """Return a small PNG whose header promises so many pixels that decoding it would fill the memory."""
    header = struct.pack(">IIBBBBB", side_px, side_px, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def text_bomb(inflated_bytes: int = 100_000_000) -> bytes:
    """Return a small valid PNG with a compressed text that inflates to this many bytes."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1_000_000)) for _ in range(inflated_bytes // 1_000_000)) + packer.flush()
    whole = plain_picture((64, 64), "PNG")
    return whole[:33] + _chunk(b"zTXt", b"Comment\0\0" + packed) + whole[33:]


def cut_picture(picture: bytes) -> bytes:
    """Return the first two thirds of a picture."""
    return picture[: len(picture) * 2 // 3]


def html() -> bytes:
    """Return a web page."""
    return b"<!doctype html><title>Just a moment...</title><p>Checking your browser</p>"


def gzip_bomb(inflated_bytes: int = 1_073_741_824) -> Iterator[bytes]:
    """Yield a gzip stream that inflates to this many blanks."""
    blanks = b" " * 1_048_576
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(blanks) + packer.flush(zlib.Z_FULL_FLUSH)  # after a full flush it may be said again
    checksum = 0
    yield b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"
    for _ in range(inflated_bytes // len(blanks)):
        checksum = zlib.crc32(blanks, checksum)
        yield block
    yield packer.flush() + struct.pack("<II", checksum, inflated_bytes % 2**32)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
