"""The parts of the local Discord, put together: what routes and actors work with."""

import random
from dataclasses import dataclass

from playground.discord.bus import Bus
from playground.discord.cdn import Cdn
from playground.discord.clock import Clock
from playground.discord.commands import CommandBook
from playground.discord.exchange import Exchange
from playground.discord.faults import Faults
from playground.discord.gateway import Gateway
from playground.discord.interaction_shapes import InteractionShapes
from playground.discord.limits import Limits
from playground.discord.membership import Membership
from playground.discord.message_shapes import MessageShapes
from playground.discord.posting import Posting
from playground.discord.reactions import Reactions
from playground.discord.seed import first_world
from playground.discord.snowflakes import Snowflakes
from playground.discord.state import World
from playground.discord.threads import Threads

_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """Everything but the sockets."""

    clock: Clock
    world: World
    bus: Bus
    cdn: Cdn
    shapes: MessageShapes
    interaction_shapes: InteractionShapes
    posting: Posting
    reactions: Reactions
    threads: Threads
    exchange: Exchange
    commands: CommandBook
    gateway: Gateway
    membership: Membership
    limits: Limits
    faults: Faults


def assemble(*, clock: Clock, rng: random.Random, token: str) -> Core:
    """Build a fresh local Discord; nothing runs yet."""
    ids = Snowflakes(clock)
    world = first_world(clock, ids)
    bus = Bus()
    cdn = Cdn(clock=clock, ids=ids, secret=rng.randbytes(_SECRET_BYTES))
    shapes = MessageShapes(cdn=cdn, bot_id=world.bot.id)
    interaction_shapes = InteractionShapes(world=world, messages=shapes)
    posting = Posting(world=world, cdn=cdn, shapes=shapes, bus=bus)
    return Core(
        clock=clock,
        world=world,
        bus=bus,
        cdn=cdn,
        shapes=shapes,
        interaction_shapes=interaction_shapes,
        posting=posting,
        reactions=Reactions(bus),
        threads=Threads(world=world, posting=posting, bus=bus),
        exchange=Exchange(world=world, posting=posting, shapes=interaction_shapes, bus=bus, rng=rng),
        commands=CommandBook(application_id=world.application_id, ids=ids),
        gateway=Gateway(world=world, bus=bus, token=token, rng=rng),
        membership=Membership(world=world, bus=bus),
        limits=Limits(clock),
        faults=Faults(),
    )
