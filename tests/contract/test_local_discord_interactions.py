"""Answers to interactions and their deadlines, as stock discord.py meets them."""

import io
from collections.abc import Awaitable, Callable

import discord
import pytest
from discord import app_commands, ui
from typing_extensions import override

from playground.discord import CallbackKind, Channel, Invocation, LocalDiscord, RefusedError, Upload
from tests.contract.stock_bot import StockBot, png

Handler = Callable[[discord.Interaction], Awaitable[None]]


async def run(local: LocalDiscord, bot: StockBot, handler: Handler, channel: Channel | None = None) -> Invocation:
    """Register `handler` as the command /go and let ana type it."""

    async def go(interaction: discord.Interaction) -> None:
        await handler(interaction)

    bot.tree.add_command(app_commands.Command(name="go", description="Go", callback=go), override=True)
    await bot.tree.sync()
    return await local.user("ana").slash(channel or local.guild("Atelier").channel("general"), "go")


async def test_a_direct_answer_returns_its_message(local: LocalDiscord, bot: StockBot) -> None:
    resources: list[discord.InteractionCallbackResponse[StockBot]] = []

    async def handler(interaction: discord.Interaction) -> None:
        resources.append(await interaction.response.send_message("hello"))  # pyright: ignore[reportArgumentType]  # the client is ours

    invocation = await run(local, bot, handler)
    message = await invocation.message()
    await local.until(lambda: resources)
    assert (message.content, message.kind.name) == ("hello", "CHAT_INPUT_COMMAND")
    assert resources[0].message_id == message.id
    assert isinstance(resources[0].resource, discord.InteractionMessage)


async def test_an_answer_after_three_seconds_is_unknown_and_the_person_sees_it_failed(
    local: LocalDiscord, bot: StockBot
) -> None:
    async def handler(interaction: discord.Interaction) -> None:
        local.advance(3.1)
        await interaction.response.defer()

    invocation = await run(local, bot, handler)
    await local.until(lambda: bot.errors)
    (error,) = bot.errors
    assert isinstance(error, app_commands.CommandInvokeError)
    assert isinstance(error.original, discord.NotFound)
    assert error.original.code == 10062
    assert invocation.failed
    with pytest.raises(AssertionError, match="three seconds"):
        await invocation.acknowledged()


async def test_a_second_answer_is_refused(local: LocalDiscord, bot: StockBot) -> None:
    codes: list[int] = []

    async def handler(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        again = discord.interactions.InteractionResponse(interaction)
        try:
            await again.send_message("twice")
        except discord.HTTPException as error:
            codes.append(error.code)

    await run(local, bot, handler)
    await local.until(lambda: codes)
    assert codes == [40060]


async def test_a_token_dies_after_fifteen_minutes(local: LocalDiscord, bot: StockBot) -> None:
    outcomes: list[tuple[int, int]] = []

    async def handler(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        local.advance(14 * 60)
        await interaction.edit_original_response(content="still here")
        local.advance(61)
        for attempt in (interaction.edit_original_response(content="late"), interaction.followup.send("late")):
            try:
                await attempt
            except discord.HTTPException as error:
                outcomes.append((error.status, error.code))

    invocation = await run(local, bot, handler)
    await local.until(lambda: len(outcomes) == 2)
    assert outcomes == [(401, 50027), (401, 50027)]
    assert (await invocation.message()).content == "still here"


async def test_the_first_follow_up_fills_the_deferred_message_and_later_ones_reply(
    local: LocalDiscord, bot: StockBot
) -> None:
    async def handler(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.followup.send("first")
        await interaction.followup.send("second")

    invocation = await run(local, bot, handler)
    second = await invocation.waits_for(lambda one: one.content == "second")
    first = await invocation.message()
    assert (first.content, first.visible_to, first.edited_at) == ("first", local.user("ana").id, None)
    assert (second.visible_to, second.referenced) == (None, first)


async def test_thinking_shows_until_it_is_filled(local: LocalDiscord, bot: StockBot) -> None:
    general = local.guild("Atelier").channel("general")
    shown: list[bool] = []

    async def handler(interaction: discord.Interaction) -> None:
        await interaction.response.defer(thinking=True)
        shown.extend(one.loading for one in general.messages.values())
        await interaction.edit_original_response(content="done")

    message = await (await run(local, bot, handler)).message()
    assert (shown, message.content) == ([True], "done")


async def test_original_and_follow_ups_are_read_edited_and_deleted_by_token(local: LocalDiscord, bot: StockBot) -> None:
    seen: list[object] = []

    async def handler(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("one")
        seen.append((await interaction.original_response()).content)
        further = await interaction.followup.send("two", wait=True)
        seen.append((await interaction.followup.fetch_message(further.id)).content)
        await further.edit(content="two, better")
        await interaction.delete_original_response()
        try:
            await interaction.edit_original_response(content="gone")
        except discord.NotFound as error:
            seen.append(error.code)

    invocation = await run(local, bot, handler)
    await local.until(lambda: len(seen) == 3)
    assert seen == ["one", "two", 10008]
    (left,) = invocation.messages
    assert (left.content, left.revisions) == ("two, better", ["two"])


async def test_a_token_is_good_after_the_first_answer_and_for_its_own_messages_alone(
    local: LocalDiscord, bot: StockBot
) -> None:
    codes: list[int] = []
    place = local.guild("Atelier").channel("general")
    foreign = await bot.text_channel(place.id).send("by the bot token")

    async def attempt(coroutine: Awaitable[object]) -> None:
        try:
            await coroutine
        except discord.HTTPException as error:
            codes.append(error.code)

    async def handler(interaction: discord.Interaction) -> None:
        await attempt(interaction.followup.send("too early"))
        await interaction.response.send_message("hidden", ephemeral=True)
        hidden = await interaction.original_response()
        await attempt(bot.text_channel(place.id).fetch_message(hidden.id))
        await attempt(interaction.followup.fetch_message(foreign.id))
        await attempt(interaction.followup.send(""))
        codes.append(0)

    await run(local, bot, handler)
    await local.until(lambda: codes[-1:] == [0])
    assert codes == [10015, 10008, 10008, 50006, 0]
    local.violations.clear()


async def test_a_component_may_update_its_message(local: LocalDiscord, bot: StockBot) -> None:
    class Toggle(ui.View):
        @ui.button(label="On", custom_id="toggle")
        async def toggle(self, interaction: discord.Interaction, button: ui.Button[ui.View]) -> None:
            button.label = "Off"
            await interaction.response.edit_message(content="switched", view=self)

        @ui.button(label="Later", custom_id="later")
        async def later(self, interaction: discord.Interaction, _: ui.Button[ui.View]) -> None:
            await interaction.response.defer()
            await interaction.edit_original_response(content="later on")

    async def handler(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("switch", view=Toggle(timeout=None))

    message = await (await run(local, bot, handler)).message()
    ben = local.user("ben")
    pressed = await ben.click(message, "On")
    assert await pressed.acknowledged() is CallbackKind.UPDATE
    assert (message.content, message.components[0]["components"][0]["label"]) == ("switched", "Off")
    with pytest.raises(RefusedError, match="shows no 'On'"):
        await ben.click(message, "On")
    await ben.click(message, "Later")
    await local.until(lambda: message.content == "later on")


async def test_selects_take_values_people_and_channels(local: LocalDiscord, bot: StockBot) -> None:
    chosen: list[list[str]] = []

    class Selects(ui.View):
        @ui.select(
            placeholder="Colour", options=[discord.SelectOption(label="Red"), discord.SelectOption(label="Blue")]
        )
        async def colour(self, interaction: discord.Interaction, select: ui.Select[ui.View]) -> None:
            chosen.append(select.values)
            await interaction.response.defer()

        @ui.select(cls=ui.UserSelect, placeholder="Who", max_values=2)
        async def who(self, interaction: discord.Interaction, select: ui.UserSelect[ui.View]) -> None:
            chosen.append([one.name for one in select.values])
            await interaction.response.defer()

        @ui.select(cls=ui.ChannelSelect, placeholder="Where")
        async def where(self, interaction: discord.Interaction, select: ui.ChannelSelect[ui.View]) -> None:
            chosen.append([one.name for one in select.values])
            await interaction.response.defer()

    async def handler(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(view=Selects(timeout=None))

    message = await (await run(local, bot, handler)).message()
    ana, ben = local.user("ana"), local.user("ben")
    await (await ana.select(message, "Colour", ["Blue"])).acknowledged()
    await (await ana.select(message, "Who", [ana.user, ben.user])).acknowledged()
    await (await ana.select(message, "Where", [message.channel])).acknowledged()
    assert chosen == [["Blue"], ["ana", "ben"], ["general"]]
    with pytest.raises(RefusedError, match="1 to 1"):
        await ana.select(message, "Colour", ["Blue", "Red"])
    with pytest.raises(RefusedError, match="no 'Green'"):
        await ana.select(message, "Colour", ["Green"])


async def test_a_form_on_a_form_is_refused(local: LocalDiscord, bot: StockBot) -> None:
    codes: list[int] = []

    class Form(ui.Modal, title="One"):
        name: ui.TextInput[ui.Modal] = ui.TextInput(label="Name", custom_id="name")

        @override
        async def on_submit(self, interaction: discord.Interaction, /) -> None:
            try:
                await interaction.response.send_modal(Form())
            except discord.HTTPException as error:
                codes.append(error.code)
                await interaction.response.send_message(f"hello {self.name.value}")

    async def handler(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Form())

    form = await (await run(local, bot, handler)).modal()
    with pytest.raises(RefusedError, match="1 to 4000"):
        await local.user("ana").submit(form)
    with pytest.raises(RefusedError, match="somebody else"):
        await local.user("ben").submit(form, {"Name": "Ben"})
    sent = await local.user("ana").submit(form, {"Name": "Ana"})
    assert (await sent.message()).content == "hello Ana"
    assert codes == [50035]


async def test_a_form_has_selects_and_checkbox_groups(local: LocalDiscord, bot: StockBot) -> None:
    got: list[list[str]] = []
    groups = [discord.CheckboxGroupOption(label="Frame", value="frame"), discord.CheckboxGroupOption(label="Sign")]

    class Form(ui.Modal, title="Order"):
        colour: ui.Label[ui.Modal] = ui.Label(
            text="Colour",
            component=ui.Select(options=[discord.SelectOption(label="Red"), discord.SelectOption(label="Blue")]),
        )
        extras: ui.Label[ui.Modal] = ui.Label(
            text="Extras", component=ui.CheckboxGroup(options=groups, required=False, max_values=2)
        )
        who: ui.Label[ui.Modal] = ui.Label(text="For", component=ui.UserSelect(required=True, max_values=2))

        @override
        async def on_submit(self, interaction: discord.Interaction, /) -> None:
            for field in (self.colour.component, self.extras.component, self.who.component):
                assert isinstance(field, ui.Select | ui.CheckboxGroup | ui.UserSelect)
                got.append([str(one) for one in field.values])
            await interaction.response.send_message("ordered")

    async def handler(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Form())

    form = await (await run(local, bot, handler)).modal()
    ana, ben = local.user("ana"), local.user("ben")
    with pytest.raises(RefusedError, match="Red"):
        await ana.submit(form, {"Colour": ["Green"], "For": [ben.user]})
    with pytest.raises(RefusedError, match="'For' takes 1 to 2"):
        await ana.submit(form, {"Colour": ["Red"]})
    sent = await ana.submit(form, {"Colour": ["Red"], "Extras": ["frame"], "For": [ana.user, ben.user]})
    assert (await sent.message()).content == "ordered"
    assert got == [["Red"], ["frame"], ["ana", "ben"]]


async def test_what_an_interaction_says_of_its_place(local: LocalDiscord, bot: StockBot) -> None:
    seen: list[discord.Interaction] = []

    async def handler(interaction: discord.Interaction) -> None:
        seen.append(interaction)
        await interaction.response.send_message("seen")

    print_room = local.guild("Print Room").channel("posters")
    await (await run(local, bot, handler, local.guild("Atelier").channel("after-dark"))).message()
    await (await local.user("chen").slash(print_room, "go")).message()
    await (await local.user("chen").slash(local.user("chen").dm, "go")).message()
    atelier, posters, private = seen
    assert isinstance(atelier.channel, discord.TextChannel)
    assert atelier.channel.is_nsfw()
    assert (atelier.locale, atelier.filesize_limit) == (discord.Locale.american_english, 10 << 20)
    assert (posters.locale, posters.filesize_limit) == (discord.Locale.chinese, 50 << 20)
    assert posters.app_permissions.attach_files
    assert not posters.app_permissions.manage_messages
    assert isinstance(posters.user, discord.Member)
    assert isinstance(private.channel, discord.DMChannel)
    assert (private.guild, private.context.dm_channel) == (None, True)


async def test_a_file_over_the_place_limit_is_refused_with_40005(local: LocalDiscord, bot: StockBot) -> None:
    codes: list[tuple[int, int]] = []

    async def handler(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        try:
            await interaction.edit_original_response(
                attachments=[discord.File(io.BytesIO(bytes((10 << 20) + 1)), filename="big.bin")]
            )
        except discord.HTTPException as error:
            codes.append((error.status, error.code))
            await interaction.edit_original_response(
                attachments=[discord.File(io.BytesIO(png()), filename="small.png")]
            )

    message = await (await run(local, bot, handler)).message()
    assert codes == [(413, 40005)]
    assert [one.filename for one in message.attachments] == ["small.png"]


async def test_an_unanswered_command_fails(local: LocalDiscord, bot: StockBot) -> None:
    async def silent(_: discord.Interaction) -> None:
        local.advance(3.1)

    invocation = await run(local, bot, silent)
    await local.until(lambda: invocation.failed)
    assert invocation.response() is None


async def test_an_unanswered_autocomplete_fails(local: LocalDiscord, bot: StockBot) -> None:
    async def silent(_: discord.Interaction, __: str) -> list[app_commands.Choice[str]]:
        local.advance(3.1)
        return [app_commands.Choice(name="late", value="late")]

    @bot.tree.command(description="Complete")
    @app_commands.autocomplete(word=silent)
    async def complete(interaction: discord.Interaction, word: str) -> None:
        await interaction.response.send_message(word)

    await bot.tree.sync()
    with pytest.raises(AssertionError, match="three seconds"):
        await local.user("ana").autocomplete(local.guild("Atelier").channel("general"), "complete", "word", "la")


async def test_options_of_every_kind_arrive_and_bad_ones_never_leave(local: LocalDiscord, bot: StockBot) -> None:
    @bot.tree.command(description="Options of every kind")
    @app_commands.choices(shape=[app_commands.Choice(name="Round", value="round")])
    async def options(  # noqa: PLR0917  # one of each kind
        interaction: discord.Interaction,
        text: app_commands.Range[str, 2, 5],
        shape: str | None = None,
        number: app_commands.Range[int, 1, 3] | None = None,
        ratio: float | None = None,
        who: discord.Member | None = None,
        role: discord.Role | None = None,
        where: discord.TextChannel | None = None,
        picture: discord.Attachment | None = None,
        *,
        sure: bool = False,
    ) -> None:
        names = [getattr(one, "name", None) for one in (who, role, where)]
        about = None if picture is None else picture.filename
        await interaction.response.send_message(f"{text} {shape} {number} {ratio} {names} {about} {sure}")

    @bot.tree.command(description="For those who manage")
    @app_commands.default_permissions(manage_guild=True)
    async def manage(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("managed")

    @bot.tree.command(description="For adults", nsfw=True)
    async def late(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("late")

    await bot.tree.sync()
    ana, atelier = local.user("ana"), local.guild("Atelier")
    general = atelier.channel("general")
    answer = await ana.slash(
        general,
        "options",
        text="abc",
        shape="round",
        number=2,
        ratio=0.5,
        who=local.user("ben").user,
        role=atelier.role("Painter"),
        where=atelier.channel("gallery"),
        picture=Upload(name="p.png", data=png()),
        sure=True,
    )
    assert (await answer.message()).content == "abc round 2 0.5 ['ben', 'Painter', 'gallery'] p.png True"
    refusals: tuple[tuple[str, dict[str, object], str], ...] = (
        ("options", {}, "required"),
        ("options", {"text": "a"}, "2 to 5"),
        ("options", {"text": "abc", "shape": "square"}, "round"),
        ("options", {"text": "abc", "number": 4}, "1 to 3"),
        ("options", {"text": "abc", "number": 1.5}, "whole"),
        ("options", {"text": "abc", "colour": "red"}, "no option"),
        ("options", {"text": "abc", "picture": Upload(name="x", data=bytes((10 << 20) + 1))}, "limit"),
        ("manage", {}, "permissions"),
        ("late", {}, "age-restricted"),
        ("nothing", {}, "no command"),
    )
    for command, given, reason in refusals:
        with pytest.raises(RefusedError, match=reason):
            await ana.slash(general, command, **given)
    assert (await (await ana.slash(atelier.channel("after-dark"), "late")).message()).content == "late"
    assert (await (await local.owner.slash(general, "manage")).message()).content == "managed"
