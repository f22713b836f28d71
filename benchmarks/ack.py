"""How quickly Easel acknowledges: 50 interactions a second for a minute while 4K pictures flow.

The bot is a process of its own (`python -m bot run`); the local Discord and the local gateway are this one, so the
figures are what a person would see, the local Discord's own work included. Run: `python -m benchmarks.ack`.
"""

import argparse
import asyncio
import io
import math
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from PIL import Image

from playground.discord import Actor, Channel, LocalDiscord, Rate
from playground.images.script import Behaviour
from playground.images.server import LocalImages

ROOT = Path(__file__).parents[1]
LATE_S = 3.0
MIB = 1024 * 1024


@dataclass(slots=True)
class Figures:
    """What was measured."""

    acks_s: list[float] = field(default_factory=list[float])
    late: int = 0
    rss_main: list[int] = field(default_factory=list[int])
    rss_children: list[int] = field(default_factory=list[int])


async def measure(rate: float, seconds: float) -> None:
    """Drive the bot and print the table."""
    picture = _noise_png(3840, 2160)
    async with LocalImages() as images, LocalDiscord() as discord:
        discord.limits.default = discord.limits.per_second = Rate(limit=1_000_000, window_s=1.0)
        images.script.add(Behaviour(times=None, latency_s=2.0, picture_bytes=picture))
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            port = await _free_port()
            bot = await _start_bot(discord, images, Path(folder), port)
            try:
                await discord.connected(timeout_s=60)
                figures = Figures()
                watch = asyncio.create_task(_watch_memory(bot.pid, figures))
                await _drive(discord, figures, rate, seconds)
                watch.cancel()
                await _report(figures, rate, seconds, port, len(images.posts))
            finally:
                bot.terminate()
                with suppress(TimeoutError):
                    async with asyncio.timeout(20):
                        await bot.wait()
                if bot.returncode is None:
                    bot.kill()


async def _start_bot(discord: LocalDiscord, images: LocalImages, folder: Path, port: int) -> asyncio.subprocess.Process:
    environment = dict(os.environ) | {  # noqa: TID251  # the child needs what this process has
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_URL": discord.api_url,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
        "IMAGES_BASE_URL": images.base_url,
        "IMAGES_API_KEY": images.api_key,
        "IMAGES_PROFILE": "local",
        "MEDIA_ORIGINS": f"{discord.origin},{images.origin}",
        "MAX_WAITING": "1000",
        "DATA_DIR": str(folder),
        "WEB_PORT": str(port),
        "LOG_LEVEL": "error",
        "DRAIN_S": "1",
    }
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "run", cwd=ROOT, env=environment)


async def _drive(discord: LocalDiscord, figures: Figures, rate: float, seconds: float) -> None:
    gallery = discord.guild("Atelier").channel("gallery")
    people = [discord.user(name) for name in ("ana", "ben", "chen")]
    started, pending = time.perf_counter(), set[asyncio.Task[None]]()
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, started + number / rate - time.perf_counter()))
        pending.add(asyncio.create_task(_one(people[number % len(people)], gallery, figures)))
        pending = {task for task in pending if not task.done()}
    await asyncio.gather(*pending)


async def _one(person: Actor, channel: Channel, figures: Figures) -> None:
    started = time.perf_counter()
    run = await person.slash(channel, "imagine", prompt="a lighthouse at dusk", size="3840x2160")
    try:
        await run.acknowledged(LATE_S + 1)
    except AssertionError:
        figures.late += 1
        return
    figures.acks_s.append(time.perf_counter() - started)


async def _watch_memory(pid: int, figures: Figures) -> None:
    while True:
        figures.rss_main.append(_rss(pid))
        figures.rss_children.append(sum(_rss(child) for child in _children(pid)))
        await asyncio.sleep(0.5)


def _rss(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def _children(pid: int) -> list[int]:
    """List the processes that any thread of the process started, and theirs."""
    told = list[int]()
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # the thread ended meanwhile
            told += map(int, file.read_text(encoding="ascii").split())
    return told + [further for child in told for further in _children(child)]


async def _report(figures: Figures, rate: float, seconds: float, port: int, posts: int) -> None:
    acks_ms = sorted(second * 1000 for second in figures.acks_s)
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/metrics") as answer:
        metrics = await answer.text()
    print(f"{rate:g} interactions/s for {seconds:g} s, {posts} pictures of 3840x2160 asked for meanwhile")
    print(
        f"  acknowledged   p50 {_percentile(acks_ms, 50):.0f} ms, p99 {_percentile(acks_ms, 99):.0f} ms, "
        f"max {acks_ms[-1]:.0f} ms; {len(acks_ms)} in time, {figures.late} over {LATE_S:g} s"
    )
    print(f"  loop stall     {_lag(metrics)}")
    print(
        f"  memory (RSS)   main {max(figures.rss_main) / MIB:.0f} MiB at most, "
        f"median {statistics.median(figures.rss_main) / MIB:.0f}; "
        f"children {max(figures.rss_children) / MIB:.0f} MiB at most"
    )


def _percentile(values: Sequence[float], percent: float) -> float:
    return values[min(len(values) - 1, math.ceil(len(values) * percent / 100) - 1)]


def _lag(metrics: str) -> str:
    """Read p99.9 (its histogram bucket) and the maximum of the bot's own loop beat."""
    buckets = [
        (float(edge), float(count))
        for edge, count in re.findall(r'easel_loop_lag_seconds_bucket\{le="([^"]+)"\} (\S+)', metrics)
    ]
    total = buckets[-1][1]
    edge = next(edge for edge, count in buckets if count >= total * 0.999)
    worst = re.search(r"^easel_loop_lag_max_seconds (\S+)", metrics, re.MULTILINE)
    most = float(worst[1]) * 1000 if worst else math.nan
    return f"p99.9 at most {edge * 1000:.0f} ms, max {most:.0f} ms ({total:.0f} beats)"


def _noise_png(width_px: int, height_px: int) -> bytes:
    """Return a picture that compresses as badly as a detailed painting: about 18 MB at 3840x2160."""
    rng = random.Random(1)  # noqa: S311  # the same picture every time
    small = Image.frombytes("RGB", (width_px // 2, height_px // 2), rng.randbytes(width_px * height_px // 4 * 3))
    file = io.BytesIO()
    small.resize((width_px, height_px), Image.Resampling.BILINEAR).save(  # pyright: ignore[reportUnknownMemberType]  # Pillow types half of it
        file, "PNG", compress_level=1
    )
    return file.getvalue()


async def _free_port() -> int:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port = int(server.sockets[0].getsockname()[1])
    server.close()
    await server.wait_closed()
    return port


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    arguments = parser.parse_args()
    asyncio.run(measure(arguments.rate, arguments.seconds))


if __name__ == "__main__":
    main()
