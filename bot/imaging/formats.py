"""The formats Easel reads: their names, file suffixes and content types. No bytes are looked at here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One picture format as the rest of the house names it."""

    name: str
    suffix: str
    content_type: str
    may_move: bool = False


PNG = Format(name="png", suffix=".png", content_type="image/png", may_move=True)
JPEG = Format(name="jpeg", suffix=".jpg", content_type="image/jpeg")
WEBP = Format(name="webp", suffix=".webp", content_type="image/webp", may_move=True)
GIF = Format(name="gif", suffix=".gif", content_type="image/gif", may_move=True)
AVIF = Format(name="avif", suffix=".avif", content_type="image/avif", may_move=True)
HEIF = Format(name="heif", suffix=".heic", content_type="image/heic")

BY_PILLOW_NAME = {
    "PNG": PNG,
    "JPEG": JPEG,
    "MPO": JPEG,  # a JPEG with further pictures behind it, as phones write; Pillow's JPEG opener tells
    "WEBP": WEBP,
    "GIF": GIF,
    "AVIF": AVIF,
    "HEIF": HEIF,
}

_BY_NAME = {one.name: one for one in BY_PILLOW_NAME.values()}


def file_suffix(name: str) -> str:
    """Return the suffix, dot included, of a file that holds format `name` ("jpeg" gives ".jpg").

    Raises `KeyError` for a name that is not one of ours. Gateways guess a part's type from this suffix,
    so it must tell the truth about the bytes.
    """
    return _BY_NAME[name].suffix


def content_type(name: str) -> str:
    """Return the MIME type of format `name`; raises `KeyError` for a name that is not one of ours."""
    return _BY_NAME[name].content_type
