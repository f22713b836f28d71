"""Cards as discord.py's arguments: the only place that makes files and views. Nothing is sent from here."""

from io import BytesIO
from typing import TypedDict

import discord

from bot.delivery.cards import Card, CardButton, CardSelect, Controls, PictureFile, Style, TextFile

_STYLES: dict[Style, discord.ButtonStyle] = {
    "primary": discord.ButtonStyle.primary,
    "secondary": discord.ButtonStyle.secondary,
    "success": discord.ButtonStyle.success,
    "danger": discord.ButtonStyle.danger,
}


class NewMessage(TypedDict):
    """Arguments of discord.py's `send` methods."""

    content: str
    files: list[discord.File]
    view: discord.ui.View
    allowed_mentions: discord.AllowedMentions


class ChangedMessage(TypedDict):
    """Arguments of discord.py's `edit` methods; what is not in the card goes."""

    content: str
    attachments: list[discord.File]
    view: discord.ui.View
    allowed_mentions: discord.AllowedMentions


def new_message(card: Card) -> NewMessage:
    """Return what sends the card. Opens its files anew, as a File can be sent only once.

    Errors: `OSError` where a file is gone. Needs a running event loop.
    """
    return NewMessage(
        content=card.content,
        files=[_file(file) for file in card.files],
        view=view(card.controls),
        allowed_mentions=mentions(card),
    )


def changed_message(card: Card) -> ChangedMessage:
    """Return what turns an existing message into the card; otherwise as `new_message`."""
    new = new_message(card)
    return ChangedMessage(
        content=new["content"], attachments=new["files"], view=new["view"], allowed_mentions=new["allowed_mentions"]
    )


def view(controls: Controls) -> discord.ui.View:
    """Return the controls as a View that the library does not keep: `buttons` answers for all of them by custom_id."""
    made = discord.ui.View(timeout=None)
    for row, buttons in enumerate(controls.rows):
        for button in buttons:
            made.add_item(_button(button, row))
    if controls.select:
        made.add_item(_select(controls.select))
    made.stop()
    return made


def mentions(card: Card) -> discord.AllowedMentions:
    """Allow nobody to be notified, or the card's one person."""
    users = [discord.Object(card.ping)] if card.ping else False
    return discord.AllowedMentions(everyone=False, roles=False, replied_user=False, users=users)


def _file(file: PictureFile | TextFile) -> discord.File:
    match file:
        case PictureFile():
            # By path: the library then streams it, where a buffer would be copied whole.
            return discord.File(file.path, filename=file.name, spoiler=file.spoiler, description=file.alt or None)
        case TextFile():
            return discord.File(BytesIO(file.text.encode()), filename=file.name)


def _button(button: CardButton, row: int) -> discord.ui.Button[discord.ui.View]:
    return discord.ui.Button(style=_STYLES[button.style], label=button.label, custom_id=button.code, row=row)


def _select(select: CardSelect) -> discord.ui.Select[discord.ui.View]:
    options = [
        discord.SelectOption(label=choice.label, value=choice.value, default=choice.chosen) for choice in select.choices
    ]
    return discord.ui.Select(custom_id=select.code, placeholder=select.placeholder, options=options)
