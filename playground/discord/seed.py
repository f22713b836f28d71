"""The world one meets at the first start: four people and the bot, two servers, a handful of channels."""

from datetime import UTC, datetime, timedelta

from playground.discord.clock import Clock
from playground.discord.permissions import ORDINARY, Permission
from playground.discord.snowflakes import Snowflakes, snowflake_at
from playground.discord.state import World
from playground.discord.world import Channel, ChannelKind, Guild, Member, Overwrite, OverwriteKind, Role, User

_FIRST_DAY = datetime(2024, 3, 1, 9, tzinfo=UTC)
_MODERATOR = Permission.MANAGE_MESSAGES | Permission.MANAGE_THREADS | Permission.MODERATE_MEMBERS


def first_world(clock: Clock, ids: Snowflakes) -> World:
    """Build the servers "Atelier" and "Print Room" with odile (who owns the bot), ana, ben, chen and Easel."""
    days = iter(_FIRST_DAY + timedelta(days=number, milliseconds=number * 37) for number in range(1000))

    def number() -> int:
        return snowflake_at(next(days))

    odile = User(id=number(), username="odile", global_name="Odile", locale="fr")
    bot = User(id=number(), username="Easel", bot=True)
    world = World(clock=clock, ids=ids, bot=bot, owner=odile)
    ana = User(id=number(), username="ana", global_name="Ana")
    ben = User(id=number(), username="ben", global_name="Ben", locale="en-GB")
    chen = User(id=number(), username="chen", global_name="陈", locale="zh-CN")
    world.users |= {one.id: one for one in (ana, ben, chen)}

    atelier = _guild(world, number(), "Atelier", owner=odile, tier=0)
    painter = Role(id=number(), name="Painter", permissions=0, position=2, color=0x3498DB, mentionable=True)
    moderator = Role(id=number(), name="Moderator", permissions=int(_MODERATOR), position=3, color=0x2ECC71)
    atelier.roles |= {painter.id: painter, moderator.id: moderator}
    for person, roles in ((odile, []), (ana, [painter.id]), (ben, [moderator.id]), (chen, [])):
        atelier.members[person.id] = Member(user=person, joined_at=_FIRST_DAY, role_ids=roles)
    for name in ("general", "gallery", "after-dark", "no-threads", "read-only"):
        _channel(world, number(), atelier, name)
    atelier.channel("general").topic = "Talk, and try things out"
    atelier.channel("gallery").topic = "Pictures, and how they came to be"
    atelier.channel("after-dark").topic = "Age-restricted"
    atelier.channel("no-threads").topic = "Easel may not open threads here: edits go on in place"
    atelier.channel("read-only").topic = "Easel may not write here by itself"
    atelier.channel("after-dark").nsfw = True
    _deny_bot(world, atelier.channel("no-threads"), Permission.CREATE_PUBLIC_THREADS)
    _deny_bot(world, atelier.channel("read-only"), Permission.SEND_MESSAGES)

    print_room = _guild(world, number(), "Print Room", owner=ben, tier=2)
    for person in (odile, ben, chen):
        print_room.members[person.id] = Member(user=person, joined_at=_FIRST_DAY)
    for name in ("general", "posters"):
        _channel(world, number(), print_room, name)
    return world


def _guild(world: World, guild_id: int, name: str, *, owner: User, tier: int) -> Guild:
    everyone = Role(id=guild_id, name="@everyone", permissions=int(ORDINARY), position=0)
    own = Role(
        id=guild_id + 1,
        name=world.bot.username,
        permissions=int(ORDINARY),
        position=1,
        bot_id=world.bot.id,
    )
    guild = Guild(id=guild_id, name=name, owner_id=owner.id, premium_tier=tier)
    guild.roles = {everyone.id: everyone, own.id: own}
    guild.members[world.bot.id] = Member(user=world.bot, joined_at=_FIRST_DAY, role_ids=[own.id])
    world.guilds[guild.id] = guild
    return guild


def _channel(world: World, channel_id: int, guild: Guild, name: str) -> None:
    position = len(guild.channels)
    world.add(Channel(id=channel_id, kind=ChannelKind.TEXT, name=name, guild=guild, position=position))


def _deny_bot(world: World, channel: Channel, denied: Permission) -> None:
    channel.overwrites[world.bot.id] = Overwrite(target_id=world.bot.id, kind=OverwriteKind.MEMBER, deny=int(denied))
