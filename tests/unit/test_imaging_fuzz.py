"""Mutated pictures: whatever a decoder raises, only `PictureRejected` leaves the room; the same cases each time."""

import hashlib
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.errors import PictureRejected
from bot.imaging import Limits, jobs
from bot.model import Reason
from tests.effort import EFFORT
from tests.unit import hostile_files as hostile

CASES = 3000 * EFFORT
SMALL = Limits(max_pixels=100_000, max_side_px=4_096, max_file_bytes=1_000_000)


class Dice:
    """Endless numbers from one seed, the same on every machine."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._rolls = 0

    def below(self, bound: int) -> int:
        self._rolls += 1
        digest = hashlib.blake2b(f"{self._seed} {self._rolls}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") % bound


def seeds() -> list[bytes]:
    picture, clear = hostile.photo((24, 16)), hostile.mask((24, 16), (1, 1, 9, 9))
    return [
        hostile.jpeg_full_of_metadata(),
        hostile.png_full_of_metadata(),
        hostile.webp_full_of_metadata(),
        hostile.saved(picture, "AVIF"),
        hostile.saved(clear, "WEBP", lossless=True),
        hostile.saved(picture.quantize(8), "PNG", transparency=1),
        hostile.saved(picture.convert("CMYK"), "JPEG", progressive=True),
        hostile.saved(picture, "MPO", save_all=True, append_images=[picture]),
        hostile.saved(picture, "PNG", icc_profile=hostile.rotated_primaries_profile()),
        *(hostile.animation(kind, 3) for kind in ("GIF", "WEBP", "PNG", "AVIF")),
    ]


def mutated(whole: bytes, dice: Dice) -> bytes:
    data = bytearray(whole)
    for _ in range(1 + dice.below(6)):
        at = dice.below(len(data))
        match dice.below(6):
            case 0:
                data[at] = dice.below(256)
            case 1:
                data[at] ^= 1 << dice.below(8)
            case 2:
                data[at : at + 4] = (0, 1, 0x7FFFFFFF, 0xFFFFFFFF)[dice.below(4)].to_bytes(4, "big")
            case 3:
                del data[at : at + 1 + dice.below(16)]
            case 4:
                data[at:at] = data[dice.below(len(data)) :][: dice.below(64)]
            case _:
                del data[max(at, 1) :]
        data = data or bytearray(b"\0")
    return bytes(data)


def cases() -> Iterator[tuple[int, bytes]]:
    wholes = seeds()
    for number in range(CASES):
        dice = Dice(str(number))
        yield number, mutated(wholes[number % len(wholes)], dice)


@pytest.mark.fuzz
@pytest.mark.timeout(max(60, CASES // 100))
def test_t12_no_mutation_raises_anything_but_a_refusal(tmp_path: Path) -> None:
    source, output = tmp_path / "case", tmp_path / "out"
    output.touch()
    ends = Counter[Reason | None]()
    warnings.simplefilter("ignore")
    for number, data in cases():
        source.write_bytes(data)
        try:
            jobs.clean(source, output, SMALL, keep_png=bool(number % 2))
        except PictureRejected as error:
            ends[error.reason] += 1
        except BaseException as error:
            raise AssertionError(f"case {number} let {type(error).__name__} out") from error
        else:
            ends[None] += 1
    assert ends[None] > CASES // 20  # some mutations must reach the pixels
    assert ends[Reason.DAMAGED] > CASES // 20  # and some must not
