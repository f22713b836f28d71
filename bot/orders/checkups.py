"""The hosts' view of the gateways: how each is doing, and check-ups, proposed with their price before they start.

A proposal lives in this process only: after a restart its buttons say that it is no longer valid.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.capability import ModelOffer
from bot.errors import OptionRefused, Refusal
from bot.model import Action, Actor, Failure, GatewayRecord, Place, Price, Reason, UserId
from bot.orders.authorise import Subject, authorise
from bot.orders.checkup import Checkup
from bot.orders.ports import Clock, Darkroom, Gateway, NewId, Store
from bot.orders.trials import Step, paid, steps_of, totals

PROPOSAL_HOLDS = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A check-up that waits for its host's yes.

    `price` is the sum of what is known, by currency; `unpriced` counts the paid calls of which no price is known.
    """

    id: str
    gateway: str
    title: str
    model: str | None
    steps: tuple[Step, ...]
    price: tuple[Price, ...]
    calls: int
    unpriced: int
    host_id: UserId
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayState:
    """How one gateway is doing; `rest` says why it is left alone now, None where it is ready."""

    slug: str
    title: str
    offers: tuple[ModelOffer, ...]
    rest: Failure | None
    is_checked: bool
    record: GatewayRecord


def propose(
    gateway: Gateway, model: str | None, *, everything: bool, identity: tuple[str, UserId], now: datetime
) -> Proposal:
    """Plan a check-up and price it; `identity` is its id and its host. Errors: `OptionRefused` for an unknown model."""
    steps = steps_of(gateway, model, everything=everything)
    prices = [step.plan.estimate for step in paid(steps) if step.plan]
    return Proposal(
        id=identity[0],
        gateway=gateway.slug,
        title=gateway.offers()[0].gateway_title,
        model=model,
        steps=steps,
        price=totals(prices),
        calls=len(prices),
        unpriced=prices.count(None),
        host_id=identity[1],
        made_at=now,
    )


def folder_of(root: Path, gateway: str, now: datetime) -> Path:
    """Return where a check-up of this moment keeps its pictures."""
    return root / f"{gateway}-{now:%Y%m%dT%H%M%SZ}"


class Checkups:
    """Answers hosts; every method is authorised."""

    def __init__(  # noqa: PLR0913  # the ports of this room
        self,
        *,
        store: Store,
        gateways: Mapping[str, Gateway],
        darkroom: Darkroom,
        clock: Clock,
        new_id: NewId,
        folder: Path,
        released: Callable[[], None],
    ) -> None:
        self._store = store
        self._gateways = gateways
        self._darkroom = darkroom
        self._clock = clock
        self._new_id = new_id
        self._folder = folder
        self._released = released
        self._proposals: dict[str, Proposal] = {}
        self._running: dict[str, tuple[str, Checkup]] = {}  # by gateway: the proposal's id, and the check-up
        self._is_open = True

    async def states(self, actor: Actor, place: Place) -> Sequence[GatewayState]:
        """Say how every gateway is doing, the default first. Errors: `NotAllowed`."""
        _authorise(actor, place)
        now = self._clock()
        return [await self._state(gateway, now) for gateway in self._gateways.values()]

    def names(self, actor: Actor, place: Place) -> Sequence[tuple[str, Sequence[ModelOffer]]]:
        """List gateways and their models, for completing what a host types. Errors: `NotAllowed`."""
        _authorise(actor, place)
        return [(slug, gateway.offers()) for slug, gateway in self._gateways.items()]

    def propose(
        self, gateway: str | None, model: str | None, actor: Actor, place: Place, *, everything: bool
    ) -> Proposal:
        """Plan a check-up of a gateway (the default one for None) and price it; nothing is sent.

        Errors: `NotAllowed`; `OptionRefused` for a gateway or model that is not configured.
        """
        _authorise(actor, place)
        slug = gateway or next(iter(self._gateways))
        if slug not in self._gateways:
            raise OptionRefused(Reason.GATEWAY_UNKNOWN, gateway=slug[:80], known=", ".join(self._gateways))
        now = self._clock()
        self._proposals = {one.id: one for one in self._proposals.values() if _holds(one, now)}
        identity = (self._new_id(), actor.user_id)
        proposal = propose(self._gateways[slug], model, everything=everything, identity=identity, now=now)
        self._proposals[proposal.id] = proposal
        return proposal

    def start(self, proposal_id: str, actor: Actor, place: Place) -> tuple[Proposal, Checkup]:
        """Take a proposal its host said yes to; the check-up waits to be run, and `ended` must follow.

        Errors: `NotAllowed`, `Refusal` with `EXPIRED`, `CLOSING`, or `CHECK_RUNS` where the gateway is being checked.
        """
        _authorise(actor, place)
        proposal = self._proposals.get(proposal_id)
        if proposal is None or proposal.host_id != actor.user_id or not _holds(proposal, self._clock()):
            raise Refusal(Reason.EXPIRED)
        if not self._is_open:
            raise Refusal(Reason.CLOSING)
        if proposal.gateway in self._running:
            raise Refusal(Reason.CHECK_RUNS, gateway=proposal.title)
        del self._proposals[proposal_id]
        checkup = Checkup(
            gateway=self._gateways[proposal.gateway],
            steps=proposal.steps,
            folder=folder_of(self._folder, proposal.gateway, self._clock()),
            darkroom=self._darkroom,
            store=self._store,
            clock=self._clock,
            slots=True,
            released=self._released,
        )
        self._running[proposal.gateway] = (proposal_id, checkup)
        return proposal, checkup

    def dismiss(self, proposal_id: str, actor: Actor, place: Place) -> None:
        """Forget a proposal. Errors: `NotAllowed`."""
        _authorise(actor, place)
        self._proposals.pop(proposal_id, None)

    def stop(self, proposal_id: str, actor: Actor, place: Place) -> None:
        """Let a check-up end after its running step. Errors: `NotAllowed`, `Refusal(EXPIRED)` where it has ended."""
        _authorise(actor, place)
        found = next((checkup for known, checkup in self._running.values() if known == proposal_id), None)
        if found is None:
            raise Refusal(Reason.EXPIRED)
        found.stop()

    def ended(self, proposal: Proposal) -> None:
        """Report that a check-up that was started has ended, in whatever way."""
        self._running.pop(proposal.gateway, None)

    def close(self) -> None:
        """Start no further check-up, and let those that run end after their running step."""
        self._is_open = False
        for _, checkup in self._running.values():
            checkup.stop()

    async def _state(self, gateway: Gateway, now: datetime) -> GatewayState:
        offers = tuple(gateway.offers())
        resting = gateway.resting()
        return GatewayState(
            slug=gateway.slug,
            title=offers[0].gateway_title,
            offers=offers,
            rest=resting.failure if resting else None,
            is_checked=gateway.slug in self._running,
            record=await self._store.gateways.record(gateway.slug, now),
        )


def _authorise(actor: Actor, place: Place) -> None:
    """Judge by the table; what a host does to gateways belongs to wherever it is done."""
    here = Subject(
        guild_id=place.guild_id,
        channel_ids=frozenset({place.channel_id}),
        asker_id=actor.user_id,
        starter_id=None,
        age_restricted=place.age_restricted,
    )
    authorise(actor, Action.GATEWAYS, here, place)


def _holds(proposal: Proposal, now: datetime) -> bool:
    return now - proposal.made_at < PROPOSAL_HOLDS
