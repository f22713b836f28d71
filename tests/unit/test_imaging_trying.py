"""What a check-up tries gateways with, and how it measures what an edit left alone."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from bot.errors import PictureRejected
from bot.imaging import Darkroom
from bot.model import Reason

SIZE = (320, 240)
HOLE = (80, 60, 240, 180)


@pytest.fixture
async def darkroom() -> AsyncIterator[Darkroom]:
    async with Darkroom(workers=1) as opened:
        yield opened


async def test_a_hole_passes_the_check_for_masks(darkroom: Darkroom, tmp_path: Path) -> None:
    hole = await darkroom.hole(SIZE, tmp_path)
    checked = await darkroom.check_mask(hole.path, SIZE, tmp_path)
    with Image.open(checked.path) as mask:
        alpha = mask.getchannel("A")
        assert (alpha.getpixel((0, 0)), alpha.getpixel((160, 120))) == (255, 0)
        assert ImageChops.invert(alpha).getbbox() == HOLE


async def test_a_sample_is_a_picture_of_many_colours(darkroom: Darkroom, tmp_path: Path) -> None:
    sample = await darkroom.sample((1024, 640), tmp_path)
    assert (sample.blob.width_px, sample.blob.height_px, sample.blob.format) == (1024, 640, "png")
    with Image.open(sample.path) as picture:
        colours = picture.convert("RGB").getcolors(1024 * 640)
        assert colours is not None
        assert len(colours) > 500


@pytest.mark.parametrize(
    ("box", "share"),
    [
        (None, 0.0),
        (HOLE, 0.0),
        ((74, 54, 246, 186), 0.0),  # the rim that is blended in
        ((0, 0, 320, 24), 0.14),  # a tenth of the whole
        ((0, 0, 320, 240), 1.0),
    ],
    ids=["nothing", "the hole", "the hole and its rim", "a strip above it", "everything"],
)
async def test_what_changed_outside_the_hole_is_counted(
    darkroom: Darkroom, tmp_path: Path, box: tuple[int, int, int, int] | None, share: float
) -> None:
    hole = await darkroom.hole(SIZE, tmp_path)
    before, after = Image.new("RGB", SIZE, (90, 140, 190)), Image.new("RGB", SIZE, (90, 140, 190))
    if box:
        after.paste((250, 20, 20), box)
    before.save(tmp_path / "before.png")
    after.save(tmp_path / "after.png")
    found = await darkroom.changed_outside(tmp_path / "before.png", tmp_path / "after.png", hole.path)
    assert found == pytest.approx(share, abs=0.02)


async def test_what_encoding_costs_is_no_change_and_a_smaller_result_is_compared_too(
    darkroom: Darkroom, tmp_path: Path
) -> None:
    hole = await darkroom.hole(SIZE, tmp_path)
    before = Image.new("RGB", SIZE)
    before.paste(Image.radial_gradient("L").convert("RGB"), (40, 0))
    before.save(tmp_path / "before.png")
    before.save(tmp_path / "after.jpg", quality=80)
    before.reduce(2).save(tmp_path / "small.png")
    for after in ("after.jpg", "small.png"):
        assert await darkroom.changed_outside(tmp_path / "before.png", tmp_path / after, hole.path) < 0.05


async def test_a_result_that_is_no_picture_is_refused(darkroom: Darkroom, tmp_path: Path) -> None:
    hole = await darkroom.hole(SIZE, tmp_path)
    (tmp_path / "text.png").write_bytes(b"no picture at all")
    with pytest.raises(PictureRejected) as refused:
        await darkroom.changed_outside(hole.path, tmp_path / "text.png", hole.path)
    assert refused.value.reason is Reason.FORMAT_UNSUPPORTED
