"""From a body to a request that passed every rule, whichever of the dialects it is written in."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from playground.images.chat_rules import Fetch, check_chat
from playground.images.conformance import Conformance
from playground.images.endpoint import Endpoint, ImageRequest
from playground.images.memory import Memory
from playground.images.models import Model
from playground.images.posts import UploadedFile
from playground.images.references import referenced
from playground.images.responses_rules import check_response
from playground.images.rules import check_fields
from playground.images.switches import Switches
from playground.images.turn import Turn
from playground.images.uploads import Body, check_inputs, check_mask, input_files, scalars


@dataclass(frozen=True, slots=True, kw_only=True)
class Valid:
    """A request that passed every rule.

    Shape:  `files` are the pictures that came inside its JSON and were looked at; `inputs_px` are the sizes of its
            inputs, for the usage; `turn` says something only for the Responses API.
    """

    request: ImageRequest
    inputs_px: tuple[tuple[int, int], ...] = ()
    files: tuple[UploadedFile, ...] = ()
    turn: Turn = field(default_factory=Turn)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """Every rule, over the models of each dialect: those that paint, those that chat, those that hold the tool."""

    images: Mapping[str, Model]
    chats: Mapping[str, Model]
    texts: Mapping[str, Model]
    memory: Memory
    switches: Switches
    conformance: Conformance

    async def check(self, endpoint: Endpoint, body: Body, fetch: Fetch) -> Valid:
        """Return the request a body asks for; `fetch` gives a file of this server by its URL, or None.

        Errors: Refusal.
        """
        match endpoint:
            case Endpoint.GENERATIONS:
                valid = Valid(request=check_fields(endpoint, body.fields, self.images))
            case Endpoint.EDITS:
                valid = await asyncio.to_thread(self._edit, body)
            case Endpoint.CHAT:
                valid = await asyncio.to_thread(self._chat, body, fetch)
            case Endpoint.RESPONSES:
                valid = await asyncio.to_thread(self._response, body, fetch)
        self.conformance.check_request(endpoint, body)
        return valid

    def axis(self, request: ImageRequest) -> Mapping[str, int]:
        """Return the token factors of the model that paints a request."""
        models = self.chats if request.endpoint is Endpoint.CHAT else self.images
        return models[request.model].axis

    def _edit(self, body: Body) -> Valid:
        fields, files = (scalars(body), body.files) if body.is_form else referenced(body.fields)
        inputs, mask = input_files(files)
        sizes_px = check_inputs(inputs)
        if mask is not None:
            check_mask(mask, sizes_px[0])
        also = frozenset[str]() if body.is_form else frozenset({"moderation"})
        request = check_fields(Endpoint.EDITS, fields, self.images, canvas_px=sizes_px[0], also=also)
        contents = tuple(file.content for file in inputs)
        request = replace(request, inputs=contents, mask=mask.content if mask else None)
        return Valid(request=request, inputs_px=sizes_px, files=() if body.is_form else files)

    def _chat(self, body: Body, fetch: Fetch) -> Valid:
        takes_modalities = not self.switches.is_refusing_modalities
        talk = check_chat(body.fields, self.chats, fetch, takes_modalities=takes_modalities)
        return Valid(request=talk.request, inputs_px=talk.inputs_px, files=talk.files)

    def _response(self, body: Body, fetch: Fetch) -> Valid:
        memory = Memory() if self.switches.is_losing_responses else self.memory
        asked = check_response(body.fields, images=self.images, texts=self.texts, memory=memory, fetch=fetch)
        return Valid(request=asked.request, inputs_px=asked.inputs_px, files=asked.files, turn=asked.turn)
