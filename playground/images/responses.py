"""The answers of the Responses API where all is well: one object, or a stream of events; variants: `responses_answers`.

Source: openai-python 3.52.0 `types/responses` and image-api facts section 5 (read 2026-11-21).
"""

from typing import Any, Final

from playground.images.exchange import Exchange
from playground.images.replies import Reply
from playground.images.wire import base64_of, json_reply, stream_of

WORDS: Final = "Here is your picture."
Item = dict[str, Any]
Event = dict[str, Any]
_TEXT_TOKENS: Final = 24  # what the text model writes around its call


async def honest_response(exchange: Exchange) -> Reply:
    """Answer with one call of the image tool and a few words."""
    (picture, *_) = await exchange.paint()
    call = call_item(exchange, base64_of(picture))
    exchange.conformance.check_call(call)
    if exchange.request.stream:
        events = await response_events(exchange, picture)
        for event in events:
            exchange.conformance.check_event(exchange.request.endpoint, event)
        return stream_of(events, exchange.spread_s)
    return json_reply(response_body(exchange, [call, message_item(exchange)]))


def response_body(exchange: Exchange, output: list[Item] | None, status: str = "completed") -> dict[str, Any]:
    """Return the response object around its output; one without output has no usage yet."""
    turn = exchange.turn
    is_done = output is not None
    return {
        "id": exchange.response_id,
        "object": "response",
        "created_at": exchange.created_at,
        "status": status,
        "background": False,
        "error": None,
        "incomplete_details": None,
        "instructions": turn.instructions,
        "max_output_tokens": None,
        "metadata": {},
        "model": turn.model,
        "output": output or [],
        "parallel_tool_calls": True,
        "previous_response_id": turn.previous,
        "store": turn.is_stored,
        "temperature": 1.0,
        "text": {"format": {"type": "text"}},
        "tool_choice": turn.tool_choice,
        "tools": [dict(turn.tool)],
        "top_p": 1.0,
        "truncation": "disabled",
        "usage": text_usage(exchange) if is_done else None,
        **({"tool_usage": tool_usage(exchange)} if is_done else {}),
    }


def call_item(exchange: Exchange, result: str | None, status: str = "completed", index: int = 0) -> Item:
    """Return a call of the image tool; `result` is base64."""
    return {
        "id": f"ig_local{exchange.number:06}{index or ''}",
        "type": "image_generation_call",
        "status": status,
        "action": exchange.turn.action,
        **exchange.echo,
        "result": result,
        "revised_prompt": exchange.request.prompt,
    }


def message_item(exchange: Exchange, said: str = WORDS) -> Item:
    """Return the words of the text model."""
    return _message(exchange, "completed", [_words(said)])


def text_usage(exchange: Exchange) -> dict[str, Any]:
    """Return what the text model counts; the pictures are counted in `tool_usage`."""
    read = exchange.usage(1)["input_tokens"]
    return {
        "input_tokens": read,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": _TEXT_TOKENS,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": read + _TEXT_TOKENS,
    }


def tool_usage(exchange: Exchange) -> dict[str, Any]:
    """Return what the tools count."""
    return {"image_gen": exchange.usage(1), "web_search": {"num_requests": 0}}


async def response_events(exchange: Exchange, picture: bytes) -> list[Event]:
    """Return the whole stream of a turn that paints one picture and says a few words."""
    previews = await exchange.blur(picture, exchange.request.partial_images)
    return numbered(
        [
            *opening_events(exchange),
            *call_events(exchange, picture, previews),
            *message_events(exchange),
            closing_event(exchange, [call_item(exchange, base64_of(picture)), message_item(exchange)]),
        ]
    )


def opening_events(exchange: Exchange) -> list[Event]:
    """Return the events before anything is made."""
    begun = response_body(exchange, None, "in_progress")
    return [{"type": "response.created", "response": begun}, {"type": "response.in_progress", "response": begun}]


def call_events(exchange: Exchange, picture: bytes, previews: tuple[bytes, ...], index: int = 0) -> list[Event]:
    """Return the events of one call of the tool; only the last of them carries the picture."""
    begun, done = call_item(exchange, None, "in_progress", index), call_item(exchange, base64_of(picture), index=index)
    of_item = {"output_index": index, "item_id": done["id"]}
    return [
        {"type": "response.output_item.added", "output_index": index, "item": begun},
        {"type": "response.image_generation_call.in_progress", **of_item},
        {"type": "response.image_generation_call.generating", **of_item},
        *(
            {
                "type": "response.image_generation_call.partial_image",
                **of_item,
                "partial_image_index": number,
                "partial_image_b64": base64_of(preview),
                **exchange.echo,
            }
            for number, preview in enumerate(previews)
        ),
        {"type": "response.image_generation_call.completed", **of_item},
        {"type": "response.output_item.done", "output_index": index, "item": done},
    ]


def message_events(exchange: Exchange, said: str = WORDS, index: int = 1) -> list[Event]:
    """Return the events of the words."""
    done = message_item(exchange, said)
    of_part = {"output_index": index, "item_id": done["id"], "content_index": 0}
    return [
        {"type": "response.output_item.added", "output_index": index, "item": _message(exchange, "in_progress", [])},
        {"type": "response.content_part.added", **of_part, "part": _words("")},
        {"type": "response.output_text.delta", **of_part, "delta": said, "logprobs": []},
        {"type": "response.output_text.done", **of_part, "text": said, "logprobs": []},
        {"type": "response.content_part.done", **of_part, "part": _words(said)},
        {"type": "response.output_item.done", "output_index": index, "item": done},
    ]


def closing_event(exchange: Exchange, output: list[Item], status: str = "completed") -> Event:
    """Return the last event, with the output again."""
    return {"type": f"response.{status}", "response": response_body(exchange, output, status)}


def numbered(events: list[Event]) -> list[Event]:
    """Return the events with their places in the stream."""
    return [{**event, "sequence_number": number} for number, event in enumerate(events)]


def _message(exchange: Exchange, status: str, content: list[Item]) -> Item:
    name = f"msg_local{exchange.number:06}"
    return {"id": name, "type": "message", "status": status, "role": "assistant", "content": content}


def _words(said: str) -> Item:
    return {"type": "output_text", "text": said, "annotations": [], "logprobs": []}
