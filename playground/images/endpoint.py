"""The words the local image gateway uses about one request; how requests are checked lives in the `rules`."""

from dataclasses import dataclass
from enum import StrEnum


class Endpoint(StrEnum):
    """The four ways to a picture: the two of the Images API, by the last part of their path, and two others."""

    GENERATIONS = "generations"
    EDITS = "edits"
    CHAT = "chat"
    RESPONSES = "responses"

    @property
    def event_family(self) -> str:
        """The first half of the names the Images API gives its stream events."""
        return "image_edit" if self is Endpoint.EDITS else "image_generation"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRequest:
    """One request that passed every rule, with every default filled in.

    Shape:  `inputs` and `mask` are whole encoded files; `quality` and `size` are resolved, never "auto".
    Units:  `width_px` and `height_px` of each picture asked for; `compression_pct` 0..100.
    """

    endpoint: Endpoint
    model: str
    prompt: str
    n: int
    width_px: int
    height_px: int
    quality: str
    background: str
    output_format: str
    compression_pct: int
    stream: bool
    partial_images: int
    input_fidelity: str | None = None
    inputs: tuple[bytes, ...] = ()
    mask: bytes | None = None

    @property
    def size(self) -> str:
        """The size as the API writes it."""
        return f"{self.width_px}x{self.height_px}"
