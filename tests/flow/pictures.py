"""Pictures as people have them, and what a test looks for in answers."""

import io
import random

from PIL import Image

from playground.discord import Actor, Channel, Invocation, LocalDiscord, Message, Upload


def png(width_px: int = 320, height_px: int = 240, colour: tuple[int, ...] = (200, 40, 40)) -> bytes:
    """Return a PNG of one colour; with four numbers it has alpha."""
    file = io.BytesIO()
    Image.new("RGB" if len(colour) == 3 else "RGBA", (width_px, height_px), colour).save(file, "PNG")
    return file.getvalue()


def noise_png(width_px: int, height_px: int) -> bytes:
    """Return a PNG that no compression makes smaller: about three bytes a pixel."""
    file = io.BytesIO()
    noise = random.Random(1).randbytes(width_px * height_px * 3)  # noqa: S311  # the same picture every time
    Image.frombytes("RGB", (width_px, height_px), noise).save(file, "PNG", compress_level=0)
    return file.getvalue()


def upload(name: str = "photo.png", width_px: int = 320, height_px: int = 240) -> Upload:
    """Return a PNG file as someone attaches it."""
    return Upload(name=name, data=png(width_px, height_px))


def mask(width_px: int = 320, height_px: int = 240) -> Upload:
    """Return a mask whose middle is the hole."""
    file = io.BytesIO()
    picture = Image.new("RGBA", (width_px, height_px), (0, 0, 0, 255))
    picture.paste((0, 0, 0, 0), (width_px // 4, height_px // 4, width_px * 3 // 4, height_px * 3 // 4))
    picture.save(file, "PNG")
    return Upload(name="mask.png", data=file.getvalue())


def opened(data: bytes) -> Image.Image:
    """Return the decoded picture."""
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def is_result(message: Message) -> bool:
    """Say whether the message carries pictures with buttons."""
    return bool(message.attachments and message.components)


async def painted(person: Actor, channel: Channel, prompt: str = "a red fox", **options: object) -> Message:
    """Type /imagine and return the message with the pictures."""
    run: Invocation = await person.slash(channel, "imagine", prompt=prompt, **options)
    return await run.waits_for(is_result)


async def replied(
    person: Actor, discord: LocalDiscord, to: Message, text: str, files: tuple[Upload, ...] = ()
) -> Message:
    """Reply to a picture and return the message with the edit, wherever it came."""
    known = {message.id for message in discord.messages() if is_result(message)}
    await person.say(to.channel, text, files=files, reply_to=to)

    def found() -> Message | None:
        return next((one for one in discord.messages() if is_result(one) and one.id not in known), None)

    message = await discord.until(found)
    assert message is not None
    return message
