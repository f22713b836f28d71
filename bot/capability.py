"""What a gateway's model can do, as values; profiles, learned facts and configuration fill them in `bot/gateways`."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from bot.model import Dialect, MaskPolarity, Price


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeRule:
    """Which sizes a model paints: a fixed list, or any WxH inside limits.

    With `free=False` only `presets` are valid. With `free=True` any size is whose edges divide by `step_px`,
    whose longest edge is at most `longest_px`, whose area lies within `min_area_px..max_area_px` and whose
    ratio is at most `max_ratio` to 1. `auto` says whether the word "auto" may be sent.
    """

    presets: tuple[tuple[int, int], ...]
    free: bool = False
    auto: bool = True
    step_px: int = 16
    longest_px: int = 3840
    min_area_px: int = 655_360
    max_area_px: int = 8_294_400
    max_ratio: float = 3.0

    def allows(self, width_px: int, height_px: int) -> bool:
        """Say whether this exact size may be sent."""
        if (width_px, height_px) in self.presets:
            return True
        return (
            self.free
            and width_px > 0
            and height_px > 0
            and width_px % self.step_px == 0
            and height_px % self.step_px == 0
            and max(width_px, height_px) <= self.longest_px
            and self.min_area_px <= width_px * height_px <= self.max_area_px
            and max(width_px, height_px) <= self.max_ratio * min(width_px, height_px)
        )

    def nearest(self, width_px: int, height_px: int) -> tuple[int, int]:
        """Return the valid size closest to what was asked (both edges at least 1).

        Of a list that is the closest shape, then area; on a grid the closest edges, once shape and area are possible.
        """
        if self.allows(width_px, height_px):
            return width_px, height_px
        if not self.free:
            return min(self.presets, key=lambda size: _unlikeness(size, (width_px, height_px)))
        return self._on_grid(*self._inside(width_px / height_px, width_px * height_px))

    def largest(self, width_px: int, height_px: int) -> tuple[int, int]:
        """Return the largest valid size with (nearly) the ratio of `width_px` to `height_px`."""
        if not self.free:
            best = min(_ratio_error(size, (width_px, height_px)) for size in self.presets)
            alike = [s for s in self.presets if _ratio_error(s, (width_px, height_px)) <= best + 0.01]
            return max(alike, key=lambda size: size[0] * size[1])
        return self._on_grid(*self._inside(width_px / height_px, self.max_area_px))

    def _inside(self, ratio: float, area_px: float) -> tuple[float, float]:
        """Return the edges of a picture of this shape and area, both moved inside the limits as far as they must."""
        shape = min(max(ratio, 1 / self.max_ratio), self.max_ratio)
        area = min(max(area_px, self.min_area_px), self.max_area_px)
        height = min((area / shape) ** 0.5, self.longest_px, self.longest_px / shape)
        return height * shape, height

    def _on_grid(self, width: float, height: float) -> tuple[int, int]:
        column, row = int(width) // self.step_px, int(height) // self.step_px
        near = range(-3, 5)
        grid = (((column + dx) * self.step_px, (row + dy) * self.step_px) for dx in near for dy in near)
        sizes = [size for size in grid if self.allows(*size)] or self.presets
        return min(sizes, key=lambda size: _distance(size, (width, height)))


def _ratio_error(size: tuple[int, int], wanted: tuple[int, int]) -> float:
    ratio, target = size[0] / size[1], wanted[0] / wanted[1]
    return max(ratio, target) / min(ratio, target) - 1


def _unlikeness(size: tuple[int, int], wanted: tuple[int, int]) -> tuple[int, float]:
    """Order the few sizes of a list: by shape in steps of 2 %, and by area among those of one shape."""
    area, target = size[0] * size[1], wanted[0] * wanted[1]
    return round(_ratio_error(size, wanted) / 0.02), max(area, target) / min(area, target)


def _distance(size: tuple[int, int], wanted: tuple[float, float]) -> float:
    """Order the sizes of a grid: by how far both edges move, each as a part of itself."""
    return sum(max(edge, target) / min(edge, target) - 1 for edge, target in zip(size, wanted, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """Everything `plan` may rely on for one model at one gateway."""

    generate: bool = True
    edit: bool = True
    max_inputs: int = 16
    edit_field: Literal["auto", "image", "image[]"] = "auto"  # auto: `image` for one file, `image[]` for several
    mask: bool = True
    mask_polarity: MaskPolarity = "alpha"
    sizes: SizeRule = field(default_factory=lambda: SizeRule(presets=((1024, 1024),)))
    qualities: tuple[str, ...] = ("low", "medium", "high")
    max_n: int = 10
    backgrounds: tuple[str, ...] = ("auto", "opaque")
    formats: tuple[str, ...] = ("png", "jpeg", "webp")
    compression: bool = True
    moderation: tuple[str, ...] = ()
    stream: bool = False
    partial_images: int = 0  # how many previews to ask for when streaming, 0-3
    input_fidelity: tuple[str, ...] = ()
    user_field: Literal["", "user", "safety_identifier"] = ""
    max_prompt_chars: int = 32_000
    modalities: tuple[str, ...] = ()  # chat: what kinds of answer to ask for; nothing is sent if empty
    text_model: str = ""  # responses: the text model that holds the image tool
    keeps_responses: bool = False  # responses: whether a further call may refer to an earlier answer


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelOffer:
    """One model of one gateway as members may choose it."""

    gateway: str
    gateway_title: str
    model: str
    dialect: Dialect
    capabilities: Capabilities
    good_for: str = ""
    ask_first: bool = False  # every order waits for a click after its price was shown
    default: bool = False

    @property
    def name(self) -> str:
        """Return what means this model at this gateway and no other."""
        return f"{self.gateway}/{self.model}"


def offer_named(offers: Iterable[ModelOffer], model: str) -> ModelOffer | None:
    """Return the offer that `gateway/model` names, else the first of that model; None where there is neither.

    The whole name comes first: a gateway's model may be called like another gateway's with its model.
    """
    known = tuple(offers)
    whole = (offer for offer in known if offer.name == model)
    return next(whole, None) or next((offer for offer in known if offer.model == model), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What one picture usually costs and takes at a quality; either may be unknown."""

    price: Price | None
    usual_s: float | None
