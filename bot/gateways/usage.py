"""Token counts as gateways report them: two spellings, nulls, zeros and nonsense."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Final

from bot.gateways.json_shape import count, members
from bot.model import Usage

MOST_TOKENS: Final = 2_000_000
"""More than this in one call is nonsense: ten pictures of 3840x2160 in high quality from sixteen as large are 260,000
(the formula of image-api facts, section 6)."""


def usage_in(said: Mapping[str, object]) -> Usage | None:
    """Return the counts of a whole answer of any dialect; None where none is to be believed.

    A response counts its text model in `usage` and its image tool in `tool_usage.image_gen` (image-api facts, section
    5): where the tool says nothing, no tokens of a picture are known.
    """
    usage = usage_of(said.get("usage"))
    if said.get("object") != "response" and "tool_usage" not in said and "output" not in said:
        return usage
    painted = usage_of(members(said.get("tool_usage")).get("image_gen"))
    if usage is None:
        return painted
    model_in, model_out = usage.text_in + usage.image_in, usage.text_out + usage.image_out
    held = Usage(
        text_in=0, image_in=0, image_out=0, total=usage.total, text_model_in=model_in, text_model_out=model_out
    )
    return summed((painted, held)) if painted else held


def usage_of(value: object) -> Usage | None:
    """Return the counts of a `usage` object; None where it is missing, zero or not to be believed.

    Without details the input counts as text and the output as picture (image-api facts, section 6).
    """
    said = members(value)
    stated_in = _first(said, "input_tokens", "prompt_tokens")
    stated_out = _first(said, "output_tokens", "completion_tokens")
    total_in, total_out = count(stated_in or 0), count(stated_out or 0)
    if total_in is None or total_out is None or not 0 < total_in + total_out <= MOST_TOKENS:
        return None
    details_in = members(said.get("input_tokens_details") or said.get("prompt_tokens_details"))
    details_out = members(said.get("output_tokens_details") or said.get("completion_tokens_details"))
    image_in = min(count(details_in.get("image_tokens")) or 0, total_in)
    painted = count(details_out.get("image_tokens")) or total_out - (count(details_out.get("text_tokens")) or 0)
    image_out = min(max(painted, 0), total_out)
    return Usage(
        text_in=total_in - image_in,
        image_in=image_in,
        image_out=image_out,
        text_out=total_out - image_out,
        total=total_in + total_out,
    )


def summed(usages: Iterable[Usage]) -> Usage | None:
    """Add up the shares of several events; None where there are none."""
    shares = tuple(usages)
    if not shares:
        return None
    return Usage(**{part.name: sum(getattr(share, part.name) for share in shares) for part in fields(Usage)})


def _first(said: Mapping[str, object], *names: str) -> object:
    return next((said[name] for name in names if said.get(name) is not None), None)
