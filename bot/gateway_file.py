"""`gateways.toml`: several gateways as a host writes them, checked field by field; what each can do is known elsewhere.

Every option is a field here, and its description says what to write; `gateways.example.toml` explains each in a line.
A key is never written into the file: it holds the name of an environment variable.
"""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Final, Literal, Self, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails

from bot.capability import SizeRule
from bot.errors import ConfigurationError
from bot.model import Dialect, MaskPolarity

_SIZE: Final = re.compile(r"([1-9]\d{1,3})x([1-9]\d{1,3})")
_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_KEY: Final = re.compile(
    r"(?:g?sk|pk|rk)[-_][\w.*-]{12}|bearer\s|eyJ[\w-]{8,}\.|AIza[\w-]{10}|(?=[a-z]*\d)[a-z0-9]{32,}\Z", re.IGNORECASE
)
_FIELD: Final = re.compile(r"[a-z_]{1,40}")
_CHOICE_CHARS: Final = 100
"""What the value of one choice may have (Discord docs, Application Commands, read 2026-11-20)."""
_NAME_CHARS: Final = 80
_EDGE_PX: Final = 65_536
_AUTO: Final = "auto"
_SQUARE: Final = (1024, 1024)

Variable = Callable[[str], str | None]
"""Looks an environment variable up; None where it is not set."""


def _shaped(pattern: re.Pattern[str], wanted: str) -> AfterValidator:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError(f"is not {wanted}")
        return value

    return AfterValidator(check)


def looks_like_key(text: str) -> bool:
    """Tell whether this is rather a key pasted into the wrong place than a name or a host."""
    return _KEY.match(text) is not None


def _is_line(value: str) -> str:
    if looks_like_key(value):
        raise ValueError("looks like a key, which belongs into the variable that key_env names")
    if _CONTROLS.search(value):
        raise ValueError("holds a line break or a control character")
    return value


Line = Annotated[str, AfterValidator(_is_line)]
"""Words that are shown: one line of them, and no key."""
Slug = Annotated[Line, _shaped(_SLUG, "a short name of small letters, digits and hyphens")]
VariableName = Annotated[str, _shaped(_VARIABLE, "the name of an environment variable; never write the key itself")]
Currency = Annotated[str, _shaped(_CURRENCY, "a currency's three capital letters, such as USD or CNY")]
Size = Annotated[str, _shaped(re.compile(rf"auto|{_SIZE.pattern}"), "a size such as 1024x1024 (10 to 9999), or auto")]
Word = Annotated[Line, Field(min_length=1, max_length=40)]
Amount = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Seconds = Annotated[float, Field(ge=1, le=3600, allow_inf_nan=False)]
Pixels = Annotated[int, Field(ge=1, le=1_000_000_000)]


class _Table(BaseModel):
    """A table of the file: nothing unknown, nothing converted, no value in an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


class Addresses(_Table):
    """Exact addresses of single endpoints; the others are derived from the base URL or from these."""

    generations: str | None = Field(default=None, description="the exact address of images/generations")
    edits: str | None = Field(default=None, description="the exact address of images/edits")
    chat: str | None = Field(default=None, description="the exact address of chat/completions")
    responses: str | None = Field(default=None, description="the exact address of responses")
    models: str | None = Field(default=None, description="the exact address of the list of models")

    def given(self) -> dict[str, str]:
        """Return those that are there, by name."""
        return cast("dict[str, str]", self.model_dump(exclude_none=True))


class Timeouts(_Table):
    """The clocks of a call, in seconds."""

    connect_s: Seconds = Field(default=10.0, description="seconds until a connection stands, 1 to 3600")
    total_s: Seconds = Field(default=600.0, description="seconds until an unanswered call is given up, 1 to 3600")
    idle_s: Seconds = Field(default=120.0, description="seconds between two events of a stream, 1 to 3600")

    @model_validator(mode="after")
    def _connects_in_time(self) -> Self:
        if "connect_s" in self.model_fields_set and self.connect_s > self.total_s:
            raise ValueError(
                "connect_s is above total_s, which counts from the same moment. Lower it, or raise total_s"
            )
        return self


class Prices(_Table):
    """What a model costs: a flat amount, or amounts for a million tokens of each kind."""

    currency: Currency | None = Field(default=None, description="the currency of these prices, such as USD or CNY")
    per_call: Amount | None = Field(default=None, description="what each call costs, however many pictures it brings")
    per_picture: Amount | None = Field(default=None, description="what each picture costs that comes")
    text_in: Amount | None = Field(default=None, description="the price of a million tokens of the prompt")
    image_in: Amount | None = Field(default=None, description="the price of a million tokens of pictures sent along")
    image_out: Amount | None = Field(default=None, description="the price of a million tokens of pictures that come")
    text_out: Amount | None = Field(default=None, description="the price of a million tokens of words that come")
    text_model_in: Amount | None = Field(
        default=None, description="the price of a million tokens the text model reads (dialect responses)"
    )
    text_model_out: Amount | None = Field(
        default=None, description="the price of a million tokens the text model writes (dialect responses)"
    )

    @property
    def token_prices(self) -> dict[str, float]:
        """Return the prices for a million tokens that were given, by kind."""
        flat = {"currency", "per_call", "per_picture"}
        return cast("dict[str, float]", self.model_dump(exclude_none=True, exclude=flat))

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        tokens, is_flat = self.token_prices, (self.per_call, self.per_picture) != (None, None)
        if is_flat and tokens:
            raise ValueError("holds both a flat price and prices for tokens. Keep one of the two")
        if not is_flat and "image_out" not in tokens:
            raise ValueError("holds no price of a picture. Write per_call, per_picture or image_out")
        return self


class Rule(_Table):
    """Any size within limits; what is left out is as for gpt-image-2."""

    step_px: Pixels = Field(default=16, description="the number both edges divide by")
    longest_px: Annotated[int, Field(ge=1, le=_EDGE_PX)] = Field(
        default=3840, description=f"the longest edge in pixels, 1 to {_EDGE_PX}"
    )
    min_area_px: Pixels = Field(default=655_360, description="the smallest area in pixels")
    max_area_px: Pixels = Field(default=8_294_400, description="the largest area in pixels")
    max_ratio: Annotated[float, Field(ge=1, le=100, allow_inf_nan=False)] = Field(
        default=3.0, description="the longer edge by the shorter"
    )

    @model_validator(mode="after")
    def _has_room(self) -> Self:
        if self.min_area_px > self.max_area_px:
            raise ValueError("min_area_px is above max_area_px. Swap them")
        if self.some_size() is None:
            raise ValueError(
                "no size is within these limits. Raise longest_px or max_area_px, or lower step_px or min_area_px"
            )
        return self

    def some_size(self) -> tuple[int, int] | None:
        """Return a size within the limits, None where there is none."""
        cell_px, most = self.step_px**2, self.longest_px // self.step_px
        for short in range(1, most + 1):
            long = min(most, int(short * self.max_ratio), self.max_area_px // cell_px // short)
            if long >= short and long * short * cell_px >= self.min_area_px:
                return long * self.step_px, short * self.step_px
        return None


class Model(_Table):
    """One model: its id as sent, how it is asked, what it costs, and what overrules what is known of it."""

    id: Annotated[Line, Field(min_length=1, max_length=_NAME_CHARS)] = Field(
        description="the model's id as the gateway lists it"
    )
    dialect: Dialect | None = Field(default=None, description="images, chat or responses")
    good_for: Annotated[Line, Field(max_length=100)] = Field(
        default="", description="what members should choose it for, in a few words"
    )
    prices: Prices | None = Field(default=None, description="a table of prices")

    generate: bool | None = Field(default=None, description="true if it paints from words alone")
    edit: bool | None = Field(default=None, description="true if it changes pictures")
    max_inputs: Annotated[int, Field(ge=0, le=16)] | None = Field(
        default=None, description="how many pictures an edit may start from, 0 to 16"
    )
    edit_field: Literal["auto", "image", "image[]"] | None = Field(
        default=None, description='"auto", "image" or "image[]": the part of the form that holds a picture'
    )
    mask: bool | None = Field(default=None, description="true if it takes a mask")
    mask_polarity: MaskPolarity | None = Field(
        default=None, description="alpha, white or black: what marks the part to paint anew"
    )
    sizes: Annotated[list[Size], Field(min_length=1)] | None = Field(
        default=None, description='the sizes it paints, such as ["1024x1024", "auto"]'
    )
    size_rule: Rule | None = Field(default=None, description="a table of limits, within which any size is painted")
    qualities: list[Word] | None = Field(default=None, description="the words it takes for quality; [] for none")
    max_n: Annotated[int, Field(ge=1, le=10)] | None = Field(
        default=None, description="how many pictures one call may ask for, 1 to 10"
    )
    backgrounds: list[Literal["auto", "opaque", "transparent"]] | None = Field(
        default=None, description="which of auto, opaque and transparent it takes; [] for none"
    )
    formats: list[Literal["png", "jpeg", "webp"]] | None = Field(
        default=None, description="which of png, jpeg and webp it takes; [] for none"
    )
    compression: bool | None = Field(default=None, description="true if it takes a compression for jpeg and webp")
    moderation: list[Word] | None = Field(
        default=None, description='the words it takes for moderation, such as ["auto", "low"]; [] for none'
    )
    stream: bool | None = Field(default=None, description="true if it streams")
    partial_images: Annotated[int, Field(ge=0, le=3)] | None = Field(
        default=None, description="how many previews to ask a stream for, 0 to 3; with 0 nothing is streamed"
    )
    input_fidelity: Literal["high", "low", "omit"] | None = Field(
        default=None, description="high, low or omit: the highest input_fidelity it takes with edits"
    )
    user_field: Literal["", "user", "safety_identifier"] | None = Field(
        default=None, description='the field for a hash of the person: "user", "safety_identifier", or "" for none'
    )
    max_prompt_chars: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(
        default=None, description="the longest prompt in characters"
    )
    modalities: list[Word] | None = Field(
        default=None, description='what chat should answer with, such as ["image", "text"]; [] sends nothing'
    )
    text_model: Annotated[Line, Field(min_length=1, max_length=_NAME_CHARS)] | None = Field(
        default=None, description="the text model that holds the image tool (dialect responses)"
    )
    keeps_responses: bool | None = Field(
        default=None, description="true if a further edit may refer to an earlier answer (dialect responses)"
    )

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if self.edit and self.max_inputs == 0:
            raise ValueError("edit is true and max_inputs is 0. Raise max_inputs, or write edit = false")
        if (self.generate, self.edit) == (False, False):
            raise ValueError("generate and edit are both false. Write true for one of them, or remove the model")
        return self

    @model_validator(mode="after")
    def _has_text_model(self) -> Self:
        if self.dialect == "responses" and self.text_model is None:
            raise ValueError(
                "text_model is missing, and with the dialect responses a text model holds the image tool. "
                "Name one that your key may use"
            )
        return self

    def capabilities(self) -> dict[str, object]:
        """Return what overrules what is known of the model, by the names of `Capabilities`.

        A stream without a number of previews asks for one, since only then does it defeat a proxy's patience; previews
        make a stream.
        """
        apart = {"id", "dialect", "good_for", "prices", "sizes", "size_rule", "input_fidelity"}
        dumped = cast("dict[str, object]", self.model_dump(exclude_none=True, exclude=apart))
        able = {
            name: tuple(cast("list[object]", value)) if isinstance(value, list) else value
            for name, value in dumped.items()
        }
        if self.sizes or self.size_rule:
            able["sizes"] = self._size_rule()
        if self.input_fidelity:
            able["input_fidelity"] = {"high": ("low", "high"), "low": ("low",), "omit": ()}[self.input_fidelity]
        if self.max_inputs == 0:
            able["edit"] = False
        if self.stream:
            able.setdefault("partial_images", 1)
        if self.partial_images:
            able.setdefault("stream", True)
        return able

    def _size_rule(self) -> SizeRule:
        found = (_SIZE.fullmatch(size) for size in self.sizes or ())
        presets = tuple((int(size[1]), int(size[2])) for size in found if size)
        has_auto = self.sizes is None or _AUTO in self.sizes
        if self.size_rule is None:
            return SizeRule(presets=presets or (_SQUARE,), auto=has_auto)
        some = SizeRule(presets=(self.size_rule.some_size() or _SQUARE,), free=True, **self.size_rule.model_dump())
        return replace(some, presets=presets or (some.nearest(*_SQUARE),), auto=has_auto)


class Entry(_Table):
    """One gateway."""

    slug: Slug = Field(description="a short name of small letters, digits and hyphens, at most 32")
    title: Annotated[Line, Field(min_length=1, max_length=40)] | None = Field(
        default=None, description="the name that people see, at most 40 characters"
    )
    profile: str = Field(default=_AUTO, description="the name of a profile, or auto to tell it by the address")
    base_url: str | None = Field(default=None, description="the gateway's base URL, with /v1")
    endpoints: Addresses = Field(default=Addresses(), description="a table of exact addresses")
    key_env: VariableName | None = Field(
        default=None, description="the name of the environment variable that holds the key"
    )
    timeouts: Timeouts = Field(default=Timeouts(), description="a table of seconds")
    concurrency: Annotated[int, Field(ge=1, le=256)] = Field(
        default=4, description="how many calls may run there at once, 1 to 256"
    )
    requests_per_minute: Annotated[int, Field(ge=1, le=100_000)] | None = Field(
        default=None, description="how many calls may start in a minute, at least 1"
    )
    moderation: Literal["", "auto", "low"] = Field(
        default="", description='the strictness to send with generations: "auto", "low", or "" for none'
    )
    currency: Currency = Field(default="USD", description="the currency of its prices, such as USD or CNY")
    ask_first: bool = Field(default=False, description="true if every order there waits for a click on its price")
    model: Annotated[list[Model], Field(min_length=1)] = Field(description="at least one [[gateway.model]]")

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.base_url is None and not self.endpoints.given():
            raise ValueError("base_url is missing. Write the gateway's base URL, with /v1")
        ids = [model.id for model in self.model]
        if len(set(ids)) < len(ids):
            raise ValueError("two models have the same id. Remove one, or give it a gateway of its own")
        if any(len(f"{self.slug}/{one}") > _CHOICE_CHARS for one in ids):
            raise ValueError(f"slug and a model's id are over {_CHOICE_CHARS} characters together. Shorten the slug")
        return self


class _File(_Table):
    gateway: Annotated[list[Entry], Field(min_length=1)] = Field(description="at least one [[gateway]]")

    @model_validator(mode="after")
    def _has_slugs_apart(self) -> Self:
        slugs = [entry.slug for entry in self.gateway]
        if len(set(slugs)) < len(slugs):
            raise ValueError("two gateways have the same slug. Give each its own")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured:
    """One gateway of the file with its key, which is empty where none is wanted; `where` names it in errors."""

    entry: Entry
    key: SecretStr
    where: str


def read(path: Path, variable: Variable) -> tuple[Configured, ...]:
    """Read the file and look each key up.

    Errors: `ConfigurationError`, one sentence per problem with file, gateway, field, what is wrong and the fix; never
    a value, since anything may have been pasted anywhere.
    """
    document = _parsed(path)
    try:
        file = _File.model_validate(document)
    except ValidationError as error:
        problems = [_sentence(path, document, entry) for entry in error.errors(include_input=False, include_url=False)]
        raise ConfigurationError(*dict.fromkeys(problems)) from None
    found = [(entry, f'{path.name}, gateway "{entry.slug}"') for entry in file.gateway]
    keys = [_key(entry, where, variable) for entry, where in found]
    if problems := [key for key in keys if isinstance(key, str)]:
        raise ConfigurationError(*problems)
    return tuple(
        Configured(entry=entry, key=key, where=where)
        for (entry, where), key in zip(found, keys, strict=True)
        if isinstance(key, SecretStr)
    )


def _parsed(path: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigurationError(
            f"{path.name}: the file cannot be read ({error.strerror}). Let this user read it, or mend GATEWAYS_FILE."
        ) from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path.name}: the file is no text in UTF-8. Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"\(at .+\)\Z", str(error))  # its other words may hold what stands there
        raise ConfigurationError(
            f"{path.name}: the file is no TOML {at[0] if at else '(somewhere)'}. Compare it with gateways.example.toml."
        ) from None
    except (ValueError, RecursionError):  # too many digits for a number, too many brackets within each other
        raise ConfigurationError(
            f"{path.name}: the file holds a number or a nesting beyond all measure. Compare it with "
            "gateways.example.toml."
        ) from None


def _key(entry: Entry, where: str, variable: Variable) -> SecretStr | str:
    """Return the key, or the sentence that says what is wrong with it."""
    if entry.key_env is None:
        return SecretStr("")
    value = (variable(entry.key_env) or "").strip()
    if not value:
        return (
            f"{where}: the variable that key_env names is set neither in the environment nor in .env. "
            "Set it to the gateway's key, or leave key_env out where none is wanted."
        )
    if not value.isascii() or not value.isprintable() or " " in value:
        return f"{where}: the variable that key_env names holds a space or a character no key has. Copy the key again."
    return SecretStr(value)


# -- saying what is wrong -------------------------------------------------------------------------------------------


_TABLES: Final[Mapping[str, type[_Table]]] = {
    "gateway": Entry,
    "model": Model,
    "endpoints": Addresses,
    "timeouts": Timeouts,
    "prices": Prices,
    "size_rule": Rule,
}
_SEVERAL: Final = ("gateway", "model")
_WRONG: Final[Mapping[str, str]] = {
    "missing": "is missing",
    "greater_than_equal": "is below {ge:.15g}",
    "less_than_equal": "is above {le:.15g}",
    "too_long": "is longer than {max_length} characters",
    "literal_error": "is none of {expected}",
    "too_short": "is empty",
    "string_type": "is no text in quotes",
    "int_type": "is no whole number without quotes",
    "int_from_float": "is no whole number",
    "float_type": "is no number without quotes",
    "finite_number": "is no finite number",
    "bool_type": "is neither true nor false without quotes",
    "list_type": "is no list in brackets",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """Where in the file something is wrong: the names of the tables, what they may hold, and the field, "" for none."""

    places: tuple[str, ...]
    table: type[_Table]
    field: str


def _sentence(path: Path, document: object, error: ErrorDetails) -> str:
    is_own = error["type"] == "value_error"
    spot = _spot(document, error["loc"], is_whole_table=is_own)
    where = ", ".join([path.name, *spot.places])
    if not spot.field:
        own = error["msg"].removeprefix("Value error, ")
        head = "[[gateway.model]]" if spot.table is Model else "[[gateway]]"
        return f"{where}: {own if is_own else f'this is no table. Write {head} on a line, and its fields below it'}."
    if error["type"] == "extra_forbidden":
        named = f"{spot.field} is no field here" if _FIELD.fullmatch(spot.field) else "a field here has no known name"
        return f"{where}: {named}. {_known(spot)}"
    holds = "holds something that " if isinstance(error["loc"][-1], int) else ""
    advice = spot.table.model_fields[spot.field].description
    return f"{where}: {spot.field} {holds}{_wrong(error, spot.field)}. Write {advice}."


def _wrong(error: ErrorDetails, field: str) -> str:
    """Say in words of our own what pydantic found wrong with a value."""
    kind = error["type"]
    if kind == "value_error":
        return error["msg"].removeprefix("Value error, ")
    if kind in {"model_type", "list_type"} and field in _TABLES:
        return "is no list of tables" if field in _SEVERAL else "is no table"
    return _WRONG.get(kind, "cannot be read").format_map(error.get("ctx", {}))


def _spot(document: object, path: Sequence[int | str], *, is_whole_table: bool) -> _Spot:
    """Follow a path into the document; `is_whole_table` tells that its last name may be a table's."""
    places, table, here = list[str](), _File, document
    parts = list(path)
    while parts:
        name = str(parts.pop(0))
        inner = _TABLES.get(name)
        if inner is None or not (parts or is_whole_table):
            return _Spot(places=tuple(places), table=table, field=name)
        here = cast("Mapping[str, object]", here).get(name) if isinstance(here, dict) else None
        if name in _SEVERAL:
            if not parts:
                return _Spot(places=tuple(places), table=table, field=name)
            number = int(parts.pop(0))
            here = cast("Sequence[object]", here)[number] if isinstance(here, list) else None
            places.append(_named(name, here, number))
        else:
            places.append(name)
        table = inner
    return _Spot(places=tuple(places), table=table, field="")


def _named(kind: str, entry: object, number: int) -> str:
    """Name a gateway by its slug and a model by its id; by its number where it has none worth repeating."""
    held = cast("Mapping[str, object]", entry) if isinstance(entry, dict) else dict[str, object]()
    name = held.get("slug" if kind == "gateway" else "id")
    if not isinstance(name, str) or looks_like_key(name) or _CONTROLS.search(name):
        return f"{kind} {number + 1}"
    is_sound = 0 < len(name) <= _NAME_CHARS if kind == "model" else _SLUG.fullmatch(name)
    return f'{kind} "{name}"' if is_sound else f"{kind} {number + 1}"


def _known(spot: _Spot) -> str:
    names = list(spot.table.model_fields)
    if spot.field == "key":
        return "Write key_env, the name of the environment variable that holds the key."
    if alike := get_close_matches(spot.field, names, n=1):
        return f"Did you mean {alike[0]}?"
    return f"It may hold {', '.join(names)}."
