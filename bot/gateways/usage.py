"""Token counts as gateways report them: two spellings, nulls, zeros and nonsense."""

from collections.abc import Iterable, Mapping

from bot.gateways.json_shape import count, members
from bot.model import Usage


def usage_of(value: object) -> Usage | None:
    """Return the counts of a `usage` object; None where it is missing, zero or not to be believed.

    Without details the input counts as text and the output as picture (image-api facts, section 6).
    """
    said = members(value)
    stated_in = _first(said, "input_tokens", "prompt_tokens")
    stated_out = _first(said, "output_tokens", "completion_tokens")
    total_in, total_out = count(stated_in or 0), count(stated_out or 0)
    if total_in is None or total_out is None or total_in + total_out == 0:
        return None
    details_in = members(said.get("input_tokens_details") or said.get("prompt_tokens_details"))
    details_out = members(said.get("output_tokens_details") or said.get("completion_tokens_details"))
    image_in = min(count(details_in.get("image_tokens")) or 0, total_in)
    text_out = min(count(details_out.get("text_tokens")) or 0, total_out)
    return Usage(
        text_in=total_in - image_in,
        image_in=image_in,
        image_out=total_out - text_out,
        total=total_in + total_out,
    )


def usage_in(said: Mapping[str, object]) -> Usage | None:
    """Return the counts of an answer; of the image tool where a text model held it (image-api facts, section 5)."""
    tool = members(said.get("tool_usage")).get("image_gen")
    return usage_of(tool) or usage_of(said.get("usage"))


def summed(usages: Iterable[Usage]) -> Usage | None:
    """Add up the shares of several events; None where there are none."""
    shares = tuple(usages)
    if not shares:
        return None
    return Usage(
        text_in=sum(share.text_in for share in shares),
        image_in=sum(share.image_in for share in shares),
        image_out=sum(share.image_out for share in shares),
        total=sum(share.total for share in shares),
    )


def _first(said: Mapping[str, object], *names: str) -> object:
    return next((said[name] for name in names if said.get(name) is not None), None)
