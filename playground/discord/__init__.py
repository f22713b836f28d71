"""The local Discord: its REST API, gateway and people on loopback; the page and the image gateway live beside it.

async with LocalDiscord(spec) as discord:
    point(discord.api_url, discord.gateway_url)          # then start the bot with discord.token
    await discord.connected()
    ana, gallery = discord.user("ana"), discord.guild("Atelier").channel("gallery")
    run = await ana.slash(gallery, "imagine", prompt="a fox", image=Upload(name="fox.png", data=png))
    await run.acknowledged()                             # AssertionError after three seconds
    picture = await run.message()                        # not "thinking…" any more
    data = discord.downloads(picture.attachments[0])
    form = await (await ana.click(picture, "Edit")).modal()
    await ana.submit(form, {"Prompt": "make it red"}, {"Pictures": [Upload(name="ref.png", data=png)]})
    await ana.say(gallery, "make it blue", reply_to=picture)
    await ana.waits_for(gallery, lambda message: bool(message.thread))
    sizes = await ana.autocomplete(gallery, "imagine", "size", "19", prompt="a fox")
    discord.faults.add(Fault(method="PATCH", path="@original", status=500, drop="after"))
    discord.gateway.drop(1001)
    assert not discord.violations, discord.transcript()
"""

from playground.discord.actor import Actor, Choice
from playground.discord.bus import Event, Watch
from playground.discord.check import Violation
from playground.discord.clock import Clock
from playground.discord.errors import DiscordError, RefusedError
from playground.discord.faults import Fault, Faults
from playground.discord.gateway_session import Intent
from playground.discord.interaction import CallbackKind, Interaction, Modal
from playground.discord.invocation import Invocation
from playground.discord.journal import Request
from playground.discord.limits import Limits, Rate
from playground.discord.local import TOKEN, Address, LocalDiscord
from playground.discord.permissions import Permission
from playground.discord.world import Attachment, Channel, Guild, Message, Role, Upload, User

__all__ = (
    "TOKEN",
    "Actor",
    "Address",
    "Attachment",
    "CallbackKind",
    "Channel",
    "Choice",
    "Clock",
    "DiscordError",
    "Event",
    "Fault",
    "Faults",
    "Guild",
    "Intent",
    "Interaction",
    "Invocation",
    "Limits",
    "LocalDiscord",
    "Message",
    "Modal",
    "Permission",
    "Rate",
    "RefusedError",
    "Request",
    "Role",
    "Upload",
    "User",
    "Violation",
    "Watch",
)
