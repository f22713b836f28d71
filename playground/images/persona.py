"""What a persona is: one known gateway played by the local one, which it narrows; `personas` holds them all.

The honest rules stay the base. A persona refuses what its gateway's documents do not offer, in that gateway's own
words, and answers in its own shape; what the documents leave open is as at OpenAI.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from playground.images.endpoint import Endpoint, ImageRequest
from playground.images.honest import honest
from playground.images.models import Model, chat_models, known_models, text_models
from playground.images.script import Answer
from playground.images.uploads import Body
from playground.images.voices import OPENAI, No, Voice

_IMAGES = (Endpoint.GENERATIONS, Endpoint.EDITS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """One gateway as its documents describe it.

    Shape:  `fields` are those an endpoint knows, every field of OpenAI's where it is not listed; others are refused,
            or lost without a word where `is_dropping` says so for generations.
            `values` are the only ones a field of the Images API may have, `forbids` texts it must not hold, `says` what
            is answered where the field's own words were recorded.
            `plain` and `streamed` answer the Images API, `chat` chat completions.
    """

    name: str
    title: str
    source: str
    voice: Voice = OPENAI
    endpoints: frozenset[Endpoint] = frozenset(Endpoint)
    images: tuple[Model, ...] = field(default_factory=known_models)
    chats: tuple[Model, ...] = field(default_factory=chat_models)
    texts: tuple[Model, ...] = field(default_factory=text_models)
    fields: Mapping[Endpoint, frozenset[str]] = field(default_factory=dict[Endpoint, frozenset[str]])
    is_dropping: bool = False
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    forbids: Mapping[str, str] = field(default_factory=dict[str, str])
    says: Mapping[str, No] = field(default_factory=dict[str, No])
    has_json_edits: bool = True
    wants_key: bool = True
    plain: Answer = honest
    streamed: Answer = honest
    chat: Answer = honest

    def narrow(self, endpoint: Endpoint, body: Body) -> Body:
        """Return what of a body this gateway looks at.

        Errors: Refusal, in its own words, for what it does not take.
        """
        known = self.fields.get(endpoint)
        strange = [name for name in body.fields if known is not None and name not in known]
        if strange and not (self.is_dropping and endpoint is Endpoint.GENERATIONS):
            raise self.voice.refuse(self.voice.unknown_field, name=strange[0])
        if endpoint is Endpoint.EDITS and not (body.is_form or self.has_json_edits):
            raise self.voice.refuse(self.voice.wrong_value, name="image", value="JSON")
        if endpoint in _IMAGES:
            self._check_values(body)
        return replace(body, fields={name: value for name, value in body.fields.items() if name not in strange})

    def answer(self, request: ImageRequest) -> Answer:
        """Return how it answers this request."""
        if request.endpoint is Endpoint.CHAT:
            return self.chat
        if request.endpoint is Endpoint.RESPONSES:
            return honest
        return self.streamed if request.stream else self.plain

    def _check_values(self, body: Body) -> None:
        given = {name: str(value) for name, value in body.fields.items() if value is not None}
        for name, text in self.forbids.items():
            if text in given.get(name, ""):
                raise self.voice.refuse(self.voice.own_check, name=name, value=text)
        for name, allowed in self.values.items():
            if name in given and given[name] not in allowed:
                no = self.says.get(name, self.voice.wrong_value)
                raise self.voice.refuse(no, name=name, value=given[name])


def honest_persona() -> Persona:
    """Return the one that narrows nothing: OpenAI at its word, and every dialect."""
    return Persona(name="honest", title="the local gateway", source="openai-openapi 2.3.0 (read 2026-11-20)")
