"""The edge: real discord.py objects, built from payloads, read into places, actors and uploads."""

from datetime import timedelta
from typing import Any

import discord
import pytest

from bot.delivery import edge
from bot.model import Actor, Place, PlaceKind, Upload, UserId

GUILD, SAFE, LABELLED, VOICE, THREAD, ORPHAN, ANA, ROLE = 10, 11, 12, 13, 14, 15, 42, 77
NOW_SNOWFLAKE = 1_573_000_000_000_000_000
MB = 1024 * 1024

Payload = dict[str, Any]


def a_channel(channel_id: int, kind: int, **more: object) -> Payload:
    return {"id": str(channel_id), "type": kind, "name": "c", "position": 0, "guild_id": str(GUILD), **more}


def a_thread(channel_id: int, parent_id: int) -> Payload:
    data: Payload = {"archived": False, "auto_archive_duration": 60, "archive_timestamp": "2026-11-20T12:00:00+00:00"}
    counts = {"message_count": 0, "member_count": 0}
    return a_channel(channel_id, 11, parent_id=str(parent_id), owner_id="1", thread_metadata=data, **counts)


@pytest.fixture(name="client")
async def _client() -> discord.Client:
    """A client that is connected to nothing and knows one server."""
    client = discord.Client(intents=discord.Intents(guilds=True))
    bot: Payload = {"id": "5", "username": "easel", "discriminator": "0", "avatar": None}
    client._connection.user = discord.ClientUser(state=client._connection, data=bot)  # pyright: ignore[reportArgumentType, reportPrivateUsage]  # as READY would
    guild: Payload = {
        "id": str(GUILD),
        "name": "Atelier",
        "premium_tier": 2,
        "preferred_locale": "de",
        "roles": [{"id": str(GUILD), "name": "@everyone", "permissions": "0", "color": 0, "position": 0}],
        "channels": [
            a_channel(SAFE, 0, nsfw=False),
            a_channel(LABELLED, 0, nsfw=True),
            a_channel(VOICE, 2, nsfw=True, bitrate=64000, user_limit=0),
        ],
        "threads": [a_thread(THREAD, LABELLED), a_thread(ORPHAN, 999)],
        "members": [],
    }
    client._connection._add_guild(discord.Guild(data=guild, state=client._connection))  # pyright: ignore[reportArgumentType, reportPrivateUsage]  # as the gateway would
    return client


def an_interaction(client: discord.Client, channel: Payload, **more: object) -> discord.Interaction:
    user = {"id": str(ANA), "username": "ana", "discriminator": "0", "avatar": None}
    in_guild = "guild_id" in channel
    member: Payload = {
        "user": user,
        "roles": [str(ROLE)],
        "joined_at": "2026-11-20T12:00:00+00:00",
        "flags": 0,
        "permissions": str(more.pop("permissions", discord.Permissions(send_messages=True).value)),
    }
    who: Payload = {"guild_id": str(GUILD), "member": member} if in_guild else {"user": user}
    data: Payload = {
        "id": str(NOW_SNOWFLAKE),
        "type": 2,
        "token": "secret-token",
        "version": 1,
        "application_id": "5",
        "attachment_size_limit": 25 * MB,
        "locale": "zh-CN",
        "channel": channel,
        "authorizing_integration_owners": {"0": str(GUILD)},
        **who,
        **more,
    }
    return discord.Interaction(data=data, state=client._connection)  # pyright: ignore[reportArgumentType, reportPrivateUsage]  # as the gateway would


@pytest.mark.parametrize(
    ("channel", "kind", "parent", "labelled"),
    [
        (a_channel(SAFE, 0), PlaceKind.CHANNEL, None, False),
        (a_channel(LABELLED, 0), PlaceKind.CHANNEL, None, True),
        (a_channel(VOICE, 2), PlaceKind.CHANNEL, None, True),
        (a_thread(THREAD, LABELLED), PlaceKind.THREAD, LABELLED, True),
        (a_thread(ORPHAN, 999), PlaceKind.THREAD, 999, False),
        ({"id": "16", "type": 1, "recipients": []}, PlaceKind.DM, None, False),
    ],
    ids=["channel", "labelled", "voice", "thread of labelled", "thread of an unknown parent", "DM"],
)
async def test_a_place_is_labelled_as_its_channel_or_parent_and_unlabelled_where_unknown(
    client: discord.Client, channel: Payload, kind: PlaceKind, parent: int | None, *, labelled: bool
) -> None:
    place = edge.place_of(an_interaction(client, channel))
    assert (place.kind, place.parent_id, place.age_restricted) == (kind, parent, labelled)
    assert place.channel_id == int(channel["id"])
    assert place.guild_id == (None if kind is PlaceKind.DM else GUILD)
    assert place.upload_limit_bytes == 25 * MB
    assert (place.locale, place.install) == ("zh-CN", "guild")


async def test_an_app_that_only_its_user_installed_is_told_apart(client: discord.Client) -> None:
    run = an_interaction(client, a_channel(SAFE, 0), authorizing_integration_owners={"1": str(ANA)})
    assert edge.place_of(run).install == "user"


@pytest.mark.parametrize(
    ("channel", "granted", "can_post"),
    [
        (a_channel(SAFE, 0), discord.Permissions(send_messages=True), True),
        (a_channel(SAFE, 0), discord.Permissions(send_messages_in_threads=True), False),
        (a_thread(THREAD, LABELLED), discord.Permissions(send_messages_in_threads=True), True),
        (a_thread(THREAD, LABELLED), discord.Permissions(send_messages=True), False),
    ],
)
async def test_who_may_post_is_read_from_the_permission_that_counts_there(
    client: discord.Client, channel: Payload, granted: discord.Permissions, *, can_post: bool
) -> None:
    actor = edge.actor_of(an_interaction(client, channel, permissions=granted.value), frozenset())
    assert actor.can_post is can_post


async def test_an_actor_has_roles_rights_and_may_be_a_host(client: discord.Client) -> None:
    granted = discord.Permissions(send_messages=True, manage_messages=True)
    guild = client.get_guild(GUILD)
    assert guild
    role: Payload = {"id": str(ROLE), "name": "painters", "permissions": "0", "color": 0, "position": 1}
    guild._add_role(discord.Role(guild=guild, state=client._connection, data=role))  # pyright: ignore[reportArgumentType, reportPrivateUsage]  # as the gateway would
    run = an_interaction(client, a_channel(SAFE, 0), permissions=granted.value)
    actor = edge.actor_of(run, frozenset({UserId(ANA)}))
    expected = Actor(user_id=UserId(ANA), role_ids=(GUILD, ROLE), manage_messages=True, can_post=True, is_host=True)
    assert actor == expected


async def test_in_a_dm_one_may_post_and_moderates_nothing(client: discord.Client) -> None:
    actor = edge.actor_of(an_interaction(client, {"id": "16", "type": 1, "recipients": []}), frozenset())
    assert actor == Actor(user_id=UserId(ANA), can_post=True)


async def test_the_token_lives_fifteen_minutes_and_is_not_shown(client: discord.Client) -> None:
    run = an_interaction(client, a_channel(SAFE, 0))
    token = edge.token_of(run)
    assert token.expires_at - run.created_at == timedelta(minutes=15)
    assert "secret-token" not in repr(token)
    assert edge.source_of(run) == f"i:{NOW_SNOWFLAKE}"


def a_message(client: discord.Client, **more: object) -> discord.Message:
    guild = client.get_guild(GUILD)
    channel = guild.get_channel(SAFE) if guild else None
    data: Payload = {
        "id": "900",
        "channel_id": str(SAFE),
        "guild_id": str(GUILD),
        "type": 0,
        "content": "",
        "author": {"id": str(ANA), "username": "ana", "discriminator": "0", "avatar": None},
        "attachments": [],
        "embeds": [],
        "mentions": [],
        "mention_roles": [],
        "mention_everyone": False,
        "pinned": False,
        "tts": False,
        "timestamp": "2026-11-20T12:00:00+00:00",
        "edited_timestamp": None,
        **more,
    }
    return discord.Message(state=client._connection, channel=channel, data=data)  # pyright: ignore[reportArgumentType, reportPrivateUsage]  # as the gateway would


def an_attachment(attachment_id: int, name: str, content_type: str | None) -> Payload:
    url = f"https://cdn.discordapp.com/{name}"
    return {
        "id": str(attachment_id),
        "filename": name,
        "size": 5,
        "url": url,
        "proxy_url": url,
        "content_type": content_type,
    }


async def test_a_message_is_a_place_with_its_servers_limit_and_language(client: discord.Client) -> None:
    place = edge.place_of_message(a_message(client))
    assert place == Place(
        guild_id=place.guild_id,
        channel_id=place.channel_id,
        parent_id=None,
        kind=PlaceKind.CHANNEL,
        age_restricted=False,
        upload_limit_bytes=50 * MB,
        locale="de",
    )
    assert (place.guild_id, place.channel_id) == (GUILD, SAFE)


async def test_pictures_of_a_message_are_its_image_files_in_order(client: discord.Client) -> None:
    files = [
        an_attachment(1, "b.png", "image/png"),
        an_attachment(2, "prompt.txt", "text/plain; charset=utf-8"),
        an_attachment(3, "a.bin", None),
    ]
    uploads = edge.pictures_of(a_message(client, attachments=files))
    assert uploads == (
        Upload(url="https://cdn.discordapp.com/b.png", filename="b.png", size_bytes=5),
        Upload(url="https://cdn.discordapp.com/a.bin", filename="a.bin", size_bytes=5),
    )


@pytest.mark.parametrize(
    ("embed", "urls"),
    [
        (
            {
                "type": "rich",
                "image": {"url": "https://x.example/a.png", "proxy_url": "https://media.example/a.png?w=1"},
            },
            ["https://media.example/a.png?w=1"],
        ),
        ({"type": "image", "thumbnail": {"url": "https://x.example/b.png"}}, ["https://x.example/b.png"]),
        ({"type": "rich", "image": {"url": "http://x.example/c.png"}}, []),
        ({"type": "rich", "title": "words only"}, []),
    ],
)
async def test_pictures_in_embeds_count_too(client: discord.Client, embed: Payload, urls: list[str]) -> None:
    uploads = edge.pictures_of(a_message(client, embeds=[embed]))
    assert [upload.url for upload in uploads] == urls
    assert all(upload.filename and "?" not in upload.filename for upload in uploads)
