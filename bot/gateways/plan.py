"""Planning: a wish becomes the exact parameters of one gateway's calls, before anything is paid. Pure."""

from dataclasses import dataclass, replace

from bot.capability import Capabilities, ModelOffer, Quote
from bot.errors import OptionRefused
from bot.gateways.families import Family
from bot.gateways.fitting import (
    Fitted,
    fit_background,
    fit_compression,
    fit_count,
    fit_format,
    fit_quality,
    fit_size,
    pictures_per_call,
    size_px,
)
from bot.gateways.prices import PARTIAL_TOKENS, input_micros, quote
from bot.model import Change, Options, OrderKind, Plan, Price, Reason, Scalar, Wish

USUAL_PX = (1024, 1024)
"""What "auto" is reckoned as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What `plan` knows of the chosen model beside the wish; `moderation` is the host's setting, "" for none."""

    offer: ModelOffer
    family: Family
    has_list_prices: bool
    moderation: str = ""


def plan(wish: Wish, terms: Terms) -> Plan:
    """Decide what will be sent.

    Options that exclude each other or are not offered are adapted, each with a `Change`; `OptionRefused` is raised
    where adapting would betray the request: no edits, no masks, too many pictures, a prompt too long, a word that
    means nothing. Every call of a plan sends the same parameters.
    """
    capabilities = terms.offer.capabilities
    _refuse_impossible(wish, terms.offer)
    options, changes = _drafted(wish.options, capabilities)
    fitted = _fit(replace(wish, options=options), capabilities)
    count = _count(fitted)
    each = pictures_per_call(count, capabilities.max_n)
    calls = count // each
    changes += [one.change for one in fitted.values() if one.change is not None]
    if calls > 1:
        changes.append(Change(option="calls", asked=1, used=calls, why="few_per_call"))
    parameters: dict[str, Scalar] = {"model": terms.offer.model}
    named = {name: one.value for name, one in fitted.items() if name != "count"}
    parameters |= {name: value for name, value in named.items() if value is not None}
    parameters |= {"n": each} if each > 1 else {}
    parameters |= _manner(wish, terms, quality=fitted["quality"].value)
    estimate = _quote(terms, parameters)
    return Plan(
        gateway=terms.offer.gateway,
        dialect=terms.offer.dialect,
        model=terms.offer.model,
        parameters=parameters,
        calls=calls,
        changes=tuple(changes),
        estimate=_total(estimate, wish, terms, count=count, calls=calls),
        usual_s=estimate.usual_s,
    )


def _quote(terms: Terms, parameters: dict[str, Scalar]) -> Quote:
    quality = parameters.get("quality")
    previews = parameters.get("partial_images")
    return quote(
        terms.family,
        quality=quality if isinstance(quality, str) else None,
        size_px=size_px(parameters.get("size")) or USUAL_PX,
        has_list_prices=terms.has_list_prices,
        extra_tokens=PARTIAL_TOKENS * previews if isinstance(previews, int) else 0,
    )


def _refuse_impossible(wish: Wish, offer: ModelOffer) -> None:
    able = offer.capabilities
    named: dict[str, Scalar] = {"model": offer.model, "gateway": offer.gateway_title}
    if wish.prompt_chars > able.max_prompt_chars:
        raise OptionRefused(Reason.PROMPT_TOO_LONG, limit=able.max_prompt_chars, chars=wish.prompt_chars, **named)
    if wish.kind is OrderKind.GENERATE and not able.generate:
        raise OptionRefused(Reason.NO_PICTURE, **named)  # a model that only edits needs a picture to start from
    if wish.kind is OrderKind.EDIT and not able.edit:
        raise OptionRefused(Reason.EDIT_NOT_OFFERED, **named)
    if wish.input_count > able.max_inputs:
        raise OptionRefused(Reason.TOO_MANY_INPUTS, limit=able.max_inputs, count=wish.input_count, **named)
    if wish.has_mask and wish.input_count == 0:
        raise OptionRefused(Reason.MASK_WITHOUT_PICTURE, **named)
    # A mask drawn for the alpha rule means the opposite, or nothing, to a model that reads black and white.
    if wish.has_mask and not (able.mask and able.mask_polarity == "alpha"):
        raise OptionRefused(Reason.MASK_NOT_OFFERED, **named)


def _drafted(options: Options, capabilities: Capabilities) -> tuple[Options, list[Change]]:
    """Turn a draft into low quality and JPEG, which is faster; says what it overruled."""
    if not options.draft:
        return options, []
    quality = "low" if "low" in capabilities.qualities else options.quality
    is_compact = "jpeg" in capabilities.formats and options.background != "transparent"
    drafted = replace(options, quality=quality, output_format="jpeg" if is_compact else options.output_format)
    before = {"quality": options.quality, "output_format": options.output_format}
    after = {"quality": drafted.quality, "output_format": drafted.output_format}
    overruled = [name for name, value in before.items() if value is not None and value != after[name]]
    return drafted, [Change(option=name, asked=before[name], used=after[name], why="draft") for name in overruled]


def _fit(wish: Wish, capabilities: Capabilities) -> dict[str, Fitted]:
    """Fit every option; the names are those of the request, but for `count`."""
    options = wish.options
    size = fit_size(wish, capabilities.sizes)
    background = fit_background(options.background, capabilities)
    output_format = fit_format(
        options.output_format,
        capabilities,
        is_transparent=background.value == "transparent",
        size=size_px(size.value) or USUAL_PX,
        limit_bytes=wish.delivery_limit_bytes,
    )
    return {
        "size": size,
        "quality": fit_quality(options.quality, capabilities),
        "background": background,
        "output_format": output_format,
        "output_compression": fit_compression(options.compression, capabilities, output_format.value),
        "count": fit_count(options.count),
    }


def _manner(wish: Wish, terms: Terms, *, quality: Scalar) -> dict[str, Scalar]:
    """Say how the gateway should work: strictness, and previews where they are worth their tokens."""
    able = terms.offer.capabilities
    manner: dict[str, Scalar] = {}
    if terms.moderation and wish.kind is OrderKind.GENERATE:  # the multipart schema of edits has no such field
        manner["moderation"] = terms.moderation
    if able.stream and able.partial_images and quality != "low":  # one preview costs half of a low picture
        manner |= {"stream": True, "partial_images": able.partial_images}
    return manner


def _count(fitted: dict[str, Fitted]) -> int:
    count = fitted["count"].value
    return count if isinstance(count, int) else 1


def _total(each: Quote, wish: Wish, terms: Terms, *, count: int, calls: int) -> Price | None:
    if each.price is None or terms.family.prices is None:
        return None
    # The sizes of further inputs are not known here; they are reckoned to be like the first.
    inputs_px = (wish.first_input_px or USUAL_PX,) * wish.input_count
    sent = input_micros(terms.family.prices, prompt_chars=wish.prompt_chars, inputs_px=inputs_px)
    return replace(each.price, micros=each.price.micros * count + sent * calls)
