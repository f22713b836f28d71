"""The hostile files are what they claim: small on the wire, huge inside."""

import gzip
import io
import zlib

import pytest
from PIL import Image

from playground.images import hostile


def test_the_gzip_bomb_is_a_valid_stream_a_thousand_times_larger_inside() -> None:
    packed = b"".join(hostile.gzip_bomb(8 * 1_048_576))

    assert gzip.decompress(packed) == b" " * (8 * 1_048_576)
    assert len(packed) * 900 < 8 * 1_048_576


def test_the_pixel_bomb_promises_more_than_pillow_accepts() -> None:
    bomb = hostile.pixel_bomb()

    with pytest.raises(Image.DecompressionBombError):
        Image.open(io.BytesIO(bomb))
    assert len(bomb) < 10_000


def test_the_text_bomb_is_refused_for_its_text_alone() -> None:
    bomb = hostile.text_bomb(20_000_000)

    with pytest.raises(ValueError, match="too large"), Image.open(io.BytesIO(bomb)) as picture:
        picture.load()
    start = bomb.index(b"zTXt") + len(b"zTXtComment\0\0")
    assert len(zlib.decompressobj().decompress(bomb[start:])) == 20_000_000
