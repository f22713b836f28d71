"""Token counts as gateways report them: two spellings, nulls, zeros and nonsense."""

from collections.abc import Iterable

from bot.gateways.json_shape import count, members
from bot.model import Usage


def usage_of(value: object) -> Usage | None:
    """Return the counts of a `usage` object; None where it is missing, zero or not to be believed.

    Without details the input counts as text and the output as picture (image-api facts, section 6).
    """
    said = members(value)
    total_in = _first(said, "input_tokens", "prompt_tokens")
    total_out = _first(said, "output_tokens", "completion_tokens")
    if total_in is None and total_out is None:
        return None
    details_in = members(said.get("input_tokens_details") or said.get("prompt_tokens_details"))
    details_out = members(said.get("output_tokens_details") or said.get("completion_tokens_details"))
    image_in = min(count(details_in.get("image_tokens")) or 0, total_in or 0)
    text_out = min(count(details_out.get("text_tokens")) or 0, total_out or 0)
    counted = (total_in or 0) + (total_out or 0)
    if counted == 0:
        return None
    return Usage(
        text_in=(total_in or 0) - image_in,
        image_in=image_in,
        image_out=(total_out or 0) - text_out,
        total=counted,
    )


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


def _first(said: object, *names: str) -> int | None:
    return next((found for name in names if (found := count(members(said).get(name))) is not None), None)
