"""A small real discord.py bot that has one of everything the page must show."""

import asyncio
import io
from dataclasses import dataclass, field

import discord
from discord import app_commands
from discord.ext import commands
from PIL import Image
from typing_extensions import override

COLOURS = ("tomato", "gold", "olive", "navy", "purple", "brown", "pink", "gray", "black", "white")
SIZES = ("1024x1024", "1536x1024", "1024x1536", "2048x1152")


def png(colour: str, width: int = 96, height: int = 64) -> bytes:
    """A plain picture."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return out.getvalue()


def picture(colour: str, description: str, *, spoiler: bool = False, size: tuple[int, int] = (96, 64)) -> discord.File:
    """A picture with its description, as the bot posts it."""
    data = io.BytesIO(png(colour, *size))
    return discord.File(data, f"{colour}.png", description=description, spoiler=spoiler)


@dataclass(slots=True)
class Heard:
    """What reached the bot: the test asks this, not the page, whether an act arrived."""

    paints: list[dict[str, object]] = field(default_factory=list[dict[str, object]])
    uploads: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    messages: list[discord.Message] = field(default_factory=list[discord.Message])
    presses: list[tuple[str, list[str]]] = field(default_factory=list[tuple[str, list[str]]])
    forms: list[dict[str, object]] = field(default_factory=list[dict[str, object]])
    half_way: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)


class Brushes(discord.ui.Modal, title="Change the picture"):
    """A form with every kind of field."""

    words = discord.ui.Label(
        text="What should change",
        description="A sentence is enough.",
        component=discord.ui.TextInput[discord.ui.Modal](
            style=discord.TextStyle.paragraph, min_length=3, max_length=200
        ),
    )
    more = discord.ui.Label(
        text="More pictures", component=discord.ui.FileUpload[discord.ui.Modal](required=False, max_values=3)
    )
    model = discord.ui.Label(
        text="Model",
        component=discord.ui.Select[discord.ui.Modal](
            options=[
                discord.SelectOption(label="Small", value="small", default=True),
                discord.SelectOption(label="Large", value="large", description="slow, fine"),
            ]
        ),
    )
    keep = discord.ui.Label(
        text="The rest",
        component=discord.ui.RadioGroup[discord.ui.Modal](
            options=[
                discord.RadioGroupOption(label="Keep it identical", value="keep", default=True),
                discord.RadioGroupOption(label="Let it vary", value="vary"),
            ]
        ),
    )
    extras = discord.ui.Label(
        text="Extras",
        component=discord.ui.CheckboxGroup[discord.ui.Modal](
            required=False,
            options=[
                discord.CheckboxGroupOption(label="Frame", value="frame"),
                discord.CheckboxGroupOption(label="Signature", value="signature"),
            ],
        ),
    )

    def __init__(self, heard: Heard, source: discord.Message | None) -> None:
        super().__init__(custom_id=f"brushes:{source.id if source else 'none'}")
        self._heard = heard
        self._source = source

    @override
    async def on_submit(self, interaction: discord.Interaction) -> None:
        labels = {"words": self.words, "more": self.more, "model": self.model, "keep": self.keep, "extras": self.extras}
        form = {name: _value(label.component) for name, label in labels.items()}
        self._heard.forms.append(form)
        await interaction.response.send_message(f"changed: {form['words']}")


class Title(discord.ui.Modal, title="Give it a title"):
    """A form with a line of text and one box to tick."""

    line = discord.ui.Label(text="Title", component=discord.ui.TextInput[discord.ui.Modal](max_length=40))
    framed = discord.ui.Label(text="With a frame", component=discord.ui.Checkbox[discord.ui.Modal]())

    def __init__(self, heard: Heard, source: discord.Message) -> None:
        super().__init__(custom_id=f"title:{source.id}")
        self._heard = heard

    @override
    async def on_submit(self, interaction: discord.Interaction) -> None:
        self._heard.forms.append({"line": _value(self.line.component), "framed": _value(self.framed.component)})
        await interaction.response.send_message("titled", ephemeral=True)


def _value(part: discord.ui.Item[discord.ui.Modal]) -> object:
    match part:
        case discord.ui.FileUpload():
            return [(one.filename, one.size) for one in part.values]
        case discord.ui.Select() | discord.ui.CheckboxGroup():
            return part.values
        case discord.ui.TextInput() | discord.ui.RadioGroup() | discord.ui.Checkbox():
            return part.value
        case _:
            raise TypeError(part)


class Tools(discord.ui.View):
    """Buttons of all kinds, and selects for one and for several."""

    def __init__(self, heard: Heard) -> None:
        super().__init__(timeout=None)
        self._heard = heard

    @discord.ui.button(label="Again", style=discord.ButtonStyle.primary, custom_id="again")
    async def again(self, interaction: discord.Interaction, _: discord.ui.Button["Tools"]) -> None:
        self._heard.presses.append(("again", []))
        await interaction.response.send_message("once more", ephemeral=True)

    @discord.ui.button(label="Edit", style=discord.ButtonStyle.secondary, custom_id="edit")
    async def edit(self, interaction: discord.Interaction, _: discord.ui.Button["Tools"]) -> None:
        await interaction.response.send_modal(Brushes(self._heard, interaction.message))

    @discord.ui.button(label="Silent", style=discord.ButtonStyle.secondary, custom_id="silent")
    async def silent(self, interaction: discord.Interaction, _: discord.ui.Button["Tools"]) -> None:
        self._heard.presses.append((f"silent {interaction.id}", []))

    @discord.ui.button(label="Delete", style=discord.ButtonStyle.danger, custom_id="delete", row=1)
    async def delete(self, interaction: discord.Interaction, _: discord.ui.Button["Tools"]) -> None:
        await interaction.response.defer()
        await interaction.delete_original_response()

    @discord.ui.button(label="Later", disabled=True, custom_id="later", row=1)
    async def later(self, _interaction: discord.Interaction, _: discord.ui.Button["Tools"]) -> None:
        raise AssertionError("a disabled button was pressed")

    @discord.ui.select(
        placeholder="Which picture goes on?",
        custom_id="which",
        options=[
            discord.SelectOption(label="The first", value="1"),
            discord.SelectOption(label="The second", value="2"),
        ],
        row=2,
    )
    async def which(self, interaction: discord.Interaction, select: discord.ui.Select["Tools"]) -> None:
        self._heard.presses.append(("which", select.values))
        await interaction.response.edit_message(content=f"goes on with {select.values[0]}")

    @discord.ui.select(
        placeholder="Which to keep?",
        custom_id="several",
        min_values=1,
        max_values=2,
        options=[discord.SelectOption(label=f"Sheet {one}", value=one) for one in "abc"],
        row=3,
    )
    async def several(self, interaction: discord.Interaction, select: discord.ui.Select["Tools"]) -> None:
        self._heard.presses.append(("several", sorted(select.values)))
        await interaction.response.defer()


class Studio(commands.Cog):
    """One command of each kind."""

    def __init__(self, heard: Heard) -> None:
        self._heard = heard

    @app_commands.command(description="Paint pictures from words")
    @app_commands.describe(
        prompt="What to paint", count="How many", size="Width by height", image="Where to start from"
    )
    @app_commands.choices(quality=[app_commands.Choice(name=one, value=one.lower()) for one in ("Low", "High")])
    async def paint(  # noqa: PLR0917  # a command's options are its parameters
        self,
        interaction: discord.Interaction,
        prompt: app_commands.Range[str, 1, 6000],
        count: app_commands.Range[int, 1, 10] = 1,
        size: str | None = None,
        quality: app_commands.Choice[str] | None = None,
        strength: float | None = None,
        spoiler: bool = False,  # noqa: FBT001, FBT002  # an option of a command is positional by nature
        image: discord.Attachment | None = None,
    ) -> None:
        asked: dict[str, object] = {"prompt": prompt, "count": count, "size": size, "strength": strength}
        asked |= {"quality": quality.value if quality else None, "spoiler": spoiler}
        self._heard.paints.append(asked)
        if image is not None:
            self._heard.uploads.append((image.filename, len(await image.read())))
        await interaction.response.defer()
        await self._heard.half_way.wait()
        await interaction.edit_original_response(content="half done")
        await self._heard.go_on.wait()
        files = [picture(COLOURS[number], prompt, spoiler=spoiler) for number in range(count)]
        await interaction.edit_original_response(content=f"done: {prompt}", attachments=files, view=Tools(self._heard))

    @paint.autocomplete("size")
    async def sizes(self, _: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{one} pixels", value=one) for one in SIZES if typed in one]

    @app_commands.command(description="Say something only you can see")
    async def whisper(self, interaction: discord.Interaction) -> None:
        self._heard.presses.append(("whisper", [interaction.user.name]))
        await interaction.response.send_message("for your eyes alone", ephemeral=True)

    @app_commands.command(description="Say words as they are")
    async def echo(self, interaction: discord.Interaction, words: str) -> None:
        await interaction.response.send_message(words, allowed_mentions=discord.AllowedMentions.none())

    @app_commands.command(description="Never answer")
    async def sleep(self, interaction: discord.Interaction) -> None:
        self._heard.presses.append(("sleep", [str(interaction.id)]))

    staff = app_commands.Group(
        name="easel",
        description="For the server",
        default_permissions=discord.Permissions(manage_guild=True),
        guild_only=True,
    )

    @staff.command(description="How things stand")
    async def status(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message("all is well")


class Workbench(commands.Bot):
    """The bot; `heard` is what reached it."""

    def __init__(self, paint_name: str = "paint") -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True),
            help_command=None,
            guild_ready_timeout=0.05,
        )
        self.heard = Heard()
        self._paint_name = paint_name

    @override
    async def setup_hook(self) -> None:
        studio = Studio(self.heard)
        studio.paint.name = self._paint_name
        await self.add_cog(studio)
        self.tree.add_command(app_commands.ContextMenu(name="Paint this", callback=self._paint_this))
        self.tree.add_command(app_commands.ContextMenu(name="Edit picture", callback=self._edit_picture))
        await self.tree.sync()

    @override
    async def on_message(self, message: discord.Message, /) -> None:
        if message.author == self.user:
            return
        self.heard.messages.append(message)
        if self.user in message.mentions and message.reference is not None:
            await message.reply(f"{len(message.content)} characters", file=picture("teal", message.content))

    async def _paint_this(self, interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"painting “{message.content}”", ephemeral=True)

    async def _edit_picture(self, interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_modal(Title(self.heard, message))
