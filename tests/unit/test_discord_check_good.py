"""The checker takes everything that discord.py's own builders make: a false alarm would send people hunting ghosts."""

import datetime as dt
import io
import json
from collections.abc import Callable
from typing import NamedTuple

import discord
import pytest
from discord import app_commands, ui
from discord.http import MultipartParameters, handle_message_parameters
from discord.webhook.async_ import interaction_message_response_params, interaction_response_params

from playground.discord.check import Checker
from playground.json_values import Json

SEND = ("POST", "/channels/1/messages")
EDIT = ("PATCH", "/channels/1/messages/2")
FOLLOW_UP = ("POST", "/webhooks/1/token")
ORIGINAL = ("PATCH", "/webhooks/1/token/messages/@original")
CALLBACK = ("POST", "/interactions/1/token/callback")


class Sent(NamedTuple):
    """What discord.py would put on the wire."""

    body: Json
    files: tuple[str, ...] = ()


def sent(parameters: MultipartParameters) -> Sent:
    if parameters.multipart:
        files = tuple(part["filename"] for part in parameters.multipart[1:])
        return Sent(json.loads(parameters.multipart[0]["value"]), files)
    return Sent(json.loads(json.dumps(parameters.payload)))


def picture(
    name: str = "easel-0123456789.png", *, description: str | None = "a cat", spoiler: bool = False
) -> discord.File:
    return discord.File(io.BytesIO(b"png"), filename=name, description=description, spoiler=spoiler)


def picture_and_text() -> list[discord.File]:
    return [picture(), picture("prompt.txt", description=None)]


def poll() -> discord.Poll:
    return discord.Poll("Best?", dt.timedelta(hours=1)).add_answer(text="a").add_answer(text="b")


class Buttons(ui.View):
    """Two rows of buttons, a link, and a select of each kind."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.add_item(ui.Button(label="Again", custom_id="v1:again:o0123456789", style=discord.ButtonStyle.primary))
        self.add_item(ui.Button(emoji="🎨", custom_id="v1:edit:p0123456789", disabled=True))
        self.add_item(ui.Button(emoji=discord.PartialEmoji(name="easel", id=1 << 60), custom_id="x"))
        self.add_item(ui.Button(label="Docs", url="https://example.org/"))
        options = [
            discord.SelectOption(label="v1", description="first"),
            discord.SelectOption(label="v2", default=True),
        ]
        self.add_item(ui.Select(custom_id="pick", options=options, min_values=0, max_values=2, placeholder="Which?"))


class EverySelect(ui.View):
    """One entity select a row, with what they start from."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.add_item(ui.UserSelect(custom_id="u", default_values=[discord.Object(1 << 60, type=discord.Member)]))
        self.add_item(ui.RoleSelect(custom_id="r"))
        self.add_item(ui.MentionableSelect(custom_id="m"))
        self.add_item(ui.ChannelSelect(custom_id="c", channel_types=[discord.ChannelType.text]))


class Layout(ui.LayoutView):
    """Every Components V2 item a message can have."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        gallery: ui.MediaGallery[Layout] = ui.MediaGallery()
        gallery.add_item(media="attachment://easel-0123456789.png", description="a cat", spoiler=True)
        gallery.add_item(media="https://example.org/cat.png")
        self.add_item(ui.TextDisplay("**v3** a cat"))
        self.add_item(ui.Container(ui.TextDisplay("inside"), gallery, ui.Separator(), accent_colour=0xFF00FF))
        thumbnail = ui.Thumbnail[Layout]("attachment://easel-0123456789.png")
        self.add_item(ui.Section[Layout]("one", "two", accessory=thumbnail))
        self.add_item(ui.Section[Layout]("three", accessory=ui.Button[Layout](label="More", custom_id="more")))
        self.add_item(ui.File("attachment://prompt.txt"))
        self.add_item(ui.ActionRow(ui.Button(label="Again", custom_id="again")))


class EditModal(ui.Modal):
    """Every item a modal can have."""

    def __init__(self) -> None:
        super().__init__(title="Edit the picture", custom_id="v1:edit:p0123456789:n", timeout=900)
        options = [
            discord.RadioGroupOption(label="Keep", value="keep"),
            discord.RadioGroupOption(label="New", value="new"),
        ]
        checks = [
            discord.CheckboxGroupOption(label="Face", value="face"),
            discord.CheckboxGroupOption(label="Pose", value="pose"),
        ]
        text = ui.TextInput[EditModal](
            style=discord.TextStyle.long, custom_id="prompt", max_length=4000, default="a cat"
        )
        self.add_item(ui.Label(text="What to change", component=text, description="In your words"))
        self.add_item(
            ui.Label(
                text="Pictures", component=ui.FileUpload(custom_id="files", required=False, min_values=0, max_values=10)
            )
        )
        self.add_item(ui.Label(text="Base", component=ui.RadioGroup(custom_id="base", options=options)))
        self.add_item(
            ui.Label(
                text="Keep", component=ui.CheckboxGroup(custom_id="keep", options=checks, required=False, min_values=0)
            )
        )
        self.add_item(ui.Label(text="Spoiler", component=ui.Checkbox(custom_id="spoiler")))


class SelectModal(ui.Modal):
    """Selects and plain text in a modal, and the old form of a text input."""

    def __init__(self) -> None:
        super().__init__(title="Choose", custom_id="choose")
        self.add_item(ui.TextDisplay("Choose what this order is about."))
        options = [discord.SelectOption(label="one"), discord.SelectOption(label="two")]
        self.add_item(
            ui.Label(
                text="Which", component=ui.Select(custom_id="which", options=options, required=False, min_values=0)
            )
        )
        self.add_item(ui.Label(text="Who", component=ui.UserSelect(custom_id="who")))
        self.add_item(ui.TextInput(label="Why", custom_id="why", placeholder="because", min_length=1, required=False))


def embed() -> discord.Embed:
    made = discord.Embed(title="A cat", description="x" * 4096, colour=0x123456, url="https://example.org/")
    made.timestamp = discord.utils.utcnow()
    made.set_image(url="attachment://easel-0123456789.png").set_footer(text="v3", icon_url="https://example.org/i.png")
    made.set_author(name="someone", url="https://example.org/").set_thumbnail(url="https://example.org/t.png")
    return made.add_field(name="Size", value="1024x1024", inline=False)


def attachment() -> discord.Attachment:
    data = {
        "id": str(1 << 60),
        "filename": "kept.png",
        "size": 10,
        "url": "https://example.org/kept.png",
        "proxy_url": "https://example.org/kept.png",
        "content_type": "image/png",
        "height": 1,
        "width": 1,
        "description": "kept",
    }
    state = discord.Client(intents=discord.Intents.none())._connection  # pyright: ignore[reportPrivateUsage] - no public way
    return discord.Attachment(data=data, state=state)  # pyright: ignore[reportArgumentType] - a plain dict is its JSON


REFERENCE = discord.MessageReference(message_id=1 << 60, channel_id=1 << 60, guild_id=1 << 60, fail_if_not_exists=False)
PRIVATE = discord.MessageFlags(ephemeral=True)
QUIET = discord.AllowedMentions.none()
ASKER = discord.AllowedMentions(everyone=False, users=[discord.Object(1 << 60)], roles=False, replied_user=False)


def message(**given: object) -> Callable[[], Sent]:
    """Build with what sends, edits and follow-ups share."""

    def build() -> Sent:
        made = {key: value() if callable(value) else value for key, value in given.items()}
        return sent(handle_message_parameters(**made))  # pyright: ignore[reportArgumentType] - each row names real ones

    return build


def answer(kind: int, **given: object) -> Callable[[], Sent]:
    def build() -> Sent:
        made = {key: value() if callable(value) else value for key, value in given.items()}
        return sent(interaction_message_response_params(type=kind, **made))  # pyright: ignore[reportArgumentType] - the same

    return build


def plain(kind: int, data: dict[str, Json] | None = None) -> Callable[[], Sent]:
    return lambda: sent(interaction_response_params(kind, data))


def suggestions(count: int) -> Callable[[], Sent]:
    choice = app_commands.Choice(name="1024x1024", value="1024x1024")
    return plain(8, {"choices": [json.loads(json.dumps(choice.to_dict()))] * count})


def modal(make: Callable[[], ui.Modal]) -> Callable[[], Sent]:
    return lambda: sent(interaction_response_params(9, make().to_dict()))


MESSAGES: dict[str, tuple[tuple[str, str], Callable[[], Sent]]] = {
    "text": (SEND, message(content="hello", nonce=12345)),
    "2,000 characters": (SEND, message(content="字" * 2000)),
    "ten files": (SEND, message(files=lambda: [picture(f"easel-{n}.png") for n in range(10)], view=Buttons)),
    "a spoiler file": (SEND, message(file=lambda: picture(spoiler=True), content="x")),
    "a file with a Chinese name": (SEND, message(file=lambda: picture("猫 1.png"), content="x")),
    "an embed with its file": (SEND, message(embed=embed, file=picture)),
    "a reply": (
        SEND,
        message(
            content="x",
            message_reference=REFERENCE.to_message_reference_dict,
            allowed_mentions=QUIET,
            mention_author=False,
        ),
    ),
    "a mention of the asker": (SEND, message(content="<@1>", allowed_mentions=ASKER)),
    "silent": (SEND, message(content="x", flags=discord.MessageFlags(suppress_notifications=True))),
    "stickers": (SEND, message(stickers=[1 << 60])),
    "every select": (SEND, message(content="x", view=EverySelect)),
    "a layout": (SEND, message(view=Layout, files=picture_and_text)),
    "a poll": (SEND, message(poll=poll)),
    "an edit of text": (EDIT, message(content="new")),
    "an edit that clears the text": (EDIT, message(content=None, view=None)),
    "an edit that keeps a file": (EDIT, message(attachments=lambda: [attachment(), picture()])),
    "an edit to a layout": (EDIT, message(content=None, embeds=[], attachments=picture_and_text, view=Layout)),
    "a follow-up": (FOLLOW_UP, message(content="x", flags=PRIVATE, file=picture)),
    "a follow-up with a layout": (FOLLOW_UP, message(view=Layout, files=picture_and_text)),
    "the deferred message with its pictures": (
        ORIGINAL,
        message(content="v1", attachments=lambda: [picture(), picture("b.png")], view=Buttons, allowed_mentions=QUIET),
    ),
    "the deferred message's text": (ORIGINAL, message(content="queued, 3rd", view=Buttons)),
    "the deferred message as a layout": (ORIGINAL, message(view=Layout, attachments=picture_and_text)),
    "an answer": (CALLBACK, answer(4, content="x", flags=PRIVATE, view=Buttons, allowed_mentions=QUIET)),
    "an answer with a file": (CALLBACK, answer(4, file=picture, embed=embed)),
    "an answer with a layout": (CALLBACK, answer(4, view=Layout, files=picture_and_text)),
    "an update": (CALLBACK, answer(7, content="x", attachments=list, view=None, embed=None)),
    "an update to a layout": (CALLBACK, answer(7, content=None, view=Layout, attachments=picture_and_text)),
    "a deferral": (CALLBACK, plain(5)),
    "an ephemeral deferral": (CALLBACK, plain(5, {"flags": 64})),
    "a deferred update": (CALLBACK, plain(6)),
    "suggestions": (CALLBACK, suggestions(25)),
    "no suggestions": (CALLBACK, suggestions(0)),
    "a modal": (CALLBACK, modal(EditModal)),
    "a modal of selects": (CALLBACK, modal(SelectModal)),
}


@pytest.mark.parametrize("name", MESSAGES)
async def test_what_discord_py_builds_is_taken(checker: Checker, name: str) -> None:
    (method, path), build = MESSAGES[name]
    body, files = build()
    assert checker.request(method, path, body, files=files) == []
