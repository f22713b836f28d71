"""Every kind of hostile input file, as a real file through real workers; one test name per threat."""

import struct
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image

from bot.errors import PictureRejected
from bot.imaging import Darkroom, Limits, content_type, file_suffix, jobs
from bot.model import CleanNote, CleanPicture, Reason
from tests.unit import hostile_files as hostile

pytestmark = pytest.mark.asyncio(loop_scope="module")
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process its peak memory")

MIB = 1 << 20
PIXELS_ONLY_PNG = {b"IHDR", b"IDAT", b"IEND"}
PIXELS_ONLY_JPEG = {0xE0, 0xDB, 0xC0, 0xC4}  # JFIF header, tables, frame; no APP1-15, no comment


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def darkroom() -> AsyncIterator[Darkroom]:
    async with Darkroom(workers=1) as opened:
        yield opened


async def refusal(darkroom: Darkroom, folder: Path, data: bytes) -> PictureRejected:
    """Send the bytes through both gates; they must be refused alike, and leave no file behind."""
    path = hostile.write(folder, data)
    with pytest.raises(PictureRejected) as at_upload:
        await darkroom.clean(path, folder)
    with pytest.raises(PictureRejected) as at_answer:
        await darkroom.inspect(path)
    assert at_upload.value.reason == at_answer.value.reason
    assert at_upload.value.facts == at_answer.value.facts
    assert hostile.listed(folder) == [path]
    return at_upload.value


async def cleaned(darkroom: Darkroom, folder: Path, data: bytes, *, keep_png: bool = False) -> CleanPicture:
    return await darkroom.clean(hostile.write(folder, data), folder, keep_png=keep_png)


def peak_growth_bytes(path: Path, limits: Limits) -> tuple[Reason | None, int]:
    """Inspect a file inside a worker; returns why it was refused, and how far memory rose meanwhile."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak starts again from here
    before = _peak_bytes()
    try:
        jobs.inspect(path, limits)
    except PictureRejected as error:
        return error.reason, _peak_bytes() - before
    return None, _peak_bytes() - before


def _peak_bytes() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


@linux_only
async def test_t01_a_pixel_bomb_is_refused_before_its_pixels_cost_memory(darkroom: Darkroom, tmp_path: Path) -> None:
    bomb = hostile.write(tmp_path, hostile.pixel_bomb(13_000))
    assert bomb.stat().st_size < 256 * 1024

    reason, growth = await darkroom.run(peak_growth_bytes, bomb, Limits())

    assert reason is Reason.TOO_MANY_PIXELS
    assert growth < 10 * MIB
    fair = hostile.write(tmp_path, hostile.pixel_bomb(5_000))
    assert (await darkroom.run(peak_growth_bytes, fair, Limits()))[1] > 20 * MIB  # the probe sees a decode


@pytest.mark.parametrize("side_px", [5_793, 9_000, 13_000])
async def test_t01_a_pixel_bomb_is_told_its_pixels_and_the_limit(
    darkroom: Darkroom, tmp_path: Path, side_px: int
) -> None:
    refused = await refusal(darkroom, tmp_path, hostile.pixel_bomb(side_px))
    assert refused.reason is Reason.TOO_MANY_PIXELS
    assert refused.facts == {"pixels": side_px**2, "limit_pixels": 33_554_432}


async def test_t01_a_long_thin_picture_is_refused_for_its_side(darkroom: Darkroom, tmp_path: Path) -> None:
    ribbon = hostile.png((16_385, 8), hostile.GREY, hostile.zeros(16_386 * 8))
    refused = await refusal(darkroom, tmp_path, ribbon)
    assert refused.reason is Reason.SIDE_TOO_LONG
    assert refused.facts == {"width_px": 16_385, "height_px": 8, "limit_px": 16_384}


async def test_t01_the_largest_allowed_picture_passes(darkroom: Darkroom, tmp_path: Path) -> None:
    largest = hostile.png((16_384, 2_048), hostile.GREY, hostile.zeros(16_385 * 2_048))
    facts = await darkroom.inspect(hostile.write(tmp_path, largest))
    assert facts.width_px * facts.height_px == Limits().max_pixels


@linux_only
async def test_t01_a_huge_webp_canvas_is_refused_before_it_is_allocated(darkroom: Darkroom, tmp_path: Path) -> None:
    canvas = hostile.write(tmp_path, hostile.huge_webp_canvas())
    reason, growth = await darkroom.run(peak_growth_bytes, canvas, Limits())
    assert reason is Reason.TOO_MANY_PIXELS
    assert growth < 10 * MIB


@pytest.mark.parametrize("bomb", [hostile.text_bomb, hostile.profile_bomb])
async def test_t02_a_bomb_in_a_compressed_chunk_is_a_damaged_file(
    darkroom: Darkroom, tmp_path: Path, bomb: Callable[[int], bytes]
) -> None:
    data = bomb(200 * MIB)
    assert len(data) < 256 * 1024
    refused = await refusal(darkroom, tmp_path, data)
    assert refused.reason is Reason.DAMAGED


@linux_only
async def test_t02_a_bomb_in_a_compressed_chunk_costs_no_memory(darkroom: Darkroom, tmp_path: Path) -> None:
    bomb = hostile.write(tmp_path, hostile.text_bomb(200 * MIB))
    _, growth = await darkroom.run(peak_growth_bytes, bomb, Limits())
    assert growth < 10 * MIB


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
async def test_t03_an_animation_gives_its_first_frame_and_says_so(
    darkroom: Darkroom, tmp_path: Path, kind: str
) -> None:
    made = await cleaned(darkroom, tmp_path, hostile.animation(kind, 40))
    assert made.notes == (CleanNote.ANIMATED_FIRST_FRAME,)
    with Image.open(made.path) as image:
        assert near(image.getpixel((16, 16)), (255, 0, 0))
        assert not getattr(image, "is_animated", False)


async def test_t03_a_still_picture_is_not_called_animated(darkroom: Darkroom, tmp_path: Path) -> None:
    assert (await cleaned(darkroom, tmp_path, hostile.saved(hostile.photo(), "GIF"))).notes == ()


async def test_t03_later_frames_are_never_decoded(darkroom: Darkroom, tmp_path: Path) -> None:
    broken = hostile.gif_with_a_broken_second_frame()
    path = hostile.write(tmp_path, broken, "proof.gif")
    with Image.open(path) as image:
        image.seek(1)
        with pytest.raises(OSError, match="codec configuration error"):
            image.load()

    made = await cleaned(darkroom, tmp_path, broken)

    assert made.notes == (CleanNote.ANIMATED_FIRST_FRAME,)


EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 8 8\n%%EndComments\n(%pipe%id) (w) file\n%%EOF\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><script>alert(1)</script></svg>'
SPOOFED = {
    "eps": EPS,
    "svg": SVG,
    **{kind: hostile.saved(hostile.photo(), kind) for kind in ("TIFF", "JPEG2000", "PPM", "ICO", "BMP", "TGA")},
}


@pytest.mark.parametrize("kind", sorted(SPOOFED))
async def test_t04_another_format_named_png_is_refused(darkroom: Darkroom, tmp_path: Path, kind: str) -> None:
    refused = await refusal(darkroom, tmp_path, SPOOFED[kind])
    assert refused.reason is Reason.FORMAT_UNSUPPORTED


async def test_t04_the_bytes_say_the_format_not_the_name(darkroom: Darkroom, tmp_path: Path) -> None:
    path = hostile.write(tmp_path, hostile.saved(hostile.photo(), "WEBP"), "picture.png")
    assert (await darkroom.inspect(path)).format == "webp"


POLYGLOTS = {
    "jpeg+zip": hostile.jpeg_with_a_zip_behind_it(),
    "jpeg+script": hostile.jpeg_with_a_script_inside(),
    "gif+javascript": hostile.gif_that_is_also_javascript(),
}


@pytest.mark.parametrize("kind", sorted(POLYGLOTS))
@pytest.mark.parametrize("wanted", ["png", "jpeg"])
async def test_t05_a_polyglot_leaves_as_a_picture_and_nothing_else(
    darkroom: Darkroom, tmp_path: Path, kind: str, wanted: str
) -> None:
    assert b"MARKER" in POLYGLOTS[kind]
    made = await cleaned(darkroom, tmp_path, POLYGLOTS[kind], keep_png=wanted == "png")
    assert made.blob.format == wanted
    assert_pixels_only(made)


FULL_OF_METADATA = {
    "jpeg": hostile.jpeg_full_of_metadata(),
    "png": hostile.png_full_of_metadata(),
    "webp": hostile.webp_full_of_metadata(),
}


@pytest.mark.parametrize("kind", sorted(FULL_OF_METADATA))
@pytest.mark.parametrize("wanted", ["png", "jpeg"])
async def test_t06_position_prompt_and_comments_are_gone(
    darkroom: Darkroom, tmp_path: Path, kind: str, wanted: str
) -> None:
    assert b"MARKER" in FULL_OF_METADATA[kind]
    made = await cleaned(darkroom, tmp_path, FULL_OF_METADATA[kind], keep_png=wanted == "png")
    assert made.blob.format == wanted
    assert_pixels_only(made)
    with Image.open(made.path) as image:
        assert not image.getexif()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
async def test_t07_every_orientation_is_set_upright(
    darkroom: Darkroom, tmp_path: Path, kind: str, orientation: int
) -> None:
    made = await cleaned(darkroom, tmp_path, hostile.turned(orientation, kind))
    assert (CleanNote.ROTATED in made.notes) is (orientation != 1)
    with Image.open(made.path) as image:
        assert image.size == (96, 64)
        corners = [image.getpixel(at) for at in ((8, 8), (87, 8), (8, 55), (87, 55))]
    for seen, wanted in zip(corners, hostile.CORNERS.values(), strict=True):
        assert near(seen, wanted)


@pytest.mark.parametrize("orientation", [1, 6])
async def test_t07_inspection_gives_the_size_as_seen(darkroom: Darkroom, tmp_path: Path, orientation: int) -> None:
    path = hostile.write(tmp_path, hostile.turned(orientation, "JPEG"))
    facts = await darkroom.inspect(path)
    assert (facts.width_px, facts.height_px) == (96, 64)


async def test_t07_broken_tags_do_not_cost_the_picture(darkroom: Darkroom, tmp_path: Path) -> None:
    tagged = hostile.saved(hostile.cornered(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f junk")
    made = await cleaned(darkroom, tmp_path, tagged)
    assert (made.blob.width_px, made.blob.height_px) == (96, 64)


def _deep_grey(value: int, clear: int | None = None) -> bytes:
    extra = [] if clear is None else [hostile.png_chunk(b"tRNS", struct.pack(">H", clear))]
    rows = hostile.scanlines([struct.pack(">HH", value, 0xFFFF)])
    return hostile.png((2, 1), hostile.GREY, rows, bits=16, extra=extra)


def _deep_rgb(colour: tuple[int, int, int]) -> bytes:
    rows = hostile.scanlines([struct.pack(">3H", *colour) * 2])
    return hostile.png((2, 1), hostile.RGB, rows, bits=16)


def _palette(colour: tuple[int, int, int], transparency: bytes | None = None) -> bytes:
    image = Image.new("P", (2, 1), 1)
    image.putpalette([0, 0, 0, *colour])
    return hostile.saved(image, "PNG", **({"transparency": transparency} if transparency else {}))


def _keyed(mode: str, colour: int | tuple[int, ...], key: int | tuple[int, ...]) -> bytes:
    return hostile.saved(Image.new(mode, (2, 1), colour), "PNG", transparency=key)


def _plain(mode: str, colour: int | tuple[int, ...], kind: str = "PNG") -> bytes:
    return hostile.saved(Image.new(mode, (2, 1), colour), kind)


def _profiled(mode: str, colour: int | tuple[int, ...], profile: bytes) -> bytes:
    return hostile.saved(Image.new(mode, (2, 1), colour), "PNG", icc_profile=profile)


DEEP, MANAGED = (CleanNote.COLOURS_CONVERTED,), (CleanNote.COLOURS_CONVERTED,)
MODES: dict[str, tuple[bytes, tuple[int, ...], tuple[CleanNote, ...]]] = {
    "1": (_plain("1", 1), (255, 255, 255), ()),
    "L": (_plain("L", 77), (77, 77, 77), ()),
    "LA": (_plain("LA", (77, 128)), (77, 77, 77, 128), ()),
    "P": (_palette((10, 200, 30)), (10, 200, 30), ()),
    "P with alpha": (_palette((10, 200, 30), b"\xff\x40"), (10, 200, 30, 0x40), ()),
    "RGB": (_plain("RGB", (1, 128, 254)), (1, 128, 254), ()),
    "RGB with a clear colour": (_keyed("RGB", (1, 2, 3), (1, 2, 3)), (1, 2, 3, 0), ()),
    "L with a clear value": (_keyed("L", 9, 9), (9, 9, 9, 0), ()),
    "RGBA": (_plain("RGBA", (1, 128, 254, 7)), (1, 128, 254, 7), ()),
    "RGBA, all opaque": (_plain("RGBA", (1, 128, 254, 255)), (1, 128, 254), ()),
    "I;16 grey": (_deep_grey(0x8000), (128, 128, 128), DEEP),
    "I;16 grey with a clear value": (_deep_grey(0x8000, clear=0x8000), (128, 128, 128, 0), DEEP),
    "16-bit RGB": (_deep_rgb((0x0100, 0x8000, 0xFF00)), (1, 128, 255), DEEP),
    "CMYK": (_plain("CMYK", (255, 0, 255, 0), "JPEG"), (0, 255, 0), MANAGED),
    "RGB with a profile": (
        _profiled("RGB", (255, 0, 0), hostile.rotated_primaries_profile()),
        (0, 255, 0),
        MANAGED,
    ),
    "RGBA with a profile": (
        _profiled("RGBA", (255, 0, 0, 90), hostile.rotated_primaries_profile()),
        (0, 255, 0, 90),
        MANAGED,
    ),
    "L with a profile": (_profiled("L", 128, hostile.linear_grey_profile()), (188, 188, 188), MANAGED),
    "LA with a profile": (
        _profiled("LA", (128, 90), hostile.linear_grey_profile()),
        (188, 188, 188, 90),
        MANAGED,
    ),
    "RGB with a profile for grey": (_profiled("RGB", (9, 99, 199), hostile.linear_grey_profile()), (9, 99, 199), ()),
    "RGB with sRGB's profile": (_profiled("RGB", (9, 99, 199), hostile.true_srgb_profile()), (9, 99, 199), ()),
    "RGB with a misnamed profile": (
        _profiled("RGB", (128, 128, 128), hostile.linear_srgb_profile()),
        (188, 188, 188),
        MANAGED,
    ),
    "RGB with a broken profile": (_profiled("RGB", (9, 99, 199), b"no profile at all"), (9, 99, 199), ()),
}


@pytest.mark.parametrize("mode", sorted(MODES))
async def test_t08_every_mode_becomes_rgb_with_its_colours(darkroom: Darkroom, tmp_path: Path, mode: str) -> None:
    data, wanted, notes = MODES[mode]
    made = await cleaned(darkroom, tmp_path, data, keep_png=True)
    assert made.notes == notes
    assert made.blob.has_alpha is (len(wanted) == 4)
    with Image.open(made.path) as image:
        assert image.mode == ("RGBA" if len(wanted) == 4 else "RGB")
        assert near(image.getpixel((0, 0)), wanted, tolerance=2)


async def test_t09_heic_is_named_where_it_cannot_be_read(darkroom: Darkroom, tmp_path: Path) -> None:
    if await darkroom.run(reads_heic):
        pytest.skip("pillow-heif is installed")
    refused = await refusal(darkroom, tmp_path, hostile.heic_stub())
    assert refused.reason is Reason.HEIC_UNSUPPORTED


async def test_t09_heic_is_cleaned_where_it_can_be_read(darkroom: Darkroom, tmp_path: Path) -> None:
    heif = pytest.importorskip("pillow_heif")
    heif.register_heif_opener()
    made = await cleaned(darkroom, tmp_path, hostile.saved(hostile.cornered(), "HEIF"))
    assert made.blob.format == "jpeg"


def reads_heic() -> bool:
    return "HEIF" in Image.OPEN


WHOLE = {kind: hostile.saved(hostile.noise((64, 64)), kind) for kind in ("PNG", "JPEG", "WEBP", "GIF", "AVIF")}


@pytest.mark.parametrize("kind", sorted(WHOLE))
@pytest.mark.parametrize("part", [0.02, 0.3, 0.9])
async def test_t10_a_truncated_picture_is_a_damaged_file(
    darkroom: Darkroom, tmp_path: Path, kind: str, part: float
) -> None:
    whole = WHOLE[kind]
    refused = await refusal(darkroom, tmp_path, whole[: max(16, int(len(whole) * part))])
    assert refused.reason is Reason.DAMAGED


async def test_t10_an_empty_file_is_a_damaged_file(darkroom: Darkroom, tmp_path: Path) -> None:
    assert (await refusal(darkroom, tmp_path, b"")).reason is Reason.DAMAGED


@pytest.mark.parametrize("data", [b"<!doctype html><html>502 Bad Gateway</html>", bytes(range(256)) * 64, b"{}", b"\0"])
async def test_t10_what_is_no_picture_is_called_unsupported(darkroom: Darkroom, tmp_path: Path, data: bytes) -> None:
    assert (await refusal(darkroom, tmp_path, data)).reason is Reason.FORMAT_UNSUPPORTED


async def test_t13_a_file_over_the_limit_is_refused_unread(darkroom: Darkroom, tmp_path: Path) -> None:
    path = tmp_path / "big.png"
    with path.open("wb") as stream:
        stream.write(hostile.tiny_png())
        stream.truncate(100_000_000)
    with pytest.raises(PictureRejected) as refused:
        await darkroom.clean(path, tmp_path)
    assert refused.value.reason is Reason.FILE_TOO_BIG
    assert refused.value.facts == {"size_bytes": 100_000_000, "limit_bytes": 50_000_000}
    if sys.platform == "linux":
        assert (await darkroom.run(peak_growth_bytes, path, Limits()))[1] < 10 * MIB


@pytest.mark.parametrize("kind", sorted(WHOLE))
async def test_t14_suffix_and_type_come_from_the_decoded_format(darkroom: Darkroom, tmp_path: Path, kind: str) -> None:
    facts = await darkroom.inspect(hostile.write(tmp_path, WHOLE[kind], "evil\u202egnp.exe.part"))
    assert content_type(facts.format) == Image.MIME[kind]
    assert file_suffix(facts.format) in Image.registered_extensions()


async def test_t14_no_given_name_reaches_the_cleaned_file(darkroom: Darkroom, tmp_path: Path) -> None:
    path = hostile.write(tmp_path, hostile.tiny_png(), "secret name.png")
    made = await darkroom.clean(path, tmp_path)
    assert made.path.parent == tmp_path
    assert made.path.name.isascii()
    assert "secret" not in made.path.name


def near(seen: float | tuple[int, ...] | None, wanted: tuple[int, ...], tolerance: int = 6) -> bool:
    assert isinstance(seen, tuple)
    return all(abs(a - b) <= tolerance for a, b in zip(seen, wanted, strict=True))


def assert_pixels_only(made: CleanPicture) -> None:
    data = made.path.read_bytes()
    assert b"MARKER" not in data
    if made.blob.format == "png":
        assert set(hostile.png_chunks(data)) == PIXELS_ONLY_PNG
    else:
        assert hostile.jpeg_markers(data) == PIXELS_ONLY_JPEG
