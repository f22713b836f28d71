"""The whole way of a picture over stock discord.py: command, deferral, file, button, form, reply, thread."""

import io
import struct
import zlib

import discord
from discord import ui

from playground.discord import CallbackKind, LocalDiscord, Upload


def png(width: int = 3, height: int = 2, shade: int = 200) -> bytes:
    """Return a small grey PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes([shade]) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class Again(ui.View):
    """One button that answers."""

    @ui.button(label="Again", custom_id="again")
    async def again(self, interaction: discord.Interaction, _: ui.Button[ui.View]) -> None:
        await interaction.response.send_message("once more", ephemeral=True)


async def test_a_command_with_a_file_is_deferred_and_filled_with_a_picture(local: LocalDiscord, bot) -> None:
    received: list[bytes] = []

    @bot.tree.command(description="Paint")
    async def imagine(interaction: discord.Interaction, prompt: str, image: discord.Attachment) -> None:
        await interaction.response.defer(thinking=True)
        received.append(await image.read())
        file = discord.File(io.BytesIO(png()), filename="easel.png", description=prompt)
        await interaction.edit_original_response(content=f"v1 {prompt}", attachments=[file], view=Again(timeout=None))

    await bot.tree.sync()
    ana, gallery = local.user("ana"), local.guild("Atelier").channel("gallery")
    given = png(9, 9)
    run = await ana.slash(gallery, "imagine", prompt="a fox", image=Upload(name="fox.png", data=given))
    assert await run.acknowledged() is CallbackKind.DEFERRED_MESSAGE
    message = await run.message()
    assert received == [given]
    assert message.content == "v1 a fox"
    (picture,) = message.attachments
    assert (picture.filename, picture.description, picture.width, picture.height) == ("easel.png", "a fox", 3, 2)
    assert local.downloads(picture) == png()

    answer = await (await ana.click(message, "Again")).message()
    assert (answer.content, answer.visible_to) == ("once more", ana.id)
    assert answer not in local.user("ben").sees(gallery)
    assert answer in ana.sees(gallery)
