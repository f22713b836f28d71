"""Each fault Discord would refuse in a message, answer or modal is named at its exact place, and nothing else is."""

from typing import NamedTuple

import pytest

from playground.discord.check import Checker, Violation
from playground.discord.rules import CHOICE_RULES, DEFERRAL_RULES, MESSAGE_RULES, MODAL_RULES
from playground.json_values import Json, JsonObject

SEND = "POST /channels/1/messages"
EDIT = "PATCH /channels/1/messages/2"
FOLLOW_UP = "POST /webhooks/1/token"
ORIGINAL = "PATCH /webhooks/1/token/messages/@original"
CALLBACK = "POST /interactions/1/token/callback"
THREAD = "POST /channels/1/messages/2/threads"
FORUM = "POST /channels/1/threads"
V2 = 1 << 15


class Bad(NamedTuple):
    """A route, a body with one fault, and the violation that must be found: its place and its rule."""

    route: str
    body: Json
    where: str
    rule: str
    files: tuple[str, ...] = ()


def row(*inner: Json) -> JsonObject:
    return {"type": 1, "components": list(inner)}


def button(**changed: Json) -> JsonObject:
    return {"type": 2, "style": 1, "label": "Again", "custom_id": "again", **changed}


def select(*values: str, **changed: Json) -> JsonObject:
    options: list[Json] = [{"label": value, "value": value} for value in values]
    return {"type": 3, "custom_id": "pick", "options": options, **changed}


def words(content: str) -> JsonObject:
    return {"type": 10, "content": content}


def message(*components: Json, **changed: Json) -> JsonObject:
    return {"content": "x", "components": list(components), **changed}


def layout(*components: Json, **changed: Json) -> JsonObject:
    return {"flags": V2, "components": list(components), **changed}


def embeds(*made: Json) -> JsonObject:
    return {"embeds": list(made)}


def attached(*made: Json, **changed: Json) -> JsonObject:
    return {"content": "x", "attachments": list(made), **changed}


def answer(data: Json, kind: int = 4) -> JsonObject:
    return {"type": kind, "data": data}


def modal(*components: Json, **changed: Json) -> JsonObject:
    return answer({"custom_id": "edit", "title": "Edit", "components": list(components), **changed}, 9)


def label(component: Json, **changed: Json) -> JsonObject:
    return {"type": 18, "label": "What", "component": component, **changed}


def text_input(custom_id: str = "prompt", **changed: Json) -> JsonObject:
    return {"type": 4, "style": 1, "custom_id": custom_id, **changed}


def box(*inner: Json) -> JsonObject:
    return {"type": 17, "components": list(inner)}


def times(count: int, item: JsonObject) -> list[Json]:
    return [item for _ in range(count)]


def gallery(*urls: str) -> JsonObject:
    return {"type": 12, "items": [{"media": {"url": url}} for url in urls]}


def five_buttons(first: int = 0) -> JsonObject:
    return row(*(button(custom_id=f"b{first + n}") for n in range(5)))


BAD = {
    # Text
    "content over 2,000": Bad(SEND, {"content": "x" * 2001}, "content", "content_length"),
    "content over 4,000": Bad(SEND, {"content": "x" * 4001}, "content", "content_length"),
    "an edit over 2,000": Bad(EDIT, {"content": "x" * 2001}, "content", "content_length"),
    "a follow-up over 2,000": Bad(FOLLOW_UP, {"content": "x" * 2001}, "content", "content_length"),
    "an answer over 2,000": Bad(CALLBACK, answer({"content": "x" * 2001}), "data.content", "content_length"),
    "content of the wrong kind": Bad(SEND, {"content": 5}, "content", "schema.type"),
    "no message": Bad(SEND, {}, "", "empty_message"),
    "white space only": Bad(SEND, {"content": " \n "}, "", "empty_message"),
    "a reply that says nothing": Bad(SEND, {"message_reference": {"message_id": "1"}}, "", "empty_message"),
    "an empty answer": Bad(CALLBACK, answer({"tts": False}), "data", "empty_message"),
    "an edit that leaves nothing": Bad(
        ORIGINAL, {"content": "", "embeds": [], "components": [], "attachments": []}, "", "empty_message"
    ),
    "a nonce over 25": Bad(SEND, {"content": "x", "nonce": "n" * 26}, "nonce", "schema.maxLength"),
    "mentions of all people and of some": Bad(
        SEND,
        {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
        "allowed_mentions",
        "mentions",
    ),
    "mentions of an unknown kind": Bad(
        SEND, {"content": "x", "allowed_mentions": {"parse": ["hosts"]}}, "allowed_mentions.parse[0]", "schema.enum"
    ),
    "a reply to no number": Bad(
        SEND,
        {"content": "x", "message_reference": {"message_id": "abc"}},
        "message_reference.message_id",
        "schema.pattern",
    ),
    "a reply to a number below zero": Bad(
        SEND,
        {"content": "x", "message_reference": {"message_id": -1}},
        "message_reference.message_id",
        "schema.minimum",
    ),
    # Embeds
    "11 embeds": Bad(SEND, embeds(*times(11, {"title": "x"})), "embeds", "schema.maxItems"),
    "a long title": Bad(SEND, embeds({"title": "x" * 257}), "embeds[0].title", "schema.maxLength"),
    "a long description": Bad(SEND, embeds({"description": "x" * 4097}), "embeds[0].description", "schema.maxLength"),
    "26 fields": Bad(
        SEND, embeds({"fields": times(26, {"name": "n", "value": "v"})}), "embeds[0].fields", "schema.maxItems"
    ),
    "a long field": Bad(
        SEND, embeds({"fields": [{"name": "n", "value": "v" * 1025}]}), "embeds[0].fields[0].value", "schema.maxLength"
    ),
    "a field without name": Bad(
        SEND, embeds({"fields": [{"value": "v"}]}), "embeds[0].fields[0].name", "schema.required"
    ),
    "a long footer": Bad(SEND, embeds({"footer": {"text": "x" * 2049}}), "embeds[0].footer.text", "schema.maxLength"),
    "embeds over 6,000 together": Bad(
        SEND,
        embeds({"description": "x" * 3000}, {"fields": times(3, {"name": "n", "value": "v" * 1000})}),
        "embeds",
        "embeds_total",
    ),
    "a colour beyond white": Bad(SEND, embeds({"title": "x", "color": 0x1000000}), "embeds[0].color", "schema.maximum"),
    # Files
    "a file nobody sent": Bad(SEND, attached({"id": 0}), "attachments[0].id", "attachment_ids"),
    "a second file nobody sent": Bad(
        SEND, attached({"id": 0}, {"id": 1}), "attachments[1].id", "attachment_ids", ("a.png",)
    ),
    "a kept file in a new message": Bad(SEND, attached({"id": str(1 << 60)}), "attachments[0].id", "attachment_ids"),
    "a long alt text": Bad(
        SEND,
        attached({"id": 0, "description": "x" * 1025}),
        "attachments[0].description",
        "schema.maxLength",
        ("a.png",),
    ),
    "11 files": Bad(SEND, {"content": "x"}, "attachments", "file_count", tuple(f"{n}.png" for n in range(11))),
    "an embed of a file nobody sent": Bad(
        SEND, embeds({"image": {"url": "attachment://b.png"}}), "embeds[0].image.url", "attachment_names", ("a.png",)
    ),
    "a gallery of a file nobody sent": Bad(
        SEND,
        layout(gallery("attachment://a.png", "attachment://b.png")),
        "components[0].items[1].media.url",
        "attachment_names",
        ("a.png",),
    ),
    "a file component of a file nobody sent": Bad(
        CALLBACK,
        answer(layout({"type": 13, "file": {"url": "attachment://b.txt"}})),
        "data.components[0].file.url",
        "attachment_names",
        ("a.txt",),
    ),
    "an edit that shows a file it throws away": Bad(
        EDIT,
        {"attachments": [], "embeds": [{"image": {"url": "attachment://a.png"}}]},
        "embeds[0].image.url",
        "attachment_names",
    ),
    # Components
    "six rows": Bad(SEND, message(*(five_buttons(5 * n) for n in range(6))), "components", "rows"),
    "an empty row": Bad(SEND, message(row()), "components[0].components", "schema.minItems"),
    "six buttons in a row": Bad(
        SEND,
        message(row(*(button(custom_id=f"b{n}") for n in range(6)))),
        "components[0].components",
        "schema.maxItems",
    ),
    "a select beside a button": Bad(
        SEND, message(row(button(), select("a"))), "components[0].components[1]", "row_width"
    ),
    "an unknown component": Bad(SEND, message({"type": 99}), "components[0].type", "schema.enum"),
    "a component without type": Bad(SEND, message({"components": []}), "components[0].type", "schema.required"),
    "a button outside a row": Bad(SEND, message(button()), "components[0].type", "schema.enum"),
    "a component that is text": Bad(SEND, message("button"), "components[0]", "schema.type"),
    "two components of one custom_id": Bad(
        SEND, message(row(button()), row(button())), "components[1].components[0].custom_id", "custom_ids"
    ),
    "two components of one id": Bad(
        SEND, message(row(button(id=7), button(id=7, custom_id="b"))), "components[0].components[1].id", "component_ids"
    ),
    "a long custom_id": Bad(
        SEND, message(row(button(custom_id="x" * 101))), "components[0].components[0].custom_id", "schema.maxLength"
    ),
    "a long label": Bad(
        SEND, message(row(button(label="x" * 81))), "components[0].components[0].label", "schema.maxLength"
    ),
    "a button without custom_id": Bad(
        SEND, message(row(button(custom_id=None))), "components[0].components[0].custom_id", "buttons"
    ),
    "a button that is a link too": Bad(
        SEND, message(row(button(url="https://example.org"))), "components[0].components[0].url", "buttons"
    ),
    "a link with custom_id": Bad(
        SEND,
        message(row(button(style=5, url="https://example.org"))),
        "components[0].components[0].custom_id",
        "buttons",
    ),
    "a link without address": Bad(
        SEND, message(row(button(style=5, custom_id=None))), "components[0].components[0].url", "buttons"
    ),
    "a button that says nothing": Bad(
        SEND, message(row(button(label=None))), "components[0].components[0].label", "buttons"
    ),
    "a premium button with a label": Bad(
        SEND,
        message(row(button(style=6, sku_id="1", custom_id=None))),
        "components[0].components[0].label",
        "buttons",
    ),
    "an unknown style": Bad(SEND, message(row(button(style=9))), "components[0].components[0].style", "schema.enum"),
    "26 options": Bad(
        SEND,
        message(row(select(*(f"o{n}" for n in range(26))))),
        "components[0].components[0].options",
        "schema.maxItems",
    ),
    "two options of one value": Bad(
        SEND, message(row(select("a", "a"))), "components[0].components[0].options[1]", "select_values"
    ),
    "at least more than at most": Bad(
        SEND, message(row(select("a", "b", min_values=2))), "components[0].components[0].min_values", "select_bounds"
    ),
    "a long option": Bad(
        SEND,
        message(row(select("x", options=[{"label": "x" * 101, "value": "x"}]))),
        "components[0].components[0].options[0].label",
        "schema.maxLength",
    ),
    "a long placeholder": Bad(
        SEND,
        message(row(select("a", placeholder="x" * 151))),
        "components[0].components[0].placeholder",
        "schema.maxLength",
    ),
    # Components V2
    "V2 without its flag": Bad(SEND, message(words("x")), "components[0].type", "layout_flag"),
    "V2 with other flags": Bad(EDIT, message(words("x"), flags=4), "components[0].type", "layout_flag"),
    "V2 with content": Bad(SEND, layout(words("x"), content="y"), "content", "layout_legacy"),
    "V2 with embeds": Bad(FOLLOW_UP, layout(words("x"), embeds=[{"title": "y"}]), "embeds", "layout_legacy"),
    "V2 text over 4,000 together": Bad(
        SEND,
        layout(words("x" * 2001), box(words("x" * 2000))),
        "components",
        "layout_text",
    ),
    "V2 of 41 components": Bad(
        SEND,
        layout(words("x"), *(box(words("x")) for _ in range(20))),
        "components",
        "layout_size",
    ),
    "a section without accessory": Bad(
        SEND, layout({"type": 9, "components": [words("x")]}), "components[0].accessory", "schema.required"
    ),
    "a section of four": Bad(
        SEND,
        layout({"type": 9, "components": times(4, words("x")), "accessory": button()}),
        "components[0].components",
        "schema.maxItems",
    ),
    "a gallery of 11": Bad(
        SEND, layout(gallery(*["https://example.org/a.png"] * 11)), "components[0].items", "schema.maxItems"
    ),
    "a container in a container": Bad(
        SEND,
        layout(box(box(words("x")))),
        "components[0].components[0].type",
        "schema.enum",
    ),
    # Answers
    "an answer without type": Bad(CALLBACK, {"data": {"content": "x"}}, "type", "schema.required"),
    "an answer of an unknown kind": Bad(CALLBACK, {"type": 44}, "type", "schema.enum"),
    "a deferral with V2": Bad(CALLBACK, answer({"flags": V2}, 5), "data.flags", "deferral"),
    "26 suggestions": Bad(
        CALLBACK, answer({"choices": times(26, {"name": "a", "value": "a"})}, 8), "data.choices", "choice_count"
    ),
    "a long suggestion": Bad(
        CALLBACK,
        answer({"choices": [{"name": "x" * 101, "value": "a"}]}, 8),
        "data.choices[0].name",
        "schema.maxLength",
    ),
    # Modals
    "a long title of a modal": Bad(
        CALLBACK, modal(label(text_input()), title="x" * 46), "data.title", "schema.maxLength"
    ),
    "a modal without title": Bad(
        CALLBACK, answer({"custom_id": "a", "components": [label(text_input())]}, 9), "data.title", "schema.required"
    ),
    "a modal without rows": Bad(CALLBACK, modal(), "data.components", "schema.minItems"),
    "a modal of six": Bad(
        CALLBACK, modal(*(label(text_input(f"i{n}")) for n in range(6))), "data.components", "modal_size"
    ),
    "two inputs of one custom_id": Bad(
        CALLBACK,
        modal(label(text_input()), label(text_input())),
        "data.components[1].component.custom_id",
        "custom_ids",
    ),
    "a button in a modal": Bad(CALLBACK, modal(row(button())), "data.components[0].components[0].type", "schema.enum"),
    "a long label in a modal": Bad(
        CALLBACK, modal(label(text_input(), label="x" * 46)), "data.components[0].label", "schema.maxLength"
    ),
    "an input over 4,000": Bad(
        CALLBACK, modal(label(text_input(max_length=4001))), "data.components[0].component.max_length", "schema.maximum"
    ),
    "an upload of 11": Bad(
        CALLBACK,
        modal(label({"type": 19, "custom_id": "f", "max_values": 11})),
        "data.components[0].component.max_values",
        "schema.maximum",
    ),
    "a radio group of one": Bad(
        CALLBACK,
        modal(label({"type": 21, "custom_id": "r", "options": [{"label": "a", "value": "a"}]})),
        "data.components[0].component.options",
        "schema.minItems",
    ),
    # Threads
    "a long thread name": Bad(THREAD, {"name": "x" * 101}, "name", "schema.maxLength"),
    "a thread without name": Bad(THREAD, {}, "name", "schema.required"),
    "a forum post that says nothing": Bad(FORUM, {"name": "x", "message": {}}, "message", "empty_message"),
    # Unknown keys
    "an unknown key": Bad(SEND, {"content": "x", "colour": 1}, "colour", "schema.additionalProperties"),
    "an unknown key of a button": Bad(
        SEND, message(row(button(color=1))), "components[0].components[0].color", "schema.additionalProperties"
    ),
    "an unknown key of an answer": Bad(
        CALLBACK, answer({"content": "x", "wait": True}), "data.wait", "schema.additionalProperties"
    ),
}


def check(checker: Checker, bad: Bad) -> list[Violation]:
    method, path = bad.route.split()
    return checker.request(method, path, bad.body, files=bad.files)


@pytest.mark.parametrize("name", BAD)
def test_a_fault_is_named_at_its_place_and_nothing_else(checker: Checker, name: str) -> None:
    bad = BAD[name]
    found = check(checker, bad)
    assert [(violation.where, violation.rule) for violation in found] == [(bad.where, bad.rule)], found


@pytest.mark.parametrize("name", [name for name, bad in BAD.items() if not bad.rule.startswith("schema.")])
def test_the_hand_rules_do_not_need_the_description(name: str) -> None:
    bad = BAD[name]
    assert (bad.where, bad.rule) in [(v.where, v.rule) for v in check(Checker.load(None), bad)]


def test_each_rule_is_shown_to_bite() -> None:
    tables = (MESSAGE_RULES, DEFERRAL_RULES, CHOICE_RULES, MODAL_RULES)
    assert {rule.__name__ for table in tables for rule in table} <= {bad.rule for bad in BAD.values()}
