"""What comes of each wish at each gateway that a profile names: the cells of the table in `docs/gateways.md`, as data.

Simulated from documents: no real gateway was asked. A row is a gateway of `gateways.example.toml`, as a host would
configure it, in front of the persona of the same gateway; `test_profiles` carries every cell out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal

from bot.model import Options, Reason, Scalar

Trouble = Literal["", "wrong key", "no money", "unknown model", "wrong address"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One thing that may be wished for; `field` is what it is called in a request.

    `moderation` is the host's own setting. `is_second` tells that the picture to edit came of an answer before.
    """

    name: str
    options: Options = field(default_factory=Options)
    inputs: int = 0
    has_mask: bool = False
    field: str = ""
    moderation: str = ""
    is_second: bool = False
    trouble: Trouble = ""


FEATURES: Final = (
    Feature(name="generate"),
    Feature(name="edit", inputs=1),
    Feature(name="two pictures", inputs=2),
    Feature(name="mask", inputs=1, has_mask=True),
    Feature(name="second turn", inputs=1, is_second=True, field="previous_response_id"),
    Feature(name="three at once", options=Options(count=3), field="n"),
    Feature(name="size auto", options=Options(size="auto"), field="size"),
    Feature(name="1024x1024", options=Options(size="1024x1024"), field="size"),
    Feature(name="1536x1024", options=Options(size="1536x1024"), field="size"),
    Feature(name="2048x2048", options=Options(size="2048x2048"), field="size"),
    Feature(name="1600x1200", options=Options(size="1600x1200"), field="size"),
    Feature(name="3840x2160", options=Options(size="3840x2160"), field="size"),
    Feature(name="quality high", options=Options(quality="high"), field="quality"),
    Feature(name="quality max", options=Options(quality="max"), field="quality"),
    Feature(name="opaque", options=Options(background="opaque"), field="background"),
    Feature(name="transparent", options=Options(background="transparent"), field="background"),
    Feature(name="png", options=Options(output_format="png"), field="output_format"),
    Feature(name="jpeg", options=Options(output_format="jpeg"), field="output_format"),
    Feature(name="webp", options=Options(output_format="webp"), field="output_format"),
    Feature(name="compression", options=Options(output_format="jpeg", compression=60), field="output_compression"),
    Feature(name="moderation low", moderation="low", field="moderation"),
    Feature(name="previews", field="partial_images"),
    Feature(name="person's hash", field="safety_identifier"),
    Feature(name="input fidelity", inputs=1, field="input_fidelity"),
    Feature(name="wrong key", trouble="wrong key"),
    Feature(name="no money", trouble="no money"),
    Feature(name="unknown model", trouble="unknown model"),
    Feature(name="wrong address (404)", trouble="wrong address"),
)


class Outcome(StrEnum):
    """How a cell ends; all but the last two bring the pictures."""

    SENT = "sent"
    LEFT_OUT = "not sent"
    IN_WORDS = "in words"
    ADAPTED = "adapted"
    SEVERAL = "several calls"
    RETRIED = "refused free, then left out"
    REFUSED = "refused before paying"
    NAMED = "named"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One cell: how it ends, how many POSTs leave, and the `value` that the feature's field then has on the wire.

    `changes` are what the person is told: option, value used, why. `reason` is why there are no pictures; for an
    error the host is given the profile's own hint.
    """

    outcome: Outcome
    posts: int = 1
    value: str | None = None
    field: str | None = None
    changes: tuple[tuple[str, Scalar, str], ...] = ()
    reason: Reason | None = None
    previews: int | None = None

    @property
    def text(self) -> str:
        """The cell as the table shows it."""
        match self.outcome:
            case Outcome.SENT if self.field:
                return f"sent as `{self.field}`"
            case Outcome.ADAPTED:
                return f"adapted: {self.changes[-1][1] or 'left out'}"
            case Outcome.SEVERAL:
                return f"{self.posts} calls"
            case Outcome.NAMED if self.reason:
                return f"named: {self.reason.replace('_', ' ')}"
            case _:
                return self.outcome.value


def sent(value: str | None = None, *, field: str | None = None, previews: int | None = None) -> Expected:
    """One POST that the gateway takes, with this value in it."""
    return Expected(outcome=Outcome.SENT, value=value, field=field, previews=previews)


def adapted(option: str, used: Scalar, why: str, *, value: str | None = None) -> Expected:
    """Something else is sent, or nothing, and the person is told."""
    return Expected(outcome=Outcome.ADAPTED, value=value, changes=((option, used, why),))


def resized(size: str, *, is_said: bool = False) -> Expected:
    """The nearest size there is; in a conversation it is said."""
    return adapted("size", size, "nearest_size", value=None if is_said else size)


def refused(reason: Reason) -> Expected:
    """Nothing leaves."""
    return Expected(outcome=Outcome.REFUSED, posts=0, reason=reason)


def named(reason: Reason) -> Expected:
    """One POST leaves, costs nothing, and the answer is understood."""
    return Expected(outcome=Outcome.NAMED, reason=reason)


LEFT_OUT: Final = Expected(outcome=Outcome.LEFT_OUT)
IN_WORDS: Final = Expected(outcome=Outcome.IN_WORDS)
THREE_CALLS: Final = Expected(outcome=Outcome.SEVERAL, posts=3, changes=(("count", 3, "fan_out"),))
RETRIED: Final = Expected(outcome=Outcome.RETRIED, posts=2)
"""The host's own word against the profile: refused by name, at no cost, and not sent again."""

_AT_ITS_WORD: Final[Mapping[str, Expected]] = {
    **{name: sent() for name in ("generate", "edit", "two pictures", "mask", "second turn")},
    "three at once": sent("3"),
    "size auto": sent("auto"),
    **{size: sent(size) for size in ("1024x1024", "1536x1024", "2048x2048", "1600x1200", "3840x2160")},
    "quality high": sent("high"),
    "quality max": adapted("quality", "high", "not_offered", value="high"),
    **{name: sent(name) for name in ("opaque", "transparent", "png", "jpeg", "webp")},
    "compression": sent("60"),
    "moderation low": sent("low"),
    "previews": sent("1", previews=1),
    "person's hash": sent("c0ffee"),
    "input fidelity": LEFT_OUT,
    "wrong key": named(Reason.BAD_KEY),
    "no money": named(Reason.NO_MONEY),
    "unknown model": named(Reason.MODEL_UNKNOWN),
    "wrong address (404)": named(Reason.WRONG_URL),
}
"""gpt-image-2 where the Images API is offered as OpenAI does."""

_SILENT: Final = {"moderation low": RETRIED, "previews": LEFT_OUT, "person's hash": LEFT_OUT}
"""What a guide says nothing of."""

_POOL: Final = {"unknown model": named(Reason.OVERLOADED)}
"""new-api has no channel for a model that it does not know."""

_CLASSIC: Final = {name: resized("1536x1024") for name in ("1600x1200", "3840x2160")}
_NO_2K: Final = {"2048x2048": resized("1024x1024")}
_OPAQUE: Final = {"transparent": adapted("background", "opaque", "not_offered", value="opaque")}
_NO_EDITS: Final = {
    name: refused(Reason.EDIT_NOT_OFFERED) for name in ("edit", "two pictures", "mask", "second turn", "input fidelity")
}
_SQUARE: Final = {name: resized("1024x1024") for name in ("1536x1024", "2048x2048", "1600x1200", "3840x2160")}

_CONVERSATION: Final[Mapping[str, Expected]] = {
    **_AT_ITS_WORD,
    "mask": refused(Reason.MASK_NOT_OFFERED),
    "three at once": THREE_CALLS,
    "size auto": LEFT_OUT,
    "1024x1024": IN_WORDS,
    "1536x1024": IN_WORDS,
    "2048x2048": resized("1024x1024", is_said=True),
    "1600x1200": resized("1536x1024", is_said=True),
    "3840x2160": resized("1536x1024", is_said=True),
    "quality high": adapted("quality", None, "left_out"),
    "quality max": adapted("quality", None, "left_out"),
    "opaque": LEFT_OUT,
    "transparent": adapted("background", "opaque", "not_offered"),
    "png": LEFT_OUT,
    "jpeg": adapted("format", "png", "not_offered"),
    "webp": adapted("format", "png", "not_offered"),
    "compression": Expected(
        outcome=Outcome.ADAPTED,
        changes=(("format", "png", "not_offered"), ("compression", None, "no_compression")),
    ),
    "moderation low": LEFT_OUT,
    "previews": LEFT_OUT,
    "person's hash": LEFT_OUT,
}
"""Chat completions have no fields: a size is said in words, everything else is left out and said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One gateway: `slug` names it in `gateways.example.toml`, "" if it is not there; `model` is its number there."""

    title: str
    persona: str
    slug: str = ""
    model: int = 0
    cells: Mapping[str, Expected]


ROWS: Final = (
    Row(title="OpenAI", persona="openai", slug="openai", cells=_AT_ITS_WORD),
    Row(
        title="OpenAI, Responses",
        persona="openai",
        slug="openai-responses",
        cells={
            **_AT_ITS_WORD,
            "second turn": sent("resp_local000000"),
            "three at once": THREE_CALLS,
            "quality max": sent("max"),
        },
    ),
    Row(
        title="aicentos",
        persona="aicentos",
        slug="aicentos",
        cells={
            **_AT_ITS_WORD, **_SILENT, **_POOL, **_NO_EDITS, **_SQUARE,
            "three at once": THREE_CALLS,
            "size auto": LEFT_OUT,
            "opaque": LEFT_OUT,
        },
    ),
    Row(
        title="aicentos, chat",
        persona="aicentos",
        slug="aicentos-chat",
        cells={**_CONVERSATION, **_POOL},
    ),
    Row(
        title="model-go",
        persona="model-go",
        slug="model-go",
        cells={**_AT_ITS_WORD, **_SILENT, **_POOL, **_NO_EDITS, **_CLASSIC, **_NO_2K},
    ),
    Row(
        title="Clauddy",
        persona="clauddy",
        slug="clauddy",
        cells={**_AT_ITS_WORD, **_SILENT, **_POOL, **_CLASSIC},
    ),
    Row(
        title="Clauddy, Nano Banana",
        persona="clauddy",
        slug="clauddy",
        model=1,
        cells={**_CONVERSATION, **_POOL},
    ),
    Row(
        title="Qiuqiu Token",
        persona="qiuqiu",
        slug="qiuqiu",
        cells={**_AT_ITS_WORD, **_SILENT, **_POOL, **_CLASSIC, **_NO_2K, "moderation low": sent("low")},
    ),
    Row(
        title="CiYuanX",
        persona="ciyuanx",
        slug="ciyuanx",
        cells={
            **_AT_ITS_WORD, **_SILENT, **_POOL, **_OPAQUE,
            "three at once": THREE_CALLS,
            "previews": sent("1", previews=0),
        },
    ),
    Row(
        title="LiteLLM",
        persona="litellm",
        slug="litellm",
        cells={
            **_AT_ITS_WORD, **_OPAQUE,
            "previews": LEFT_OUT,
            "person's hash": sent("c0ffee", field="user"),
        },
    ),
    Row(
        title="new-api",
        persona="new-api",
        slug="new-api",
        cells={**_AT_ITS_WORD, **_SILENT, **_POOL, **_OPAQUE, "moderation low": sent("low")},
    ),
    Row(
        title="OpenRouter",
        persona="openrouter",
        slug="openrouter",
        cells=_CONVERSATION,
    ),
    Row(
        title="a local server",
        persona="local-server",
        slug="here",
        cells={
            **_AT_ITS_WORD, **_SILENT, **_NO_EDITS, **_CLASSIC, **_NO_2K, **_OPAQUE,
            "three at once": THREE_CALLS,
            "moderation low": sent("low"),
            "wrong key": sent(),
        },
    ),
    Row(
        title="unknown",
        persona="unknown",
        cells={**_AT_ITS_WORD, **_SILENT, **_OPAQUE, "three at once": THREE_CALLS},
    ),
)  # fmt: skip
