"""Files that somebody might send us, each made here byte by byte or by Pillow; no file is kept in the tree."""

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

from PIL import ExifTags, Image, ImageCms, PngImagePlugin

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, RGB, RGBA = 0, 2, 6


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(
    size_px: tuple[int, int],
    colour: int,
    pixels: bytes,
    *,
    bits: int = 8,
    extra: Iterable[bytes] = (),
) -> bytes:
    """A PNG of already compressed scanlines, with `extra` chunks between header and pixels."""
    header = struct.pack(">IIBBBBB", *size_px, bits, colour, 0, 0, 0)
    return b"".join(
        (
            PNG_SIGNATURE,
            png_chunk(b"IHDR", header),
            *extra,
            png_chunk(b"IDAT", pixels),
            png_chunk(b"IEND", b""),
        )
    )


def scanlines(rows: Iterable[bytes]) -> bytes:
    return zlib.compress(b"".join(b"\0" + row for row in rows))


def zeros(size_bytes: int) -> bytes:
    """A zlib stream that inflates to `size_bytes` of nothing, made without holding them."""
    packer = zlib.compressobj(9)
    block = bytes(1 << 20)
    parts = [packer.compress(block[: min(len(block), size_bytes - at)]) for at in range(0, size_bytes, len(block))]
    return b"".join((*parts, packer.flush()))


def pixel_bomb(side_px: int) -> bytes:
    """A small PNG that decodes to `side_px` squared grey pixels."""
    return png((side_px, side_px), GREY, zeros(side_px * (side_px + 1)))


def tiny_png(*extra: bytes) -> bytes:
    return png((2, 1), RGB, scanlines([b"\xff\0\0\0\0\xff"]), extra=extra)


def text_bomb(inflated_bytes: int) -> bytes:
    return tiny_png(png_chunk(b"zTXt", b"Comment\0\0" + zeros(inflated_bytes)))


def profile_bomb(inflated_bytes: int) -> bytes:
    return tiny_png(png_chunk(b"iCCP", b"profile\0\0" + zeros(inflated_bytes)))


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def frames(count: int, size_px: tuple[int, int] = (32, 32)) -> list[Image.Image]:
    """The first frame is red, the others are all kinds of blue."""
    blues = (Image.new("RGB", size_px, (0, 0, 40 + n % 200)) for n in range(1, count))
    return [Image.new("RGB", size_px, (255, 0, 0)), *blues]


def animation(kind: str, count: int) -> bytes:
    first, *rest = frames(count)
    return saved(first, kind, save_all=True, append_images=rest, duration=20)


def gif_with_a_broken_second_frame() -> bytes:
    """Frame 0 is red and whole; where frame 1's pixels should be there is junk."""
    whole = animation("GIF", 2)
    second = whole.rindex(b"\x2c")
    return whole[: second + 10] + b"\x0c\xff" + b"\xff" * 64


def photo(size_px: tuple[int, int] = (64, 48)) -> Image.Image:
    """A smooth picture: red grows to the right, green grows downwards."""
    width_px, height_px = size_px
    ramp = bytes(
        value
        for y in range(height_px)
        for x in range(width_px)
        for value in (255 * x // (width_px - 1), 255 * y // (height_px - 1), 128)
    )
    return Image.frombytes("RGB", size_px, ramp)


def noise(size_px: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """What compresses worst, and is the same each time."""
    size_bytes = size_px[0] * size_px[1] * len(mode)
    return Image.frombytes(mode, size_px, hashlib.shake_128(b"noise").digest(size_bytes))


def jpeg_with_a_zip_behind_it() -> bytes:
    stream = io.BytesIO(saved(photo(), "JPEG"))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("payload.txt", "MARKER-ZIP")
    return stream.getvalue()


def jpeg_with_a_script_inside() -> bytes:
    """Markers in a comment, in an application segment, and behind the end of the picture."""
    whole = saved(photo(), "JPEG", comment=b"<script>MARKER-COM</script>")
    segment = b"*/=alert('MARKER-APP');/*"
    application = b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment
    return whole[:2] + application + whole[2:] + b"<script>MARKER-TAIL</script>"


def gif_that_is_also_javascript() -> bytes:
    """`GIF89a/*...*/=1;alert(...)`: the width reads as the opening of a comment."""
    whole = bytearray(saved(Image.new("P", (0x2A2F, 1), 0), "GIF"))
    assert whole[6:8] == b"/*"
    return bytes(whole) + b"*/=1;alert('MARKER-JS');"


def exif(**tags: object) -> Image.Exif:
    made = Image.Exif()
    for name, value in tags.items():
        made[ExifTags.Base[name]] = value
    return made


def located_exif() -> bytes:
    made = exif(Make="MARKER-CAMERA", ImageDescription="MARKER-TEXT")
    made.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    return made.tobytes()


XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf>MARKER-XMP</rdf></x:xmpmeta>'


def jpeg_full_of_metadata() -> bytes:
    return saved(photo(), "JPEG", exif=located_exif(), xmp=XMP, comment=b"MARKER-COMMENT", dpi=(300, 300))


def png_full_of_metadata() -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("parameters", "MARKER-PROMPT, seed 1")
    notes.add_text("Comment", "MARKER-ZIPPED", zip=True)
    notes.add_itxt("XML:com.adobe.xmp", XMP.decode())
    notes.add(b"tIME", b"\x07\xe9\x0b\x14\x0c\x00\x00")
    notes.add(b"prVt", b"MARKER-PRIVATE")
    return saved(photo().convert("RGBA"), "PNG", pnginfo=notes, exif=located_exif(), dpi=(300, 300))


def webp_full_of_metadata() -> bytes:
    return saved(photo(), "WEBP", exif=located_exif(), xmp=XMP)


CORNERS = {"red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}


def cornered(size_px: tuple[int, int] = (96, 64)) -> Image.Image:
    """Clockwise from the upper left: red, green, white, blue."""
    width_px, height_px = size_px
    image = Image.new("RGB", size_px)
    half = (width_px // 2, height_px // 2)
    places = {"red": (0, 0), "green": (half[0], 0), "blue": (0, half[1]), "white": half}
    for name, place in places.items():
        image.paste(CORNERS[name], (*place, place[0] + half[0], place[1] + half[1]))
    return image


_AS_STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How a camera that writes each orientation has stored an upright scene: the inverse of what sets it upright."""


def turned(orientation: int, kind: str) -> bytes:
    """An upright `cornered` scene, stored as a camera with that orientation stores it."""
    turn = _AS_STORED[orientation]
    stored = cornered() if turn is None else cornered().transpose(turn)
    options = {"quality": 95, "subsampling": 0} if kind == "JPEG" else {}
    return saved(stored, kind, exif=exif(Orientation=orientation).tobytes(), **options)


def icc_profile(space: bytes, tags: dict[bytes, bytes]) -> bytes:
    """A version 2 display profile of the given tags (ICC.1:2001-04)."""
    offset = 128 + 4 + 12 * len(tags)
    table, body = b"", b""
    for name, data in tags.items():
        padded = data + b"\0" * (-len(data) % 4)
        table += struct.pack(">4sII", name, offset + len(body), len(data))
        body += padded
    head = struct.pack(">4x4sI4s4s4s12x4s", b"test", 0x02400000, b"mntr", space, b"XYZ ", b"acsp")
    head = head.ljust(68, b"\0") + _fixed(0.9642, 1.0, 0.8249)  # D50, the space between profiles
    whole = head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body
    return struct.pack(">I", len(whole)) + whole[4:]


def _fixed(*values: float) -> bytes:
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def _xyz(*values: float) -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(*values)


def _gamma(value: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(value * 256))


def _named(name: bytes) -> dict[bytes, bytes]:
    text = name + b"\0"
    return {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(78),
        b"cprt": b"text\0\0\0\0none\0",
        b"wtpt": _xyz(0.9642, 1.0, 0.8249),
    }


_RED, _GREEN, _BLUE = (0.4360, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141)
"""sRGB's primaries under D50."""


def _rgb_profile(name: bytes, columns: tuple[tuple[float, ...], ...], gamma: float) -> bytes:
    primaries = {tag: _xyz(*column) for tag, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns, strict=True)}
    curves = {tag: _gamma(gamma) for tag in (b"rTRC", b"gTRC", b"bTRC")}
    return icc_profile(b"RGB ", {**_named(name), **primaries, **curves})


def rotated_primaries_profile() -> bytes:
    """sRGB's primaries, but what is called red shines green, green shines blue, and blue red."""
    return _rgb_profile(b"rotated", (_GREEN, _BLUE, _RED), 2.2)


def linear_srgb_profile() -> bytes:
    """The right primaries and the right name, but no gamma."""
    return _rgb_profile(b"sRGB linear", (_RED, _GREEN, _BLUE), 1.0)


def true_srgb_profile() -> bytes:
    """What most cameras and editors attach."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType]  # Pillow leaves its C types unnamed


def linear_grey_profile() -> bytes:
    """Grey without gamma: half of the light is far brighter in sRGB than 128."""
    return icc_profile(b"GRAY", {**_named(b"linear grey"), b"kTRC": _gamma(1.0)})


def heic_stub() -> bytes:
    brand = struct.pack(">I4s4sI4s4s", 24, b"ftyp", b"heic", 0, b"mif1", b"heic")
    return brand + struct.pack(">I4s", 8, b"mdat")


def huge_webp_canvas() -> bytes:
    """64 bytes that claim a canvas of 16384 by 16384."""
    canvas = b"VP8X" + struct.pack("<I", 10) + b"\x10\0\0\0" + b"\xff\x3f\0" * 2
    frame = b"VP8L" + struct.pack("<I", 8) + b"\x2f\0\0\0\0\0\0\0"
    return b"RIFF" + struct.pack("<I", 4 + len(canvas) + len(frame)) + b"WEBP" + canvas + frame


def mask(size_px: tuple[int, int], hole: tuple[int, int, int, int] | None) -> Image.Image:
    """Opaque and colourful, with one fully transparent rectangle."""
    image = photo(size_px).convert("RGBA")
    if hole:
        image.paste((9, 9, 9, 0), hole)
    return image


def write(folder: Path, data: bytes, name: str = "upload.png") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def png_chunks(data: bytes) -> list[bytes]:
    """The kinds of a PNG's chunks, in order; anything behind the last one fails."""
    assert data.startswith(PNG_SIGNATURE)
    kinds: list[bytes] = []
    at = len(PNG_SIGNATURE)
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        kinds.append(data[at + 4 : at + 8])
        at += 12 + length
    assert at == len(data)
    return kinds


def jpeg_markers(data: bytes) -> set[int]:
    """The markers of a baseline JPEG's segments; anything behind its end fails."""
    assert data.startswith(b"\xff\xd8")
    markers: set[int] = set()
    at = 2
    while (marker := data[at + 1]) != 0xDA:
        markers.add(marker)
        at += 2 + struct.unpack_from(">H", data, at + 2)[0]
    end = data.index(b"\xff\xd9", at)
    assert end + 2 == len(data)
    return markers


def listed(folder: Path) -> list[Path]:
    """What lies in a folder, by name."""
    return sorted(folder.iterdir())
