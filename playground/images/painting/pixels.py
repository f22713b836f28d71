"""The two calls to Pillow whose hints name numpy, which this project does without; all others are made directly."""

from collections.abc import Callable

from PIL import Image


def resized(picture: Image.Image, size_px: tuple[int, int], how: Image.Resampling | None = None) -> Image.Image:
    """Return the picture at this size, by Lanczos unless told otherwise."""
    resize = picture.resize  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - its hint names numpy
    return resize(size_px, Image.Resampling.LANCZOS if how is None else how)


def mapped(picture: Image.Image, curve: Callable[[int], float]) -> Image.Image:
    """Return the picture with every value (0..255) of every band sent through this curve, and kept within bounds."""
    table = [min(255, max(0, round(curve(value)))) for value in range(256)] * len(picture.getbands())
    point = picture.point  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - its hint names numpy
    return point(table)
