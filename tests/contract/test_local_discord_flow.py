"""The whole way of a picture over stock discord.py: command, deferral, file, button, form, reply, thread."""

import io

import discord
from discord import app_commands, ui
from typing_extensions import override

from playground.discord import CallbackKind, LocalDiscord, Message, Upload
from tests.contract.stock_bot import StockBot, png

SIZES = ("1024x1024", "1920x1088", "1536x1024")


class EditForm(ui.Modal):
    """Every kind of field that a form can have."""

    def __init__(self, got: dict[str, object]) -> None:
        super().__init__(title="Edit picture", custom_id="edit:1")
        self.got = got
        self.prompt: ui.TextInput[EditForm] = ui.TextInput(custom_id="prompt", max_length=100)
        self.files: ui.FileUpload[EditForm] = ui.FileUpload(custom_id="files", required=False, max_values=3)
        self.keep: ui.RadioGroup[EditForm] = ui.RadioGroup(custom_id="keep")
        self.keep.add_option(label="All", value="all")
        self.keep.add_option(label="Nothing", value="none")
        self.spoiler: ui.Checkbox[EditForm] = ui.Checkbox(custom_id="spoiler")
        for text, field in (
            ("Prompt", self.prompt),
            ("Pictures", self.files),
            ("Keep", self.keep),
            ("Spoiler", self.spoiler),
        ):
            self.add_item(ui.Label(text=text, component=field))

    @override
    async def on_submit(self, interaction: discord.Interaction, /) -> None:
        await interaction.response.defer(thinking=True)
        self.got["prompt"] = self.prompt.value
        self.got["files"] = [await one.read() for one in self.files.values]
        self.got["keep"] = self.keep.value
        self.got["spoiler"] = self.spoiler.value
        await interaction.followup.send("v2")


class Buttons(ui.View):
    """What hangs on a picture."""

    def __init__(self, got: dict[str, object]) -> None:
        super().__init__(timeout=None)
        self.got = got

    @ui.button(label="Again", custom_id="again")
    async def again(self, interaction: discord.Interaction, _: ui.Button[ui.View]) -> None:
        await interaction.response.send_message("once more", ephemeral=True)

    @ui.button(label="Edit", custom_id="edit")
    async def edit(self, interaction: discord.Interaction, _: ui.Button[ui.View]) -> None:
        await interaction.response.send_modal(EditForm(self.got))

    @ui.button(label="Undo", custom_id="undo", disabled=True)
    async def undo(self, interaction: discord.Interaction, _: ui.Button[ui.View]) -> None:
        await interaction.response.send_message("a disabled button was pressed")


def give_commands(bot: StockBot, got: dict[str, object]) -> None:
    """Register a painting command with everything an option can be asked for."""

    async def sizes(_: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=one, value=one) for one in SIZES if one.startswith(typed)]

    @bot.tree.command(description="Paint")
    @app_commands.autocomplete(size=sizes)
    async def imagine(
        interaction: discord.Interaction,
        prompt: app_commands.Range[str, 1, 100],
        size: str = "1024x1024",
        count: app_commands.Range[int, 1, 4] = 1,
        image: discord.Attachment | None = None,
    ) -> None:
        await interaction.response.defer(thinking=True)
        got["image"] = None if image is None else await image.read()
        files = [discord.File(io.BytesIO(png()), filename=f"easel-{n}.png", description=prompt) for n in range(count)]
        await interaction.edit_original_response(content=f"{prompt} {size}", attachments=files, view=Buttons(got))

    @bot.tree.context_menu(name="Edit picture")
    async def edit_picture(interaction: discord.Interaction, message: discord.Message) -> None:
        got["target"] = (message.content, [one.filename for one in message.attachments])
        await interaction.response.send_modal(EditForm(got))


async def painted(local: LocalDiscord, bot: StockBot, got: dict[str, object]) -> Message:
    """Return a message with a picture that ana asked for."""
    give_commands(bot, got)
    await bot.tree.sync()
    gallery = local.guild("Atelier").channel("gallery")
    return await (await local.user("ana").slash(gallery, "imagine", prompt="a fox")).message()


async def test_a_command_with_a_file_is_deferred_and_filled_with_pictures(local: LocalDiscord, bot: StockBot) -> None:
    got: dict[str, object] = {}
    give_commands(bot, got)
    await bot.tree.sync()
    ana, gallery = local.user("ana"), local.guild("Atelier").channel("gallery")
    upload = Upload(name="fox.png", data=png(9, 9))
    run = await ana.slash(gallery, "imagine", prompt="a fox", count=2, image=upload)
    assert await run.acknowledged() is CallbackKind.DEFERRED_MESSAGE
    message = await run.message()
    assert got["image"] == upload.data
    assert message.content == "a fox 1024x1024"
    first, second = message.attachments
    assert (first.filename, first.description, first.width, first.height) == ("easel-0.png", "a fox", 3, 2)
    assert local.downloads(second) == png()


async def test_a_button_answers_its_presser_alone(local: LocalDiscord, bot: StockBot) -> None:
    message = await painted(local, bot, {})
    ana, ben = local.user("ana"), local.user("ben")
    answer = await (await ben.click(message, "Again")).message()
    assert answer.content == "once more"
    assert answer in ben.sees(message.channel)
    assert answer not in ana.sees(message.channel)


async def test_a_form_carries_text_files_radio_and_checkbox(local: LocalDiscord, bot: StockBot) -> None:
    got: dict[str, object] = {}
    message = await painted(local, bot, got)
    ana = local.user("ana")
    form = await (await ana.click(message, "Edit")).modal()
    assert (form.title, form.custom_id) == ("Edit picture", "edit:1")
    values = {"Prompt": "make it red", "keep": "all", "Spoiler": True}
    pictures = [Upload(name="a.png", data=png(4, 4)), Upload(name="b.png", data=png(5, 5))]
    answer = await (await ana.submit(form, values, {"Pictures": pictures})).message()
    assert answer.content == "v2"
    assert got == {
        "image": None,
        "prompt": "make it red",
        "files": [png(4, 4), png(5, 5)],
        "keep": "all",
        "spoiler": True,
    }


async def test_autocomplete_suggests_what_begins_as_typed(local: LocalDiscord, bot: StockBot) -> None:
    message = await painted(local, bot, {})
    choices = await local.user("chen").autocomplete(message.channel, "imagine", "size", "19", prompt="x")
    assert [one.value for one in choices] == ["1920x1088"]


async def test_a_message_menu_gets_its_target_whole(local: LocalDiscord, bot: StockBot) -> None:
    got: dict[str, object] = {}
    gallery = (await painted(local, bot, got)).channel
    ana, ben = local.user("ana"), local.user("ben")
    said = await ana.say(gallery, "my cat", files=[Upload(name="cat.png", data=png())])
    await (await ben.context(said, "Edit picture")).modal()
    assert got["target"] == ("my cat", ["cat.png"])
    heard = next(one for one in bot.messages if one.id == said.id)
    assert (heard.content, heard.attachments) == ("", [])


async def test_a_reply_reaches_the_bot_and_is_answered_in_a_thread(local: LocalDiscord, bot: StockBot) -> None:
    message = await painted(local, bot, {})
    ana = local.user("ana")
    await ana.say(message.channel, "make it red", reply_to=message)
    heard = await local.until(lambda: next((one for one in bot.messages if one.content == "make it red"), None))
    assert heard is not None
    assert heard.reference is not None
    target = await heard.channel.fetch_message(heard.reference.message_id or 0)
    thread = await target.create_thread(name="Fox", auto_archive_duration=1440)
    await thread.send("red it is")
    assert thread.id == message.id
    assert message.thread is not None
    await ana.waits_for(message.thread, lambda one: one.content == "red it is")
    await ana.say(message.thread, "and a mention", reply_to=None)
