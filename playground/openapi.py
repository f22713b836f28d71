"""An OpenAPI 3.1 description turned into checks of JSON and form bodies; which service it is does not matter here."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from jsonschema_rs import Draft202012Validator, Registry, ValidationError, ValidationErrorKind

from playground.json_values import Json, JsonObject, mapping, sequence

Schema: TypeAlias = JsonObject

JSON = "application/json"
FORM = "multipart/form-data"
EVENTS = "text/event-stream"

_METHODS = ("get", "put", "post", "delete", "patch", "head", "options")
_SCHEMA_MAPS = ("properties", "patternProperties", "$defs", "dependentSchemas")
_SCHEMA_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_SCHEMAS = ("items", "additionalProperties", "propertyNames", "contains", "not", "if", "then", "else")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Say where a body leaves its schema.

    Shape: `path` is written as `components[0].label`, "" being the whole body; a missing or an unknown key is named
    by the path it would have. `keyword` is the JSON Schema keyword that failed, and `message` starts with "it".
    """

    path: str
    message: str
    keyword: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """State how requests are read otherwise than the description says; responses are always read as published.

    A component named here that the description lacks is a LookupError when the description is made.

    Shape: `replaced` puts another schema in the place of a component; `closed` refuses keys the description does not
    name, save those in `extra`, which is component name -> further keys (of any value).
    """

    replaced: Mapping[str, Schema] = field(default_factory=dict[str, Schema])
    closed: bool = False
    extra: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])


class Description:
    """Hold one OpenAPI 3.1 document; each operation's checks are compiled at their first use (about 1 ms) and kept."""

    def __init__(self, document: Schema, *, requests: Requests | None = None) -> None:
        requests = requests or Requests()
        self._document = document
        self._requests = _Dialect("urn:requests", _components(document), requests)
        self._responses = _Dialect("urn:responses", _components(document), Requests())
        self._templates = sorted(_templates(document), key=lambda template: template.rank)
        self._operations: dict[tuple[str, str], Operation] = {}

    @classmethod
    def load(cls, path: Path, *, requests: Requests | None = None) -> "Description":
        """Read the document at `path`.

        Errors: OSError, and ValueError when it is not JSON with the shape of a description.
        Effect: reads one file.
        """
        document: Json = json.loads(path.read_bytes())
        if not isinstance(document, dict) or "paths" not in document:
            raise ValueError(f"{path} is not an OpenAPI description: it has no paths")
        return cls(document, requests=requests)

    @property
    def routes(self) -> tuple[tuple[str, str], ...]:
        """List every (METHOD, path template), literal paths before templated ones."""
        return tuple((method.upper(), t.text) for t in self._templates for method in _METHODS if method in t.item)

    def operation(self, method: str, path: str) -> "Operation | None":
        """Find what is described at a real path (`/channels/1/messages`), or None; literal paths win over templates."""
        for template in self._templates:
            if template.pattern.fullmatch(path) and method.lower() in template.item:
                return self._operation(method.lower(), template)
        return None

    def _operation(self, method: str, template: "_Template") -> "Operation":
        key = (method, template.text)
        if key not in self._operations:
            text = mapping(template.item[method])
            self._operations[key] = Operation(text, self._requests, self._responses, self._document)
        return self._operations[key]


class Operation:
    """Check the bodies of one operation; every check is pure and returns the problems found, [] when it is valid."""

    def __init__(self, text: Schema, requests: "_Dialect", responses: "_Dialect", document: Schema) -> None:
        self._text = text
        self._requests = requests
        self._responses = responses
        self._document = document
        self._compiled: dict[tuple[str, str], Draft202012Validator] = {}

    @property
    def media_types(self) -> tuple[str, ...]:
        """Name the media types a request body may have; none when the operation takes no body."""
        return tuple(mapping(mapping(self._text.get("requestBody")).get("content")))

    @property
    def needs_body(self) -> bool:
        """Tell whether a request without a body is refused."""
        return mapping(self._text.get("requestBody")).get("required") is True

    def check_json(self, body: Json) -> list[Problem]:
        """Check a JSON request body."""
        return self._check_request(JSON, body)

    def check_form(self, fields: Iterable[tuple[str, str | bytes]]) -> list[Problem]:
        """Check a multipart body, given as its parts in order; a file's bytes are not looked at (b"" will do).

        A repeated name is an array; text becomes a number or a boolean where the schema takes one and no string.
        """
        schema = self._requests.resolve(self._request_schema(FORM))
        known = mapping(schema.get("properties"))
        parts: dict[str, list[Json]] = {}
        for name, value in fields:
            text = value if isinstance(value, str) else ""
            parts.setdefault(name, []).append(_read(text, self._requests.types(known.get(name))))
        body = {name: _together(values, self._requests.types(known.get(name))) for name, values in parts.items()}
        return self._check_request(FORM, dict(body))

    def check_response(self, status: int, body: Json, *, media_type: str = JSON) -> list[Problem]:
        """Check an answer, or one event's JSON of a `text/event-stream`; None is an answer without a body.

        A status the description does not name is a problem below 500 only: servers may always break.
        """
        key, response = self._response(status)
        if response is None:
            said = Problem(path="", message=f"it has status {status}, which is not described", keyword="status")
            return [] if status >= 500 else [said]  # noqa: PLR2004 - the first status of a broken server
        content = mapping(response.get("content"))
        if media_type not in content:
            said = Problem(path="", message=f"it has a body, which status {status} does not", keyword="content")
            return [] if body is None else [said]
        schema = mapping(content[media_type]).get("schema", True)
        return _problems(self._validator(key, media_type, schema, self._responses), body)

    def _check_request(self, media_type: str, body: Json) -> list[Problem]:
        schema = self._request_schema(media_type)
        return _problems(self._validator("request", media_type, schema, self._requests), body)

    def _request_schema(self, media_type: str) -> Json:
        content = mapping(mapping(self._text.get("requestBody")).get("content"))
        if media_type not in content:
            raise LookupError(f"{self._text.get('operationId')} takes no {media_type} body")
        return mapping(content[media_type]).get("schema", True)

    def _response(self, status: int) -> "tuple[str, Schema | None]":
        described = mapping(self._text.get("responses"))
        for key in (str(status), f"{status // 100}XX", "default"):
            if key in described:
                return key, _follow(self._document, mapping(described[key]))
        return "", None

    def _validator(self, part: str, media_type: str, schema: Json, dialect: "_Dialect") -> Draft202012Validator:
        key = (part, media_type)
        if key not in self._compiled:
            self._compiled[key] = dialect.compile(schema)
        return self._compiled[key]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Template:
    """A path of the description, ready to be matched."""

    text: str
    item: Schema
    pattern: re.Pattern[str]

    @property
    def rank(self) -> tuple[bool, ...]:
        """Order literal segments before templated ones: `/users/@me` before `/users/{user_id}`."""
        return tuple("{" in segment for segment in self.text.split("/"))


class _Dialect:
    """Rewrite the schemas of one direction so that their errors name the exact place, and compile them."""

    def __init__(self, uri: str, components: Schema, requests: Requests) -> None:
        self._uri = uri
        self._how = requests
        if missing := {*requests.replaced, *requests.extra} - components.keys():
            raise LookupError(f"the description has no {', '.join(sorted(missing))}")
        self._components = {**components, **requests.replaced}
        self._registry: Registry | None = None

    def compile(self, schema: Json) -> Draft202012Validator:
        """Build the validator of one body; the shared components are rewritten once, at the first."""
        if self._registry is None:
            named = {name: self._component(name) for name in self._components}
            self._registry = Registry([(self._uri, {"components": {"schemas": named}})])
        rewritten = self.rewrite(schema)
        root = rewritten if isinstance(rewritten, dict) else {"allOf": [rewritten]}
        # Formats are left alone: they describe how Discord stores a value (int32, snowflake), not what it refuses.
        return Draft202012Validator(root, registry=self._registry, validate_formats=False, mask="it")

    def resolve(self, schema: Json) -> Schema:
        """Follow references to the schema itself, as published (or replaced)."""
        found = mapping(schema)
        while isinstance(ref := found.get("$ref"), str):
            found = mapping(self._components[ref.rpartition("/")[2]])
        return found

    def types(self, schema: Json) -> frozenset[str]:
        """Collect the JSON types a schema takes, through references and unions."""
        found = self.resolve(schema)
        stated = found.get("type", [])
        here = [stated] if isinstance(stated, str) else sequence(stated)
        inner = [self.types(branch) for key in ("allOf", "anyOf", "oneOf") for branch in sequence(found.get(key))]
        return frozenset(kind for kind in here if isinstance(kind, str)).union(*inner)

    def rewrite(self, schema: Json, *, closed: bool | None = None) -> Json:
        """Return the schema with absolute references, told-apart unions as if/then, and objects closed if asked."""
        if not isinstance(schema, dict):
            return schema
        out = {key: self._keyword(key, value) for key, value in schema.items() if key not in ("anyOf", "oneOf")}
        for key in ("anyOf", "oneOf"):
            if key in schema:
                out["allOf"] = [*sequence(out.get("allOf")), self._union(key, sequence(schema[key]))]
        if (self._how.closed if closed is None else closed) and "additionalProperties" not in schema:
            self._close(schema, out)
        return out

    def _component(self, name: str) -> Json:
        out = self.rewrite(self._components[name])
        extra = self._how.extra.get(name)
        if extra and isinstance(out, dict):
            out["properties"] = {**dict.fromkeys(sorted(extra), True), **mapping(out.get("properties"))}
        return out

    def _keyword(self, key: str, value: Json) -> Json:
        if key == "$ref" and isinstance(value, str):
            return f"{self._uri}{value}" if value.startswith("#") else value
        if key in _SCHEMA_MAPS:
            return {name: self.rewrite(schema) for name, schema in mapping(value).items()}
        if key in _SCHEMA_LISTS:
            return [self.rewrite(schema) for schema in sequence(value)]
        return self.rewrite(value) if key in _SCHEMAS else value

    def _close(self, schema: Schema, out: Schema) -> None:
        parts = sequence(schema.get("allOf"))
        if any("properties" in self.resolve(part) for part in parts):
            # A part may not refuse the keys of its neighbours: the parts stay open, and their sum is closed.
            out["allOf"] = [self.rewrite(dict(self.resolve(part)), closed=False) for part in parts]
            out["unevaluatedProperties"] = False
        elif "properties" in schema:
            out["additionalProperties"] = False

    def _union(self, key: str, branches: list[Json]) -> Json:
        """Rewrite a union: nothing, a list of constants, or one of several objects told apart by a property."""
        if all("const" in mapping(branch) for branch in branches):
            return {"enum": [mapping(branch)["const"] for branch in branches]}
        some = [branch for branch in branches if mapping(branch).get("type") != "null"]
        if len(some) < len(branches):
            return {"if": {"type": "null"}, "else": self._union(key, some)}
        if len(branches) == 1:
            return self.rewrite(branches[0])
        return self._told_apart(branches) or {key: [self.rewrite(branch) for branch in branches]}

    def _told_apart(self, branches: list[Json]) -> "Schema | None":
        names = mapping(self.resolve(branches[0]).get("properties"))
        for name in sorted(names, key=lambda name: name != "type"):
            values = [self._fixed(branch, name) for branch in branches]
            every = [value for fixed in values for value in fixed]
            if all(values) and len(set(every)) == len(every):
                cases: list[Json] = [
                    {"if": {"properties": {name: {"enum": list(fixed)}}}, "then": self.rewrite(branch)}
                    for fixed, branch in zip(values, branches, strict=True)
                ]
                known: Schema = {"type": "object", "required": [name], "properties": {name: {"enum": list(every)}}}
                return {"if": known, "then": {"allOf": cases}, "else": known}
        return None

    def _fixed(self, branch: Json, name: str) -> tuple[str | int, ...]:
        """Give the values a branch allows for a required property, or () when they are not fixed."""
        schema = self.resolve(branch)
        if name not in sequence(schema.get("required")):
            return ()
        value = self.resolve(mapping(schema.get("properties")).get(name))
        options = [value["const"]] if "const" in value else sequence(value.get("enum"))
        return tuple(option for option in options if isinstance(option, str | int))


def spell(path: Sequence[str | int]) -> str:
    """Write a path as `components[0].label`; the empty path is ""."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def _problems(validator: Draft202012Validator, body: Json) -> list[Problem]:
    try:
        found = [problem for error in validator.iter_errors(body) for problem in _explain(error)]
    except UnicodeEncodeError:  # raised where a fault would have been quoted
        return [Problem(path="", message="it holds half of a surrogate pair, which is no text", keyword="encoding")]
    # An enum that repeats its component's constants fails twice at one place: say it once.
    return list({(problem.path, problem.keyword): problem for problem in found}.values())


def _explain(error: ValidationError) -> Iterator[Problem]:
    path, keyword = error.instance_path, error.kind.name
    match error.kind:
        case ValidationErrorKind.AdditionalProperties(unexpected) | ValidationErrorKind.UnevaluatedProperties(
            unexpected
        ):
            for key in unexpected:
                yield Problem(path=spell([*path, key]), message="it is not a known key", keyword=keyword)
        case ValidationErrorKind.Required(name):
            yield Problem(path=spell([*path, name]), message="it is required", keyword=keyword)
        case ValidationErrorKind.Enum(options):
            listed = ", ".join(json.dumps(option) for option in options)
            yield Problem(path=spell(path), message=f"it is not one of {listed}", keyword=keyword)
        case ValidationErrorKind.AnyOf(context) | ValidationErrorKind.OneOfNotValid(context):
            nearest = _nearest(context, len(path))
            if nearest is None:
                yield Problem(path=spell(path), message=error.message, keyword=keyword)
            for inner in nearest or ():
                yield from _explain(inner)
        case _:
            yield Problem(path=spell(path), message=error.message, keyword=keyword)


def _nearest(branches: list[list[ValidationError]], depth: int) -> list[ValidationError] | None:
    """Choose the branch of a union that the body most likely meant: of its type, with the fewest errors and deepest."""
    meant = [errors for errors in branches if not any(_is_other_type(error, depth) for error in errors)]
    return min(meant, key=lambda errors: (len(errors), -max(map(_depth, errors))), default=None)


def _is_other_type(error: ValidationError, depth: int) -> bool:
    return isinstance(error.kind, ValidationErrorKind.Type) and len(error.instance_path) == depth


def _depth(error: ValidationError) -> int:
    return len(error.instance_path)


def _components(document: Schema) -> Schema:
    return mapping(mapping(document.get("components")).get("schemas"))


def _templates(document: Schema) -> Iterator[_Template]:
    for text, item in mapping(document["paths"]).items():
        pattern = "".join(
            "[^/]+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{[^}]*\})", text)
        )
        yield _Template(text=text, item=mapping(item), pattern=re.compile(pattern))


def _follow(document: Schema, found: Schema) -> Schema:
    """Follow a reference outside the schemas, such as `#/components/responses/ClientErrorResponse`."""
    while isinstance(ref := found.get("$ref"), str):
        found = document
        for step in ref.removeprefix("#/").split("/"):
            found = mapping(found[step])
    return found


def _read(text: str, types: frozenset[str]) -> Json:
    """Read a form field's text as the schema means it."""
    if "string" in types:
        return text
    try:
        value: Json = json.loads(text, parse_constant=str)
    except ValueError:
        return text
    return value if isinstance(value, int | float) else text


def _together(values: list[Json], types: frozenset[str]) -> Json:
    return values if len(values) > 1 or types == frozenset(("array",)) else values[0]
