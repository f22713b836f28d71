"""Receiving pictures: Easel's production path against the openai SDK as the gateways' guides use it.

Both are measured in the same run, each figure in a fresh process, one after the other in turns, against a server in
a process of its own. Beside them stands the floor: the least work that leaves the same durable, hashed file, without
HTTP, JSON, checks or an event loop. Run: `python -m benchmarks.receive`. Memory is read from /proc, so that part needs
Linux.
"""

import argparse
import asyncio
import base64
import gc
import hashlib
import itertools
import json
import os
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pybase64
import trustme
from openai import AsyncOpenAI
from yarl import URL

from benchmarks.client import MODEL, PROMPT, paint
from bot.model import Scalar

KEY = "sk-benchmark"
SIZE = "3840x2160"
PICTURE_BYTES = 17_850_000  # what a 3840x2160 PNG of gpt-image-2 had
PREVIEW_BYTES = 1_500_000
PREVIEWS = 3
MARK = b"MARKMARKMARK"
KEY_AND_QUOTE = b'"b64_json": "'
HEAD_BYTES = 200  # what stands between two pictures of the answers below
TICK_S = 0.005
SLICE_S = 0.001
NOISE_S = 2.0
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One thing to measure: `calls` pictures, `at_once` of them at a time."""

    name: str
    title: str
    calls: int
    at_once: int = 1
    is_stream: bool = False
    is_tls: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one process measured.

    `peak_mib` is above idle, `whole_mib` the whole process. `noise_ms` is the stall that the machine itself adds: the
    longest one while this process worked in slices of 1 ms, so stalls below it say nothing of the client.
    """

    cpu_ms: float
    peak_mib: float
    whole_mib: float
    stall_max_ms: float
    stall_p99_ms: float
    noise_ms: float


SCENARIOS = (
    Scenario(name="one", title="one 4K picture at a time", calls=8),
    Scenario(name="tls", title="one at a time over TLS", calls=8, is_tls=True),
    Scenario(name="stream", title=f"one at a time, streamed with {PREVIEWS} previews", calls=8, is_stream=True),
    Scenario(name="many", title="64 at once", calls=64, at_once=64),
)
FLIGHT = Scenario(name="flight", title="256 at once", calls=256, at_once=256)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What must hold: so many times less CPU than `less_than`, at most so many times `at_most`, or a figure of ours.

    Source: the targets agreed on for the hot path; `aim` is what would be better still.
    """

    scenario: str
    figure: str
    must: float
    aim: float
    less_than: str | None = None
    at_most: str | None = None

    @property
    def wanted(self) -> str:
        """Say what must be."""
        if self.less_than:
            return f"at least {self.must:g}x less than {self.less_than}"
        return f"at most {self.must:g}" + (f"x {self.at_most}" if self.at_most else "")

    def meets(self, value: float, bound: float) -> bool:
        """Tell whether a value is on the right side of a bound."""
        return value >= bound if self.less_than else value <= bound


TARGETS = (
    Target(scenario="one", figure="cpu_ms", must=5, aim=8, less_than="sdk"),
    Target(scenario="tls", figure="cpu_ms", must=3, aim=4, less_than="sdk"),
    Target(scenario="stream", figure="cpu_ms", must=10, aim=12, less_than="sdk"),
    Target(scenario="one", figure="cpu_ms", must=2.3, aim=1.4, at_most="floor"),
    Target(scenario="stream", figure="cpu_ms", must=2.3, aim=1.4, at_most="floor"),
    Target(scenario="one", figure="peak_mib", must=2, aim=1),
    Target(scenario="many", figure="peak_mib", must=16, aim=8),
    Target(scenario="one", figure="stall_max_ms", must=5, aim=2),
    Target(scenario="many", figure="stall_max_ms", must=25, aim=16),
    Target(scenario="many", figure="stall_p99_ms", must=8, aim=4),
    Target(scenario="flight", figure="whole_mib", must=160, aim=130),
)


# -- the clients ------------------------------------------------------------------------------------------------------


Receive = Callable[[], Awaitable[None]]


@asynccontextmanager
async def ours(base_url: str, scenario: Scenario) -> AsyncGenerator[Receive]:
    """Receive pictures as Easel does."""
    previews: dict[str, Scalar] = {"stream": True, "partial_images": PREVIEWS} if scenario.is_stream else {}

    async def receive() -> None:
        await paint(base_url, KEY, {"model": MODEL, "size": SIZE, **previews})

    yield receive


@asynccontextmanager
async def sdk(base_url: str, scenario: Scenario) -> AsyncGenerator[Receive]:
    """Receive pictures as the guides show: one client of the SDK, `b64decode`, and a file."""
    async with AsyncOpenAI(base_url=base_url, api_key=KEY, max_retries=0) as client:

        async def receive() -> None:
            result = await client.images.generate(model=MODEL, prompt=PROMPT, size=SIZE)
            assert result.data is not None  # noqa: S101  # the server of this file sends one
            _save(result.data[0].b64_json or "")

        async def receive_stream() -> None:
            events = await client.images.generate(
                model=MODEL, prompt=PROMPT, size=SIZE, stream=True, partial_images=PREVIEWS
            )
            async for event in events:
                _save(event.b64_json)

        yield receive_stream if scenario.is_stream else receive


def _save(text: str) -> None:
    with tempfile.NamedTemporaryFile(suffix=".png", delete=False) as file:
        file.write(base64.b64decode(text))


@asynccontextmanager
async def floor(base_url: str, scenario: Scenario) -> AsyncGenerator[Receive]:
    """Receive, decode, hash, write and sync, and nothing else; previews are not hashed and not synced."""
    server, buffer = URL(base_url), bytearray(256 * 1024)
    asked = b'{"stream":true}' if scenario.is_stream else b"{}"
    request = b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s" % (len(asked), asked)

    async def receive() -> None:
        with socket.create_connection((server.host or "", server.port or 0)) as connection:
            connection.sendall(request)
            rest = b""
            while True:  # to each picture's text, and through it
                while (begin := rest.find(KEY_AND_QUOTE)) < 0:
                    got = connection.recv_into(buffer)
                    if not got:
                        return
                    rest = rest[-HEAD_BYTES:] + bytes(memoryview(buffer)[:got])
                is_final = not scenario.is_stream or b".completed" in rest[:begin]
                rest = _save_raw(connection, buffer, rest[begin + len(KEY_AND_QUOTE) :], is_final=is_final)

    yield receive


def _save_raw(connection: socket.socket, buffer: bytearray, piece: bytes, *, is_final: bool) -> bytes:
    """Write one picture whose text begins with `piece`; returns what follows its closing quote."""
    digest, waiting = hashlib.sha256(), b""
    with tempfile.NamedTemporaryFile(suffix=".png", delete=False, buffering=0) as file:
        while True:
            end = piece.find(b'"')
            text = waiting + (piece if end < 0 else piece[:end])
            whole = len(text) & ~3
            decoded = pybase64.b64decode(memoryview(text)[:whole], validate=True)
            waiting = text[whole:]
            file.write(decoded)
            if is_final:
                digest.update(decoded)
            if end >= 0:
                break
            piece = bytes(memoryview(buffer)[: connection.recv_into(buffer)])
        if is_final:
            os.fsync(file.fileno())
            Path(file.name).rename(Path(file.name).with_name(digest.hexdigest()))
    return piece[end + 1 :]


CLIENTS: Mapping[str, Callable[[str, Scenario], AbstractAsyncContextManager[Receive]]] = {
    "easel": ours,
    "sdk": sdk,
    "floor": floor,
}
FLOOR_SCENARIOS = ("one", "stream")


# -- measuring --------------------------------------------------------------------------------------------------------


async def measure(client: str, scenario: Scenario, base_url: str) -> Figures:
    """Measure one client in this process; the first picture only warms it up."""
    async with CLIENTS[client](base_url, scenario) as receive:
        await receive()
        gc.collect()
        noise = await _stalls_during(_work_in_slices)
        idle_mib = _memory_mib("VmRSS")
        Path("/proc/self/clear_refs").write_text("5")  # noqa: ASYNC240  # resets the high-water mark
        began = time.process_time()
        stalls = await _stalls_during(lambda: _repeat(receive, scenario))
        cpu_s = time.process_time() - began
        peak_mib = _memory_mib("VmHWM")
    return Figures(
        cpu_ms=cpu_s * 1000 / scenario.calls,
        peak_mib=peak_mib - idle_mib,
        whole_mib=peak_mib,
        stall_max_ms=stalls[-1] * 1000,
        stall_p99_ms=stalls[int(len(stalls) * 0.99)] * 1000,
        noise_ms=(noise[-1] - SLICE_S) * 1000,
    )


async def _repeat(receive: Receive, scenario: Scenario) -> None:
    for _ in range(scenario.calls // scenario.at_once):
        await asyncio.gather(*(receive() for _ in range(scenario.at_once)))


async def _work_in_slices() -> None:
    until = time.perf_counter() + NOISE_S
    while time.perf_counter() < until:
        stop = time.perf_counter() + SLICE_S
        while time.perf_counter() < stop:
            pass
        await asyncio.sleep(0)


async def _stalls_during(work: Receive) -> list[float]:
    """Return by how many seconds each tick of the loop came too late, the shortest first."""
    stalls = list[float]()
    ticker = asyncio.create_task(_tick(stalls))
    await work()
    await asyncio.sleep(TICK_S * 2)
    ticker.cancel()
    return sorted(stalls)


async def _tick(stalls: list[float]) -> None:
    while True:
        before = time.perf_counter()
        await asyncio.sleep(TICK_S)
        stalls.append(max(0.0, time.perf_counter() - before - TICK_S))


def _memory_mib(name: str) -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    raise SystemExit("this system does not say what memory a process uses")


# -- the server -------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def serving(bodies: Mapping[bool, bytes], context: ssl.SSLContext | None) -> AsyncGenerator[int]:
    """Serve the same answer to every POST, by whether the request asks for a stream; yields the port."""
    numbers = itertools.count(100_000_000_000)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
            )
            is_stream = b'"stream":true' in (await reader.readexactly(length)).replace(b" ", b"")
            kind = b"text/event-stream" if is_stream else b"application/json"
            body = bodies[is_stream]
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
                % (kind, len(body))
            )
            cut = body.index(MARK)
            writer.write(body[:cut] + str(next(numbers)).encode())  # so that no two pictures are equal
            for start in range(cut + len(MARK), len(body), MIB):
                writer.write(body[start : start + MIB])
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # a client that has what it wanted leaves
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context, backlog=512)
    async with server:
        yield server.sockets[0].getsockname()[1]


def _bodies() -> dict[bool, bytes]:
    picture = MARK.decode() + base64.b64encode(os.urandom(PICTURE_BYTES)).decode()
    preview = base64.b64encode(os.urandom(PREVIEW_BYTES)).decode()
    usage = {"input_tokens": 10, "output_tokens": 13342, "total_tokens": 13352}
    plain = {"created": 1, "data": [{"b64_json": picture}], "usage": usage}
    events: list[dict[str, object]] = [
        {"type": "image_generation.partial_image", "b64_json": preview, "partial_image_index": index}
        for index in range(PREVIEWS)
    ]
    events.append({"type": "image_generation.completed", "b64_json": picture, "usage": usage})
    stream = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events)
    return {False: json.dumps(plain).encode(), True: stream.encode()}


async def serve() -> None:
    """Serve plain and over TLS until standard input ends; prints the two ports and the authority's file."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate = authority.issue_cert("127.0.0.1")
    bodies = _bodies()
    with authority.cert_pem.tempfile() as trusted, certificate.private_key_and_cert_chain_pem.tempfile() as chain:
        context.load_cert_chain(chain)
        async with serving(bodies, None) as plain_port, serving(bodies, context) as tls_port:
            print(json.dumps({"plain": plain_port, "tls": tls_port, "authority": trusted}), flush=True)
            await asyncio.to_thread(sys.stdin.read)


# -- the report -------------------------------------------------------------------------------------------------------


def run(rounds: int, *, has_flight: bool) -> int:
    """Measure everything in turns, print the table, and return how many targets were missed."""
    server = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.receive", "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None  # noqa: S101  # a pipe was asked for
        served = json.loads(server.stdout.readline())
        found: dict[tuple[str, str], list[Figures]] = {}
        for _ in range(rounds):
            for scenario in SCENARIOS:
                for client in CLIENTS:
                    if client == "floor" and scenario.name not in FLOOR_SCENARIOS:
                        continue
                    found.setdefault((client, scenario.name), []).append(_measured(client, scenario, served))
        if has_flight:
            found["easel", FLIGHT.name] = [_measured("easel", FLIGHT, served)]
    finally:
        server.communicate("")
    medians = {key: _median(figures) for key, figures in found.items()}
    _print_table(medians)
    return _print_targets(medians)


def _measured(client: str, scenario: Scenario, served: Mapping[str, str]) -> Figures:
    scheme, port = ("https", served["tls"]) if scenario.is_tls else ("http", served["plain"])
    command = [
        sys.executable,
        "-m",
        "benchmarks.receive",
        "measure",
        client,
        scenario.name,
        f"{scheme}://127.0.0.1:{port}/v1",
    ]
    os.sync()  # what the client before left for later must not burden this one
    environment = {**os.environ, "SSL_CERT_FILE": served["authority"]}  # noqa: TID251  # how OpenSSL is told whom to trust
    with tempfile.TemporaryDirectory() as folder:
        root = str(Path(__file__).parents[1])
        done = subprocess.run(  # noqa: S603  # this very file
            command, check=True, stdout=subprocess.PIPE, text=True, cwd=root, env={**environment, "TMPDIR": folder}
        )
    return Figures(**json.loads(done.stdout))


def _median(figures: Sequence[Figures]) -> Figures:
    names = Figures.__dataclass_fields__
    return Figures(**{name: statistics.median(getattr(one, name) for one in figures) for name in names})


def _print_table(medians: Mapping[tuple[str, str], Figures]) -> None:
    print(f"{'':44}{'CPU ms':>8}{'peak MiB':>10}{'stall max':>11}{'p99 ms':>8}{'noise':>8}{'whole MiB':>11}")
    for scenario in (*SCENARIOS, FLIGHT):
        for client in CLIENTS:
            if (one := medians.get((client, scenario.name))) is None:
                continue
            print(
                f"{scenario.title + ', ' + client:44}{one.cpu_ms:8.1f}{one.peak_mib:10.1f}"
                f"{one.stall_max_ms:11.1f}{one.stall_p99_ms:8.1f}{one.noise_ms:8.1f}{one.whole_mib:11.1f}"
            )


def _print_targets(medians: Mapping[tuple[str, str], Figures]) -> int:
    missed = 0
    print()
    for target in TARGETS:
        if (mine := medians.get(("easel", target.scenario))) is None:
            continue
        value: float = getattr(mine, target.figure)
        if target.less_than:
            value = getattr(medians[target.less_than, target.scenario], target.figure) / value
        if target.at_most:
            value /= getattr(medians[target.at_most, target.scenario], target.figure)
        is_met, is_aim = target.meets(value, target.must), target.meets(value, target.aim)
        is_noise = "stall" in target.figure and mine.noise_ms > target.must
        missed += not (is_met or is_noise)
        verdict = "better than the aim" if is_aim else "pass" if is_met else "FAIL"
        if not is_met and is_noise:
            verdict = f"not measurable: the machine itself stalls {mine.noise_ms:.0f} ms"
        print(f"{target.scenario:8}{target.figure:14}{value:8.1f}   must be {target.wanted:26} {verdict}")
    return missed


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("serve")
    one = commands.add_parser("measure")
    one.add_argument("client", choices=CLIENTS)
    one.add_argument("scenario", choices=[scenario.name for scenario in (*SCENARIOS, FLIGHT)])
    one.add_argument("base_url")
    parser.add_argument("--rounds", type=int, default=5, help="how often each figure is measured")
    parser.add_argument("--no-flight", action="store_true", help="leave out 256 at once")
    asked = parser.parse_args()
    match asked.command:
        case "serve":
            asyncio.run(serve())
            return 0
        case "measure":
            scenario = next(one for one in (*SCENARIOS, FLIGHT) if one.name == asked.scenario)
            print(json.dumps(_as_json(asyncio.run(measure(asked.client, scenario, asked.base_url)))))
            return 0
        case _:
            return 1 if run(asked.rounds, has_flight=not asked.no_flight) else 0


def _as_json(figures: Figures) -> dict[str, float]:
    return {name: getattr(figures, name) for name in Figures.__dataclass_fields__}


if __name__ == "__main__":
    raise SystemExit(main())
