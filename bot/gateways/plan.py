"""Planning: a wish becomes the exact parameters of one gateway's calls, before anything is paid. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import gcd

from bot.capability import Capabilities, ModelOffer
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
    is_too_large_as_png,
    pictures_per_call,
    size_px,
)
from bot.gateways.prices import Paid, Tariff, estimate, listed, usual_s
from bot.gateways.profiles import Profile
from bot.model import Change, Dialect, Options, OrderKind, Plan, Reason, Scalar, Wish

USUAL_PX = (1024, 1024)
"""What "auto" is reckoned as."""

_LOW = "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What `plan` knows of the chosen model beside the wish; `moderation` is the host's setting, "" for none.

    `host_prices` are those the host configured, None where there are none.
    """

    offer: ModelOffer
    family: Family
    profile: Profile
    moderation: str = ""
    host_prices: Tariff | None = None

    @property
    def tariff(self) -> Tariff | None:
        """Return what counts: the host's prices, else OpenAI's own where those are paid; None where none is known."""
        return self.host_prices or listed(self.profile, self.family)


def plan(wish: Wish, terms: Terms) -> Plan:
    """Decide what will be sent.

    Options that exclude each other or are not offered are adapted, each with a `Change`; `OptionRefused` is raised
    where adapting would betray the request: no edits, no masks, too many pictures, a prompt too long, a word that
    means nothing. Every call of a plan sends the same parameters; `usual_s` is what one call takes, and `estimate`
    what all of them cost.
    """
    wish = _bare(wish) if wish.options.minimum else wish
    able, dialect = terms.offer.capabilities, terms.offer.dialect
    _refuse_impossible(wish, terms.offer)
    options, changes = _drafted(wish.options)
    fitted, count = _fit(replace(wish, options=options), able), fit_count(options.count)
    changes += [one.change for one in (*fitted.values(), count) if one.change is not None]
    words = _said_in_words(fitted, options) if dialect == "chat" else ""
    pictures = count.value if isinstance(count.value, int) else 1
    each = pictures_per_call(pictures, 1 if wish.options.minimum else able.max_n)
    calls = pictures // each
    if calls > 1:
        changes.append(Change(option="count", asked=pictures, used=calls, why="fan_out"))
    parameters: dict[str, Scalar] = {"model": terms.offer.model}
    parameters |= {name: one.value for name, one in fitted.items() if one.value is not None}
    parameters |= {"n": each} if each > 1 else {}
    if not wish.options.minimum:
        parameters |= _manner(wish, terms, quality=parameters.get("quality"))
    parameters |= _ways(able, dialect)
    # The sizes of further inputs are not known here; they are reckoned to be like the first.
    inputs_px = (wish.first_input_px or USUAL_PX,) * wish.input_count
    paid = replace(_made(parameters), prompt_chars=wish.prompt_chars, inputs_px=inputs_px)
    return Plan(
        gateway=terms.offer.gateway,
        dialect=terms.offer.dialect,
        model=terms.offer.model,
        parameters=parameters,
        words=words,
        mask_polarity=able.mask_polarity if wish.has_mask else "alpha",
        calls=calls,
        changes=tuple(changes),
        estimate=estimate(terms.family, terms.tariff, paid, calls=calls),
        usual_s=usual_s(terms.family, terms.profile, paid),
    )


def repriced(before: Plan, after: Plan, terms: Terms) -> Plan:
    """Return the plan that takes another's place with what it will cost itself, where that can be known.

    What a call costs beside its pictures, its words and inputs, is the same for both, and paid for with each call.
    """
    pictures = after.calls * _made(after.parameters).pictures
    if terms.tariff and (flat := terms.tariff.flat(calls=after.calls, pictures=pictures)):
        return replace(after, estimate=flat)
    known = before.estimate
    made = [estimate(terms.family, terms.tariff, _made(one.parameters)) for one in (before, after)]
    if known is None or made[0] is None or made[1] is None:
        return replace(after, estimate=None)
    beside = known.micros / before.calls - made[0].micros
    return replace(after, estimate=replace(known, micros=round((made[1].micros + beside) * after.calls)))


def _bare(wish: Wish) -> Wish:
    """Wish for no more than the size; pictures of one order are then asked for one by one."""
    options = wish.options
    kept = Options(size=options.size, count=options.count, model=options.model, minimum=True)
    return replace(wish, options=kept, delivery_limit_bytes=None)


def _refuse_impossible(wish: Wish, offer: ModelOffer) -> None:
    able = offer.capabilities
    named: dict[str, Scalar] = {"model": offer.model, "gateway": offer.gateway_title}
    if wish.prompt_chars > able.max_prompt_chars:
        raise OptionRefused(Reason.PROMPT_TOO_LONG, limit_chars=able.max_prompt_chars, chars=wish.prompt_chars, **named)
    if wish.kind is OrderKind.EDIT and not able.edit:
        raise OptionRefused(Reason.EDIT_NOT_OFFERED, **named)
    if wish.has_mask and wish.input_count == 0:
        raise OptionRefused(Reason.MASK_WITHOUT_PICTURE, **named)
    # A model that only edits needs a picture to start from, as every edit does.
    if wish.input_count == 0 and (wish.kind is OrderKind.EDIT or not able.generate):
        raise OptionRefused(Reason.NO_PICTURE, **named)
    if wish.input_count > able.max_inputs:
        raise OptionRefused(Reason.TOO_MANY_INPUTS, limit=able.max_inputs, count=wish.input_count, **named)
    if wish.has_mask and not able.mask:
        raise OptionRefused(Reason.MASK_NOT_OFFERED, **named)


def _drafted(options: Options) -> tuple[Options, list[Change]]:
    """Give a draft low quality, whatever quality stands for other orders; says what it overruled."""
    if not options.draft:
        return options, []
    overruled = options.quality not in {None, "auto", _LOW}
    change = Change(option="quality", asked=options.quality, used=_LOW, why="draft")
    return replace(options, quality=_LOW), [change] if overruled else []


def _fit(wish: Wish, able: Capabilities) -> dict[str, Fitted]:
    """Fit every option; the names are those of the request."""
    options = wish.options
    size = fit_size(wish, able.sizes)
    background = fit_background(options.background, able)
    output_format = fit_format(
        options.output_format,
        able,
        is_transparent=background.value == "transparent",
        is_draft=bool(options.draft),
        is_large=is_too_large_as_png(size_px(size.value) or USUAL_PX, wish.delivery_limit_bytes),
    )
    return {
        "size": size,
        "quality": fit_quality(options.quality, able),
        "background": background,
        "output_format": output_format,
        "output_compression": fit_compression(options.compression, able, output_format.value),
    }


def _manner(wish: Wish, terms: Terms, *, quality: Scalar) -> dict[str, Scalar]:
    """Say how the gateway should work: strictness, closeness to the inputs, and previews.

    A low picture is a sketch: one preview would cost half of it, and high fidelity four times as much.
    """
    able = terms.offer.capabilities
    manner: dict[str, Scalar] = {}
    # The multipart schema of edits has no such field (openai-openapi 2.3.0, read 2026-11-20); the tool has.
    has_field = wish.kind is OrderKind.GENERATE or terms.offer.dialect == "responses"
    if has_field and terms.moderation in able.moderation:
        manner["moderation"] = terms.moderation
    if quality == _LOW:
        return manner
    if wish.kind is OrderKind.EDIT and "high" in able.input_fidelity:
        manner["input_fidelity"] = "high"
    if terms.offer.dialect == "chat":  # nothing but words come before the picture
        return manner | ({"stream": True} if able.stream else {})
    if able.stream and able.partial_images:
        manner |= {"stream": True, "partial_images": able.partial_images}
    return manner


def _said_in_words(fitted: dict[str, Fitted], options: Options) -> str:
    """Take the size out of what is sent and say it in words, where somebody chose one: chat has no field for it."""
    size = size_px(fitted.pop("size").value)
    if size is None or options.size is None:
        return ""
    divisor = gcd(*size)
    ratio = f"{size[0] // divisor}:{size[1] // divisor}"
    return f"\n\nAspect ratio {ratio}, about {size[0]}x{size[1]} pixels."


def _ways(able: Capabilities, dialect: Dialect) -> dict[str, Scalar]:
    """Say what a dialect other than images needs beside."""
    match dialect:
        case "images":
            return {}
        case "chat":
            return {"modalities": ",".join(able.modalities)} if able.modalities else {}
        case "responses":
            return {"text_model": able.text_model}


def _made(parameters: Mapping[str, Scalar]) -> Paid:
    """Say what one call with these parameters makes, without the words and inputs it is made from."""
    quality, previews, pictures = (parameters.get(name) for name in ("quality", "partial_images", "n"))
    return Paid(
        pictures=pictures if isinstance(pictures, int) else 1,
        quality=quality if isinstance(quality, str) else None,
        size_px=size_px(parameters.get("size")) or USUAL_PX,
        previews=previews if isinstance(previews, int) else 0,
        has_high_fidelity=parameters.get("input_fidelity") == "high",
    )
