"""What the darkroom makes of good pictures: cleaning, inspection, masks, PNG copies, fitting."""

import hashlib
import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image, ImageChops

from bot.errors import PictureRejected
from bot.imaging import Darkroom, Fitted, content_type, file_suffix
from bot.model import CleanNote, MaskPolarity, PictureFacts, Reason
from tests.unit import hostile_files as hostile

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def darkroom() -> AsyncIterator[Darkroom]:
    async with Darkroom(workers=1) as opened:
        yield opened


def stored(folder: Path, image: Image.Image, kind: str = "PNG", **options: object) -> Path:
    return hostile.write(folder, hostile.saved(image, kind, **options), "stored")


def pixels(path: Path) -> Image.Image:
    return Image.open(io.BytesIO(path.read_bytes()))


def is_progressive(data: bytes) -> bool:
    return b"\xff\xc2" in data


async def refused(darkroom: Darkroom, mask: bytes, first_px: tuple[int, int], folder: Path) -> PictureRejected:
    path = hostile.write(folder, mask, "mask.png")
    with pytest.raises(PictureRejected) as caught:
        await darkroom.check_mask(path, first_px, folder)
    return caught.value


async def test_an_opaque_upload_becomes_a_fine_jpeg(darkroom: Darkroom, tmp_path: Path) -> None:
    made = await darkroom.clean(stored(tmp_path, hostile.photo()), tmp_path)
    data = made.path.read_bytes()
    assert made.blob.format == "jpeg"
    assert made.blob.sha256 == hashlib.sha256(data).hexdigest()
    assert made.blob.size_bytes == len(data)
    assert (made.blob.width_px, made.blob.height_px, made.blob.has_alpha) == (64, 48, False)
    assert (
        pixels(made.path).tobytes()
        == pixels(stored(tmp_path, hostile.photo(), "JPEG", quality=95, subsampling="4:4:4")).tobytes()
    )


async def test_a_transparent_upload_stays_png_to_the_pixel(darkroom: Darkroom, tmp_path: Path) -> None:
    original = hostile.noise((40, 30), "RGBA")
    made = await darkroom.clean(stored(tmp_path, original, "WEBP", lossless=True, exact=True), tmp_path)
    assert made.blob.format == "png"
    assert made.blob.has_alpha
    assert pixels(made.path).tobytes() == original.tobytes()


async def test_an_upload_kept_as_png_loses_nothing(darkroom: Darkroom, tmp_path: Path) -> None:
    original = hostile.noise((40, 30))
    made = await darkroom.clean(stored(tmp_path, original), tmp_path, keep_png=True)
    assert made.blob.format == "png"
    assert pixels(made.path).tobytes() == original.tobytes()


async def test_the_same_upload_twice_has_the_same_hash(darkroom: Darkroom, tmp_path: Path) -> None:
    path = stored(tmp_path, hostile.photo())
    first, second = await darkroom.clean(path, tmp_path), await darkroom.clean(path, tmp_path)
    assert first.blob == second.blob
    assert first.path != second.path


async def test_cleaning_says_everything_it_did(darkroom: Darkroom, tmp_path: Path) -> None:
    first, *rest = hostile.frames(3)
    path = stored(
        tmp_path,
        first,
        "WEBP",
        save_all=True,
        append_images=rest,
        exif=hostile.exif(Orientation=6).tobytes(),
        icc_profile=hostile.rotated_primaries_profile(),
    )
    made = await darkroom.clean(path, tmp_path)
    assert set(made.notes) == set(CleanNote)


async def test_a_phone_jpeg_with_pictures_behind_it_is_a_still_jpeg(darkroom: Darkroom, tmp_path: Path) -> None:
    path = stored(tmp_path, hostile.photo(), "MPO", save_all=True, append_images=[hostile.photo()])
    assert (await darkroom.inspect(path)).format == "jpeg"
    assert (await darkroom.clean(path, tmp_path)).notes == ()


async def test_inspection_tells_an_alpha_channel_from_transparency(darkroom: Darkroom, tmp_path: Path) -> None:
    opaque = await darkroom.inspect(stored(tmp_path, hostile.photo().convert("RGBA")))
    assert opaque == PictureFacts(format="png", width_px=64, height_px=48, has_alpha=True, is_transparent=False)
    holed = await darkroom.inspect(stored(tmp_path, hostile.mask((64, 48), (3, 3, 4, 4))))
    assert holed == PictureFacts(format="png", width_px=64, height_px=48, has_alpha=True, is_transparent=True)


async def test_inspection_never_rewrites(darkroom: Darkroom, tmp_path: Path) -> None:
    data = hostile.png_full_of_metadata()
    path = hostile.write(tmp_path, data)
    await darkroom.inspect(path)
    assert path.read_bytes() == data
    assert [one.name for one in hostile.listed(tmp_path)] == [path.name]


async def test_a_good_mask_keeps_its_hole_and_nothing_else(darkroom: Darkroom, tmp_path: Path) -> None:
    drawn = hostile.mask((64, 48), (8, 8, 24, 24))
    made = await darkroom.check_mask(stored(tmp_path, drawn), (64, 48), tmp_path)
    result = pixels(made.path)
    assert made.blob.format == "png"
    assert result.mode == "RGBA"
    assert result.getchannel("A").tobytes() == drawn.getchannel("A").tobytes()
    assert result.convert("RGB").getextrema() == ((0, 0), (0, 0), (0, 0))


@pytest.mark.parametrize(("polarity", "hole", "rest"), [("white", 255, 0), ("black", 0, 255)])
async def test_a_mask_is_rewritten_for_models_that_read_colours(
    darkroom: Darkroom, tmp_path: Path, polarity: MaskPolarity, hole: int, rest: int
) -> None:
    drawn = hostile.mask((64, 48), (8, 8, 24, 24))
    checked = await darkroom.check_mask(stored(tmp_path, drawn), (64, 48), tmp_path)
    made = pixels((await darkroom.recoloured(checked.path, tmp_path, polarity)).path)
    assert made.mode == "RGB"
    assert made.getpixel((12, 12)) == (hole,) * 3
    assert made.getpixel((40, 40)) == (rest,) * 3


async def test_soft_edges_of_a_mask_are_kept(darkroom: Darkroom, tmp_path: Path) -> None:
    drawn = Image.linear_gradient("L")
    soft = Image.merge("LA", (drawn, drawn))
    made = await darkroom.check_mask(stored(tmp_path, soft), (256, 256), tmp_path)
    assert pixels(made.path).getchannel("A").tobytes() == drawn.tobytes()


async def test_a_mask_that_was_turned_like_the_picture_fits(darkroom: Darkroom, tmp_path: Path) -> None:
    lying = hostile.mask((64, 48), (0, 0, 8, 8))
    path = stored(tmp_path, lying, exif=hostile.exif(Orientation=6).tobytes())
    made = await darkroom.check_mask(path, (48, 64), tmp_path)
    assert pixels(made.path).getchannel("A").getpixel((47, 0)) == 0
    assert pixels(made.path).getchannel("A").getpixel((0, 0)) == 255


async def test_a_mask_of_another_size_is_refused_with_both_sizes(darkroom: Darkroom, tmp_path: Path) -> None:
    mask = hostile.saved(hostile.mask((64, 48), (0, 0, 8, 8)), "PNG")
    caught = await refused(darkroom, mask, (48, 64), tmp_path)
    assert caught.reason is Reason.MASK_SIZE_DIFFERS
    assert caught.facts == {"width_px": 64, "height_px": 48, "wanted_width_px": 48, "wanted_height_px": 64}


@pytest.mark.parametrize("kind", ["WEBP", "GIF", "JPEG", "TIFF"])
async def test_a_mask_that_is_no_png_is_refused(darkroom: Darkroom, tmp_path: Path, kind: str) -> None:
    caught = await refused(darkroom, hostile.saved(hostile.photo(), kind), (64, 48), tmp_path)
    assert caught.reason is Reason.MASK_NOT_PNG


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        (hostile.photo(), Reason.MASK_NO_ALPHA),
        (hostile.mask((64, 48), None), Reason.MASK_NO_HOLE),
        (Image.new("RGBA", (64, 48), (0, 0, 0, 1)), Reason.MASK_NO_HOLE),
    ],
)
async def test_a_mask_without_a_hole_is_refused(
    darkroom: Darkroom, tmp_path: Path, image: Image.Image, reason: Reason
) -> None:
    assert (await refused(darkroom, hostile.saved(image, "PNG"), (64, 48), tmp_path)).reason is reason


async def test_a_mask_of_four_megabytes_is_refused(darkroom: Darkroom, tmp_path: Path) -> None:
    noise = hostile.saved(hostile.noise((1_100, 1_000), "RGBA"), "PNG")
    caught = await refused(darkroom, noise, (1_100, 1_000), tmp_path)
    assert caught.reason is Reason.MASK_TOO_BIG
    assert caught.facts == {"size_bytes": len(noise), "limit_bytes": 4_000_000}


async def test_a_damaged_mask_is_refused_as_damaged(darkroom: Darkroom, tmp_path: Path) -> None:
    whole = hostile.saved(hostile.mask((64, 48), (0, 0, 8, 8)), "PNG")
    assert (await refused(darkroom, whole[: len(whole) // 2], (64, 48), tmp_path)).reason is Reason.DAMAGED


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG"])
async def test_a_first_input_becomes_a_new_png_without_further_loss(
    darkroom: Darkroom, tmp_path: Path, kind: str
) -> None:
    path = stored(tmp_path, hostile.photo(), kind)
    made = await darkroom.as_png(path, tmp_path)
    assert made.blob.format == "png"
    assert made.path != path
    assert path.exists()
    assert not ImageChops.difference(pixels(made.path), pixels(path).convert("RGB")).getbbox()


async def test_a_first_input_on_its_side_is_set_upright_to_match_its_mask(darkroom: Darkroom, tmp_path: Path) -> None:
    made = await darkroom.as_png(hostile.write(tmp_path, hostile.turned(6, "PNG")), tmp_path)
    assert (made.blob.width_px, made.blob.height_px) == (96, 64)
    assert made.notes == (CleanNote.ROTATED,)


async def fitted(darkroom: Darkroom, path: Path, limit_bytes: int) -> Fitted:
    made = await darkroom.fit(path, path.parent, limit_bytes)
    data = made.path.read_bytes()
    assert made.size_bytes == len(data) <= limit_bytes
    image = pixels(made.path)
    assert image.size == (made.width_px, made.height_px)
    assert content_type(made.format) == Image.MIME[image.format or ""]
    assert file_suffix(made.format).startswith(".")
    return made


async def test_a_picture_that_fits_is_left_alone(darkroom: Darkroom, tmp_path: Path) -> None:
    data = hostile.png_full_of_metadata()
    path = hostile.write(tmp_path, data)
    made = await fitted(darkroom, path, len(data))
    assert made.is_original
    assert (made.path, made.scale, made.quality) == (path, 1.0, None)
    assert path.read_bytes() == data
    assert [one.name for one in hostile.listed(tmp_path)] == [path.name]


async def test_one_byte_too_many_makes_a_fine_jpeg(darkroom: Darkroom, tmp_path: Path) -> None:
    path = stored(tmp_path, hostile.noise((300, 200)))
    made = await fitted(darkroom, path, path.stat().st_size - 1)
    assert (made.format, made.quality, made.scale) == ("jpeg", 95, 1.0)
    assert not made.is_original
    assert not is_progressive(made.path.read_bytes())


async def test_the_next_step_is_a_plainer_jpeg_of_full_size(darkroom: Darkroom, tmp_path: Path) -> None:
    image = hostile.noise((300, 200))
    fine = len(hostile.saved(image, "JPEG", quality=95, subsampling="4:4:4"))
    made = await fitted(darkroom, stored(tmp_path, image), fine - 1)
    assert (made.format, made.quality, made.scale) == ("jpeg", 92, 1.0)


@pytest.mark.parametrize("limit_bytes", [40_000, 10_000, 2_000, 700])
async def test_the_last_step_is_fewer_pixels_of_the_same_shape(
    darkroom: Darkroom, tmp_path: Path, limit_bytes: int
) -> None:
    made = await fitted(darkroom, stored(tmp_path, hostile.noise((300, 200))), limit_bytes)
    assert made.quality == 92
    assert made.scale < 1.0
    assert abs(made.width_px - made.height_px * 1.5) <= 2


async def test_a_smaller_copy_uses_most_of_what_is_allowed(darkroom: Darkroom, tmp_path: Path) -> None:
    made = await fitted(darkroom, stored(tmp_path, hostile.noise((900, 600))), 200_000)
    assert made.size_bytes > 120_000


@pytest.mark.parametrize("limit_bytes", [200_000, 60_000, 5_000])
async def test_alpha_survives_as_webp(darkroom: Darkroom, tmp_path: Path, limit_bytes: int) -> None:
    image = hostile.noise((300, 200))
    image.putalpha(hostile.mask((300, 200), (0, 0, 150, 200)).getchannel("A"))
    made = await fitted(darkroom, stored(tmp_path, image), limit_bytes)
    assert made.format == "webp"
    alpha = pixels(made.path).convert("RGBA").getchannel("A")
    assert alpha.getpixel((made.width_px // 4, made.height_px // 2)) == 0
    assert alpha.getpixel((made.width_px - made.width_px // 4, made.height_px // 2)) == 255


async def test_an_opaque_alpha_channel_does_not_forbid_jpeg(darkroom: Darkroom, tmp_path: Path) -> None:
    image = hostile.noise((300, 200))
    image.putalpha(255)
    assert (await fitted(darkroom, stored(tmp_path, image), 150_000)).format == "jpeg"


async def test_a_transparent_picture_wider_than_webp_allows_still_fits(darkroom: Darkroom, tmp_path: Path) -> None:
    path = stored(tmp_path, hostile.noise((16_384, 4), "RGBA"))
    made = await fitted(darkroom, path, path.stat().st_size - 1)
    assert made.format == "webp"
    assert made.width_px == 16_383


async def test_a_limit_that_nothing_fits_is_said(darkroom: Darkroom, tmp_path: Path) -> None:
    with pytest.raises(PictureRejected) as caught:
        await darkroom.fit(stored(tmp_path, hostile.photo()), tmp_path, 50)
    assert caught.value.reason is Reason.FILE_TOO_BIG
    assert caught.value.facts["limit_bytes"] == 50
    assert [one.name for one in hostile.listed(tmp_path)] == ["stored"]


async def test_a_picture_from_the_gateway_is_set_upright_when_it_is_rewritten(
    darkroom: Darkroom, tmp_path: Path
) -> None:
    path = stored(tmp_path, hostile.noise((90, 60)), exif=hostile.exif(Orientation=6).tobytes())
    made = await fitted(darkroom, path, path.stat().st_size - 1)
    assert (made.width_px, made.height_px) == (60, 90)
