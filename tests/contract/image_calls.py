"""Calls to the local image gateway as the orders make them: a gateway opened on it, plans, inputs, previews."""

import asyncio
import io
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from PIL import Image
from pydantic import SecretStr

from bot.errors import CallFailed
from bot.gateways.configuration import GatewayConfig, ModelConfig
from bot.gateways.endpoints import understand
from bot.gateways.exchange import Clocks
from bot.gateways.fetch import open_downloader
from bot.gateways.gateway import ImagesGateway, open_gateway
from bot.gateways.profiles import profile_for
from bot.model import Learned, Options, OrderKind, PaintCall, PaintInput, Plan, Receipt, Scalar, Wish
from playground.images.server import LocalImages


def noise(size_px: tuple[int, int] = (128, 128), kind: str = "PNG") -> bytes:
    """Return a picture that does not compress: about one byte a pixel as PNG."""
    buffer = io.BytesIO()
    Image.effect_noise(size_px, 60).convert("RGB").save(buffer, format=kind)
    return buffer.getvalue()


@dataclass(kw_only=True)
class Caller:
    """Makes calls at one opened gateway; `previews` holds what each preview's file contained when it was shown."""

    gateway: ImagesGateway
    folder: Path
    previews: list[bytes] = field(default_factory=list[bytes])
    calls: int = 0

    async def show(self, path: Path) -> None:
        self.previews.append(await asyncio.to_thread(path.read_bytes))

    def call(self, kind: OrderKind, plan: Plan | None = None, **parameters: Scalar) -> PaintCall:
        """A call with these parameters beside the plan's; an edit brings one PNG."""
        self.calls += 1
        inputs = (self.input(),) if kind is OrderKind.EDIT else ()
        planned = plan or self.plan(kind)
        return PaintCall(
            key=f"CALL-{self.calls}",
            plan=replace(planned, parameters={**planned.parameters, **parameters}),
            kind=kind,
            prompt="a red cat 一只红色的猫",
            inputs=inputs,
            mask=None,
            folder=self.folder,
            user="c0ffee",
        )

    def plan(self, kind: OrderKind, options: Options | None = None) -> Plan:
        """The plan of a quick picture that is not streamed."""
        edits = kind is OrderKind.EDIT
        return self.gateway.plan(
            Wish(
                kind=kind,
                options=options or Options(quality="low"),
                prompt_chars=12,
                input_count=int(edits),
                first_input_px=(1024, 1024) if edits else None,
            )
        )

    def input(self, name: str = "input.bin", kind: str = "PNG") -> PaintInput:
        path = self.folder / name
        path.write_bytes(noise(kind=kind))
        return PaintInput(path=path, format=kind.lower())

    async def paint(self, call: PaintCall) -> Receipt | CallFailed:
        """What came of a call: its receipt or its failure."""
        try:
            return await self.gateway.paint(call, self.show)
        except CallFailed as failed:
            return failed

    def left_files(self) -> set[str]:
        """What lies in the folder, without inputs."""
        return {path.name for path in self.folder.iterdir() if path.suffix != ".bin"}


@asynccontextmanager
async def calling(
    folder: Path,
    base_url: str,
    key: str,
    *,
    clocks: Clocks | None = None,
    origins: frozenset[str] = frozenset(),
    learned: tuple[Learned, ...] = (),
    model: ModelConfig | None = None,
) -> AsyncGenerator[Caller]:
    """Open a gateway at this address with the local profile; its one model is asked in the images dialect."""
    endpoints = understand(base_url)
    config = GatewayConfig(
        slug="local",
        title="Local",
        endpoints=endpoints,
        key=SecretStr(key),
        models=(model or ModelConfig(id="gpt-image-2"),),
        profile=profile_for(endpoints.generations, "local"),
        clocks=clocks or Clocks(),
        learned=learned,
    )
    async with open_downloader(origins, attempts=1) as downloader, open_gateway(config, downloader) as gateway:
        yield Caller(gateway=gateway, folder=folder)


@asynccontextmanager
async def calling_local(
    folder: Path, images: LocalImages, *, clocks: Clocks | None = None, model: ModelConfig | None = None
) -> AsyncGenerator[Caller]:
    """Open a gateway on the local images server, whose files may be fetched."""
    origins = frozenset({images.origin})
    async with calling(folder, images.base_url, images.api_key, clocks=clocks, origins=origins, model=model) as caller:
        yield caller


def in_chat(**capabilities: object) -> ModelConfig:
    """A model that paints in chat completions."""
    return ModelConfig(
        id="gemini-2.5-flash-image", dialect="chat", capabilities={"stream": False, "max_inputs": 8, **capabilities}
    )


def in_responses(**capabilities: object) -> ModelConfig:
    """An image model behind a text model."""
    able = {"text_model": "gpt-5", "stream": False, "partial_images": 0, **capabilities}
    return ModelConfig(id="gpt-image-2", dialect="responses", capabilities=able)


def said(facts: Mapping[str, Scalar]) -> str:
    """Everything a failure's facts say, as one text."""
    return " ".join(map(str, facts.values()))


async def until(condition: Callable[[], object]) -> None:
    """Wait until files or previews are there; nothing else tells of them."""
    async with asyncio.timeout(15):
        while not condition():  # noqa: ASYNC110  # the file system raises no event
            await asyncio.sleep(0.002)
