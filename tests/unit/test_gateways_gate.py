"""The gate lets a few bodies be read at once, and takes the place of one that dawdles."""

import asyncio

from typing_extensions import override

from bot.gateways.gate import ReadingGate


class Reader:
    """Reads until it is told to stop, and counts who reads at the same time."""

    def __init__(self, gate: ReadingGate, bytes_per_look: int = 0) -> None:
        self.gate = gate
        self.bytes_per_look = bytes_per_look
        self.received_bytes = 0
        self.inside = 0
        self.most = 0
        self.entered = asyncio.Event()
        self.leave = asyncio.Event()

    def look(self) -> int:
        self.received_bytes += self.bytes_per_look
        return self.received_bytes

    async def read(self) -> None:
        async with self.gate.place(self.look):
            self.inside += 1
            self.most = max(self.most, self.inside)
            self.entered.set()
            await self.leave.wait()
            self.inside -= 1


async def test_no_more_than_the_places_are_read_at_once() -> None:
    reader = Reader(ReadingGate(places=2, patience_s=60))
    async with asyncio.TaskGroup() as tasks:
        for _ in range(20):
            tasks.create_task(reader.read())
        await reader.entered.wait()
        reader.leave.set()
    assert reader.most == 2


async def test_a_body_that_takes_too_long_gives_its_place_up_and_is_read_on() -> None:
    gate = ReadingGate(places=1, patience_s=0.01)
    slow, quick = Reader(gate), Reader(gate)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(slow.read())
        await slow.entered.wait()
        tasks.create_task(quick.read())
        await quick.entered.wait()  # while the slow one still reads
        assert slow.inside == 1
        slow.leave.set()
        quick.leave.set()


async def test_a_body_that_comes_quickly_keeps_its_place_however_long_it_is() -> None:
    gate = ReadingGate(places=1, patience_s=0.001, quick_bytes=1000)
    looked = asyncio.Event()

    class Long(Reader):
        @override
        def look(self) -> int:
            if self.received_bytes > 20_000:
                looked.set()
            return super().look()

    long, next_one = Long(gate, bytes_per_look=1000), Reader(gate)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(long.read())
        await long.entered.wait()
        tasks.create_task(next_one.read())
        await looked.wait()
        assert not next_one.entered.is_set()
        long.leave.set()
        next_one.leave.set()


async def test_a_place_is_given_back_once_only() -> None:
    gate = ReadingGate(places=1, patience_s=0.01)
    slow = Reader(gate)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(slow.read())
        await slow.entered.wait()
        async with gate.place(int):
            slow.leave.set()
    crowd = Reader(gate)
    async with asyncio.TaskGroup() as tasks:
        for _ in range(5):
            tasks.create_task(crowd.read())
        await crowd.entered.wait()
        crowd.leave.set()
    assert crowd.most == 1


async def test_a_cancelled_wait_takes_no_place() -> None:
    gate = ReadingGate(places=1, patience_s=60)
    holder = Reader(gate)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(holder.read())
        await holder.entered.wait()
        waiting = asyncio.create_task(Reader(gate).read())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        holder.leave.set()
    async with asyncio.timeout(5), gate.place(int):
        pass
