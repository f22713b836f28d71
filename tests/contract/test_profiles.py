"""Every profile in front of the gateway it describes, feature by feature: it never sends what that gateway refuses.

The gateways are played by the local one, from documents (`playground/images/personas`); the cells are `profile_cells`.
"""

import asyncio
import io
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

import pytest
from PIL import Image
from pydantic import SecretStr
from yarl import URL

from bot.errors import CallFailed, OptionRefused
from bot.gateway_file import Configured, Entry
from bot.gateways.configuration import GatewayConfig, configs_from
from bot.gateways.fetch import open_downloader
from bot.gateways.gateway import ImagesGateway, open_gateway
from bot.gateways.profiles import PROFILES, UNKNOWN, profile_for
from bot.model import Billed, Dialect, OrderKind, PaintCall, PaintInput, Plan, Receipt, Wish
from bot.settings import load
from playground.images.personas import personas
from playground.images.posts import Post
from playground.images.script import Behaviour
from playground.images.server import LocalImages
from tests.contract.image_calls import noise
from tests.contract.profile_cells import FEATURES, ROWS, Expected, Feature, Outcome, Row

EXAMPLE = Path(__file__).parents[2] / "gateways.example.toml"
PROMPT = "a red cat"
USER = "c0ffee"


def entry_of(row: Row) -> Entry:
    """The gateway as the example file has it."""
    if not row.slug:
        return Entry.model_validate(
            {"slug": "somewhere", "base_url": "https://x.example", "model": [{"id": "gpt-image-2"}]}
        )
    entries = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))["gateway"]
    return Entry.model_validate(next(entry for entry in entries if entry["slug"] == row.slug))


def config_of(row: Row, feature: Feature, images: LocalImages) -> GatewayConfig:
    """The same gateway at another address, with the one model that is asked."""
    entry = entry_of(row)
    model = entry.model[row.model]
    if feature.trouble == "unknown model":
        model = model.model_copy(update={"id": f"{model.id}-typo"})
    address = f"{images.origin}/elsewhere/v1" if feature.trouble == "wrong address" else images.base_url
    changed = entry.model_copy(
        update={
            "profile": profile_for(URL(entry.base_url or ""), entry.profile).name,
            "base_url": address,
            "model": [model],
            "moderation": feature.moderation,
        }
    )
    key = (
        "sk-a-wrong-one" if feature.trouble == "wrong key" else images.api_key if entry.key_env or not row.slug else ""
    )
    configured = Configured(entry=changed, key=SecretStr(key), where="gateways.example.toml")
    (config,) = configs_from(load(None).with_gateways((configured,)))
    return config


@cache
def _hole() -> bytes:
    """A mask for the inputs: all of it may be painted anew."""
    buffer = io.BytesIO()
    Image.new("RGBA", (128, 128)).save(buffer, "PNG")
    return buffer.getvalue()


@dataclass(kw_only=True)
class Cell:
    """One wish carried out at one gateway, as the orders would."""

    gateway: ImagesGateway
    feature: Feature
    folder: Path
    previews: int = 0
    calls: int = 0

    async def show(self, path: Path) -> None:
        assert await asyncio.to_thread(path.stat)
        self.previews += 1

    def plan(self, feature: Feature | None = None) -> Plan:
        wanted = feature or self.feature
        return self.gateway.plan(
            Wish(
                kind=OrderKind.EDIT if wanted.inputs else OrderKind.GENERATE,
                options=wanted.options,
                prompt_chars=len(PROMPT),
                input_count=wanted.inputs,
                has_mask=wanted.has_mask,
                first_input_px=(1024, 1024) if wanted.inputs else None,
            )
        )

    def call(self, plan: Plan, feature: Feature | None = None, previous: str | None = None) -> PaintCall:
        wanted = feature or self.feature
        self.calls += 1
        return PaintCall(
            key=f"CALL-{self.calls}",
            plan=plan,
            kind=OrderKind.EDIT if wanted.inputs else OrderKind.GENERATE,
            prompt=PROMPT,
            inputs=tuple(self._file(f"input-{number}.bin", noise()) for number in range(wanted.inputs)),
            mask=self._file("mask.bin", _hole()) if wanted.has_mask else None,
            folder=self.folder,
            user=USER,
            previous_response=previous,
        )

    async def paint(self, call: PaintCall) -> Receipt:
        return await self.gateway.paint(call, self.show)

    async def paint_all(self, plan: Plan) -> list[Receipt]:
        """Make every call of a plan; what the gateway names is left out once, as orders do."""
        receipts = list[Receipt]()
        for _ in range(plan.calls):
            call = self.call(plan, previous=await self._previous())
            try:
                receipts.append(await self.paint(call))
            except CallFailed as failed:
                # Only the host's own word may be refused; a profile promises nothing that is.
                if not self.feature.moderation or failed.adaptation is None or failed.failure.billed is not Billed.NO:
                    raise
                receipts.append(await self.paint(self.call(failed.adaptation.plan)))
        return receipts

    async def _previous(self) -> str | None:
        if not self.feature.is_second:
            return None
        first = Feature(name="first")
        return (await self.paint(self.call(self.plan(first), first))).response_id

    def _file(self, name: str, content: bytes) -> PaintInput:
        path = self.folder / name
        path.write_bytes(content)
        return PaintInput(path=path, format="png")


def field_of(post: Post, name: str) -> str | None:
    """A field as it went over the wire: of the request, or of the tool in it."""
    tools = cast("list[Mapping[str, Any]]", post.fields.get("tools") or [{}])
    value = post.fields.get(name, tools[0].get(name))
    return None if value is None else str(value)


def prompt_of(post: Post) -> str:
    """The words of a conversation."""
    content = cast("list[Mapping[str, Any]]", post.fields["messages"])[-1]["content"]
    return content if isinstance(content, str) else str(content[0]["text"])


PATHS: Final[Mapping[tuple[Dialect, bool], str]] = {
    ("images", False): "/v1/images/generations",
    ("images", True): "/v1/images/edits",
    ("chat", False): "/v1/chat/completions",
    ("responses", False): "/v1/responses",
}


def parts_of(feature: Feature, dialect: Dialect) -> list[str]:
    """What a request's pictures are called: one is `image`, several are `image[]`."""
    match dialect:
        case "images":
            inputs = ["image"] if feature.inputs == 1 else ["image[]"] * feature.inputs
            return [*inputs, "mask"] if feature.has_mask else inputs
        case "chat":
            return [f"messages[0].content[{number}].image_url.url" for number in range(1, feature.inputs + 1)]
        case "responses":
            if feature.is_second:
                return ["previous_response_id"]  # what the gateway remembers
            inputs = [f"input[0].content[{number}].image_url" for number in range(1, feature.inputs + 1)]
            return [*inputs, "tools[0].input_image_mask.image_url"] if feature.has_mask else inputs


CELLS = [
    pytest.param(row, feature, id=f"{row.title}-{feature.name}".replace(" ", "_"))
    for row in ROWS
    for feature in FEATURES
]


@pytest.mark.parametrize(("row", "feature"), CELLS)
async def test_a_profile_speaks_to_its_gateway(
    row: Row, feature: Feature, tmp_path: Path, images_spec: Path | None
) -> None:
    expected = row.cells[feature.name]
    async with LocalImages(spec=images_spec, persona=personas()[row.persona]) as images:
        images.script.add(Behaviour(times=None, picture_bytes=noise()))
        images.switches.is_out_of_money = feature.trouble == "no money"
        config = config_of(row, feature, images)
        origins = frozenset({images.origin})
        async with open_downloader(origins, attempts=1) as downloader, open_gateway(config, downloader) as gateway:
            cell = Cell(gateway=gateway, feature=feature, folder=tmp_path)
            before = int(feature.is_second and expected.outcome is not Outcome.REFUSED)  # the turn before the second
            match expected.outcome:
                case Outcome.REFUSED:
                    await _is_refused(cell, expected)
                case Outcome.NAMED:
                    await _is_named(cell, expected, config)
                case _:
                    await _is_painted(cell, expected, images)
        assert len(images.posts) == expected.posts + before
        assert not images.violations


async def _is_refused(cell: Cell, expected: Expected) -> None:
    with pytest.raises(OptionRefused) as refused:
        cell.plan()
    assert refused.value.reason is expected.reason


async def _is_named(cell: Cell, expected: Expected, config: GatewayConfig) -> None:
    with pytest.raises(CallFailed) as failed:
        await cell.paint(cell.call(cell.plan()))
    failure = failed.value.failure
    assert (failure.reason, failure.billed) == (expected.reason, Billed.NO)
    assert failure.host_hint == config.profile.hints[failure.reason]


async def _is_painted(cell: Cell, expected: Expected, images: LocalImages) -> None:
    plan = cell.plan()
    assert tuple((change.option, change.used, change.why) for change in plan.changes) == expected.changes
    receipts = await cell.paint_all(plan)
    assert sum(len(receipt.files) for receipt in receipts) == (cell.feature.options.count or 1)
    last = images.posts[-1]
    assert last.status == 200
    assert last.path == PATHS[plan.dialect, last.files != () and plan.dialect == "images"]
    assert [file.part for file in last.files] == parts_of(cell.feature, plan.dialect)
    if cell.feature.field:
        assert field_of(last, expected.field or cell.feature.field) == expected.value
    if expected.previews is not None:
        assert cell.previews == expected.previews
    if last.path.endswith("/chat/completions"):
        size = cell.feature.options.size if expected.outcome is Outcome.IN_WORDS else None
        resized = expected.changes[0][1] if expected.changes and expected.changes[0][0] == "size" else size
        assert (f"about {resized} pixels" in prompt_of(last)) is bool(resized)
    if expected.outcome is Outcome.RETRIED:
        assert cell.plan().parameters.keys().isdisjoint({"moderation"}), "what was refused is remembered"


def test_every_profile_and_every_persona_has_its_row() -> None:
    rows = {row.persona for row in ROWS}
    assert rows == set(personas()) - {"honest"}
    assert rows == {profile.name for profile in (*PROFILES, UNKNOWN)} - {"local"}
    slugs = {entry["slug"] for entry in tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))["gateway"]}
    assert slugs == {row.slug for row in ROWS if row.slug}


def test_every_row_says_what_comes_of_every_feature() -> None:
    names = [feature.name for feature in FEATURES]
    assert len(set(names)) == len(names)
    assert [row.title for row in ROWS if set(row.cells) != set(names)] == []
