"""The door of the room: one configured gateway, as the orders know it."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from bot.capability import ModelOffer, Quote
from bot.errors import CallFailed, OptionRefused
from bot.gateways.adaptation import adapt
from bot.gateways.admission import Admission
from bot.gateways.breaker import Breaker
from bot.gateways.capabilities import capabilities_of
from bot.gateways.configuration import GatewayConfig, ModelConfig
from bot.gateways.exchange import Wire, sending_trace
from bot.gateways.families import family_of
from bot.gateways.fetch import Downloader
from bot.gateways.fitting import size_px
from bot.gateways.gate import ReadingGate
from bot.gateways.outcomes import Namer
from bot.gateways.painting import Painting
from bot.gateways.plan import USUAL_PX, Terms, plan, repriced
from bot.gateways.prices import cost_of
from bot.gateways.probe import Finding, knock, probe
from bot.gateways.redact import Redactor
from bot.gateways.session import keyed_session
from bot.model import (
    Billed,
    Failure,
    Learned,
    Options,
    OrderKind,
    PaintCall,
    Plan,
    Price,
    Reason,
    Receipt,
    Scalar,
    Wish,
)

SHORT_TOTAL_S: Final = 360.0
"""Below this a 4K picture in high quality is given up while it is still being painted (3-5 minutes, APIYI's guide)."""

_UNPAINTED: Final = frozenset({Reason.WORDS_ONLY, Reason.NO_IMAGE})
"""Billed endings in which nothing was painted: the tokens of words are all there is to pay."""


def utc_now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)


class ImagesGateway:
    """An open gateway, whichever dialects its models are asked in; made by `open_gateway`."""

    def __init__(
        self, config: GatewayConfig, painting: Painting, admission: Admission, clock: Callable[[], datetime]
    ) -> None:
        self._config = config
        self._clock = clock
        self._painting = painting
        self._admission = admission
        self._terms = {model.id: _terms(config, model) for model in config.models}

    @property
    def slug(self) -> str:
        """Return the name used in rows and logs."""
        return self._config.slug

    @property
    def concurrency(self) -> int:
        """Return how many calls may run at once."""
        return self._config.concurrency

    @property
    def address(self) -> str:
        """Return what learned facts are kept under beside the slug: another address is another gateway."""
        return self._config.address

    def resting(self) -> CallFailed | None:
        """Return what a call would end in at once, None where the gateway may be asked."""
        return self._admission.resting()

    def learn(self, facts: Sequence[Learned]) -> None:
        """Let what an answer taught count from now on, in this process."""
        now = self._clock()
        if facts:
            self._believe((*self._config.learned, *(fact.dated(now) for fact in facts)))

    def offers(self) -> Sequence[ModelOffer]:
        """List its models, the default first."""
        return [terms.offer for terms in self._known().values()]

    def quote(self, model: str, kind: str, quality: str | None, size: str | None) -> Quote:
        """Say what one picture usually costs and takes.

        What the model does not offer is quoted as it would be sent; an edit counts one input of the same size.
        """
        size_wanted = size_px(size) or USUAL_PX
        options = Options(model=model, quality=quality, size=f"{size_wanted[0]}x{size_wanted[1]}")
        is_edit = kind == OrderKind.EDIT
        planned = self.plan(
            Wish(
                kind=OrderKind(kind),
                options=options,
                prompt_chars=0,
                input_count=int(is_edit),
                first_input_px=size_wanted if is_edit else None,
            )
        )
        return Quote(price=planned.estimate, usual_s=planned.usual_s)

    def plan(self, wish: Wish) -> Plan:
        """Turn a wish into exact parameters, adapting and saying so, or raise `OptionRefused`. Free, pure."""
        return plan(wish, self._terms_of(wish.options.model))

    async def paint(self, call: PaintCall, on_preview: Callable[[Path], Awaitable[None]]) -> Receipt:
        """Send one paid POST, at most once, and stream the pictures into files.

        Errors: `CallFailed`, whose failure says whether it was billed. Cancelling stops waiting only.
        """
        terms = self._known().get(call.plan.model)
        if terms is None:  # planned before the host's configuration changed
            facts: dict[str, Scalar] = {"gateway": self._config.title, "model": call.plan.model}
            raise CallFailed(Failure(reason=Reason.MODEL_UNKNOWN, billed=Billed.NO, facts=facts))
        await self._admission.admit()
        try:
            with self._admission.watched():
                receipt = await self._painting.paint(call, on_preview, terms.offer.capabilities)
        except CallFailed as failed:
            failed.cost = _cost_of_failure(failed, terms, call.plan)
            if adaptation := adapt(call, failed.failure, terms.offer.capabilities):
                failed.adaptation = replace(adaptation, plan=repriced(call.plan, adaptation.plan, terms))
                self.learn(adaptation.learned)
            raise
        cost = cost_of(receipt.usage, terms.tariff, call.plan, pictures=len(receipt.files))
        return replace(receipt, cost=cost)

    async def probe(self) -> list[Finding]:
        """Check address, key and models with one free GET; each finding is a whole sentence."""
        config = self._config
        noted = [Finding(level="warning", text=f"{config.title}: {note}") for note in config.endpoints.notes]
        if config.clocks.total_s < SHORT_TOTAL_S:
            what = f"Calls are given up after {config.clocks.total_s:g} s, and large pictures take up to 5 minutes."
            where = "IMAGES_TOTAL_TIMEOUT_S, or total_s in the gateways file"
            noted.append(
                Finding(level="warning", text=f"{config.title}: {what} Set {where}, to {SHORT_TOTAL_S:g} or more.")
            )
        session, namer = self._painting.wire.session, self._painting.namer
        return [*noted, *await probe(session, config.endpoints.models, namer, [model.id for model in config.models])]

    def _terms_of(self, model: str | None) -> Terms:
        wanted, known = model or self._config.models[0].id, self._known()
        if wanted not in known:
            raise OptionRefused(Reason.MODEL_UNKNOWN, model=wanted[:80], gateway=self._config.title)
        return known[wanted]

    def _known(self) -> Mapping[str, Terms]:
        """Return what is known of each model now; a refusal that is believed no longer will be tried again."""
        now, learned = self._clock(), self._config.learned
        lasting = tuple(fact for fact in learned if fact.expires_at is None or fact.expires_at > now)
        if len(lasting) < len(learned):
            self._believe(lasting)
        return self._terms

    def _believe(self, learned: tuple[Learned, ...]) -> None:
        self._config = replace(self._config, learned=learned)
        self._terms = {model.id: _terms(self._config, model) for model in self._config.models}


@asynccontextmanager
async def open_gateway(
    config: GatewayConfig,
    downloader: Downloader,
    gate: ReadingGate | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> AsyncGenerator[ImagesGateway]:
    """Open a gateway with a session of its own; `gate` is shared by the gateways of one process."""
    key = config.key.get_secret_value()
    async with keyed_session(key, connect_s=config.clocks.connect_s, traces=[sending_trace()]) as session:
        namer = Namer(gateway=config.title, redactor=Redactor([key]), hints=config.profile.hints, clock=clock)
        wire = Wire(session=session, gate=gate or ReadingGate(), clocks=config.clocks)
        painting = Painting(wire=wire, endpoints=config.endpoints, downloader=downloader, namer=namer)
        admission = Admission(
            breaker=Breaker(clock),
            namer=namer,
            knock=partial(knock, session, config.endpoints.models, namer),
            per_minute=config.requests_per_minute,
        )
        yield ImagesGateway(config, painting, admission, clock)


def _cost_of_failure(failed: CallFailed, terms: Terms, plan: Plan) -> Price | None:
    """Say what a billed call without pictures cost: by the picture, it is as many as were asked for."""
    if failed.failure.billed is not Billed.YES:
        return None
    asked = plan.parameters.get("n")
    pictures = asked if isinstance(asked, int) else 1
    has_painted = failed.failure.reason not in _UNPAINTED
    return cost_of(failed.usage, terms.tariff, plan, pictures=pictures, has_painted=has_painted)


def _terms(config: GatewayConfig, model: ModelConfig) -> Terms:
    configured = dict(model.capabilities)
    if config.moderation and _may_send_moderation(config, model):
        configured["moderation"] = (config.moderation,)
    family = family_of(model.id)
    offer = ModelOffer(
        gateway=config.slug,
        gateway_title=config.title,
        model=model.id,
        dialect=model.dialect,
        capabilities=capabilities_of(
            config.profile, model.id, model.dialect, learned=config.learned, configured=configured
        ),
        good_for=model.good_for or family.good_for,
        ask_first=config.ask_first,
        default=model is config.models[0],
    )
    return Terms(
        offer=offer,
        family=family,
        profile=config.profile,
        moderation=config.moderation,
        host_prices=model.prices,
    )


def _may_send_moderation(config: GatewayConfig, model: ModelConfig) -> bool:
    """Tell whether the host's word counts over the profile: chat has no field for it, and a refusal is remembered."""
    is_refused = any(fact.model == model.id and fact.capability == "moderation" for fact in config.learned)
    return model.dialect != "chat" and not is_refused
