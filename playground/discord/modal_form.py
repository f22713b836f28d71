"""A modal as a person fills it in: which fields it has, what each takes, and the submission that comes of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from playground.discord.components import ComponentKind
from playground.discord.errors import RefusedError
from playground.discord.interaction import Modal
from playground.discord.options import ENTITY_SELECTS, Form
from playground.discord.wire import Payload, objects
from playground.discord.world import Channel, Role, Upload, User

Value: TypeAlias = str | bool | Sequence[str] | Sequence[User | Role | Channel] | None
T = TypeVar("T")
MAX_TEXT = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a modal: the label a person sees, and the component under it."""

    label: str
    component: Payload
    wrapper: Payload

    @property
    def custom_id(self) -> str:
        """Return the id under which the bot knows it."""
        return str(self.component["custom_id"])

    @property
    def kind(self) -> ComponentKind:
        """Return what kind of field it is."""
        return ComponentKind(self.component["type"])

    @property
    def required(self) -> bool:
        """Return whether it must be filled in; fields are, unless they say otherwise."""
        return bool(self.component.get("required", self.kind is not ComponentKind.CHECKBOX))


def fields(modal: Modal) -> list[Field]:
    """Return the fields of a modal, in order; text between them is left out."""
    return list(_fields(modal.components))


def _fields(components: list[Payload]) -> Iterator[Field]:
    for one in components:
        if one["type"] == ComponentKind.LABEL:
            yield Field(label=str(one["label"]), component=one["component"], wrapper=one)
        elif one["type"] == ComponentKind.ACTION_ROW:
            for inner in one["components"]:
                yield Field(label=str(inner.get("label") or ""), component=inner, wrapper=one)


def submission(modal: Modal, values: Mapping[str, Value], files: Mapping[str, Sequence[Upload]], form: Form) -> Payload:
    """Return the data of a MODAL_SUBMIT.

    `values` and `files` are by custom_id or label. Fields not named keep what the bot put in them.
    Errors: RefusedError for an unknown field and for what the client app would mark red.
    """
    known = fields(modal)
    for name in (*values, *files):
        if not any(name in (one.custom_id, one.label) for one in known):
            raise RefusedError(f"the form has no field {name!r}; it has {[one.label for one in known]}")
    components = [
        _submitted(one, _given(one, values), _given(one, files) or (), form, given=_is_given(one, values))
        for one in known
    ]
    data: Payload = {"custom_id": modal.custom_id, "components": components}
    return {**data, "resolved": form.resolved} if form.resolved else data


def _submitted(field: Field, value: Value, uploads: Sequence[Upload], form: Form, *, given: bool) -> Payload:
    shape: Payload = {"type": int(field.kind), "custom_id": field.custom_id, "id": field.component["id"]}
    match field.kind:
        case ComponentKind.TEXT_INPUT:
            shape["value"] = _text(field, value if given else field.component.get("value") or "")
        case ComponentKind.FILE_UPLOAD:
            _require_count(field, len(uploads), least=1 if field.required else 0)
            shape["values"] = [form.attach(one) for one in uploads]
        case ComponentKind.RADIO_GROUP:
            shape["value"] = _one_of(field, value if given else next(iter(_defaults(field)), None))
        case ComponentKind.CHECKBOX:
            shape["value"] = bool(value if given else field.component.get("default"))
        case ComponentKind.STRING_SELECT | ComponentKind.CHECKBOX_GROUP:
            shape["values"] = _some_of(field, value if given else _defaults(field))
        case kind if kind in ENTITY_SELECTS:
            things = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
            _require_count(field, len(things), least=1 if field.required else 0)
            shape["values"] = [form.refer(ENTITY_SELECTS[kind], field.label, one) for one in things]
        case kind:
            raise RefusedError(f"nothing can be filled in to a {kind.name.lower()}")
    wrapper: Payload = {"type": field.wrapper["type"], "id": field.wrapper["id"]}
    if field.wrapper["type"] == ComponentKind.ACTION_ROW:
        return {**wrapper, "components": [shape]}
    return {**wrapper, "component": shape}


def _text(field: Field, value: object) -> str:
    if not isinstance(value, str):
        raise RefusedError(f"{field.label!r} takes text, not {value!r}")
    least = field.component.get("min_length") or (1 if field.required else 0)
    most = field.component.get("max_length") or MAX_TEXT
    if (value or field.required) and not least <= len(value) <= most:
        raise RefusedError(f"{field.label!r} takes {least} to {most} characters, not {len(value)}")
    return value


def _one_of(field: Field, value: Value) -> str | None:
    if value is None and not field.required:
        return None
    if value not in _options(field):
        raise RefusedError(f"{field.label!r} takes one of {_options(field)}, not {value!r}")
    return str(value)


def _some_of(field: Field, value: Value) -> list[str]:
    listed = list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    chosen = [str(one) for one in listed if one]
    unknown = [one for one in chosen if one not in _options(field)]
    if unknown:
        raise RefusedError(f"{field.label!r} takes {_options(field)}, not {unknown}")
    _require_count(field, len(chosen), least=1 if field.required else 0)
    return chosen


def _require_count(field: Field, count: int, *, least: int) -> None:
    least = max(least, (field.component.get("min_values") or 0) if field.required or count else 0)
    most = field.component.get("max_values") or max(
        1, len(_options(field)) * (field.kind is ComponentKind.CHECKBOX_GROUP)
    )
    if not least <= count <= most:
        raise RefusedError(f"{field.label!r} takes {least} to {most}, not {count}")


def _options(field: Field) -> list[str]:
    return [str(one["value"]) for one in objects(field.component.get("options"))]


def _defaults(field: Field) -> list[str]:
    return [str(one["value"]) for one in objects(field.component.get("options")) if one.get("default")]


def _is_given(field: Field, by_name: Mapping[str, object]) -> bool:
    return field.custom_id in by_name or field.label in by_name


def _given(field: Field, by_name: Mapping[str, T]) -> T | None:
    return by_name.get(field.custom_id, by_name.get(field.label))
