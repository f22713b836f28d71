import asyncio

from bot.store.turns import Turns


async def _take(turns: Turns, name: str, told: list[str], *, urgent: bool) -> None:
    async with turns.taken(urgent=urgent):
        told.append(name)


async def _in_line(turns: Turns, told: list[str], **waiting: bool) -> list[asyncio.Task[None]]:
    tasks = [asyncio.create_task(_take(turns, name, told, urgent=urgent)) for name, urgent in waiting.items()]
    await asyncio.sleep(0)  # each takes its place
    return tasks


async def test_the_urgent_go_first_and_each_line_keeps_its_order() -> None:
    turns, told = Turns(), list[str]()
    async with turns.taken(urgent=False):
        tasks = await _in_line(turns, told, a=False, b=True, c=False, d=True)
    await asyncio.gather(*tasks)
    assert told == ["b", "d", "a", "c"]


async def test_nobody_slips_in_between_two_turns() -> None:
    turns, told = Turns(), list[str]()
    async with turns.taken(urgent=False):
        tasks = await _in_line(turns, told, waiting=False)
    await _take(turns, "late", told, urgent=True)
    await asyncio.gather(*tasks)
    assert told == ["waiting", "late"]


async def test_who_gives_up_waiting_leaves_the_line() -> None:
    turns, told = Turns(), list[str]()
    async with turns.taken(urgent=False):
        gone, stays = await _in_line(turns, told, gone=False, stays=False)
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
    await stays
    assert told == ["stays"]


async def test_a_turn_that_comes_with_the_cancellation_is_passed_on() -> None:
    turns, told = Turns(), list[str]()
    async with turns.taken(urgent=False):
        gone, stays = await _in_line(turns, told, gone=False, stays=False)
    gone.cancel()  # its turn was handed over just now
    await asyncio.gather(gone, stays, return_exceptions=True)
    assert told == ["stays"]
    await _take(turns, "later", told, urgent=False)
    assert told == ["stays", "later"]
