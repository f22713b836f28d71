"""custom_ids: what a button or a form says of itself when it comes back, an id and never any state."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.delivery.sentences import Press
from bot.model import OrderId, PictureId
from bot.orders.ids import ALPHABET, LENGTH

Kind = Literal["o", "p", "g"]
"""What the id belongs to: an order, a picture, or the check-up of a gateway."""

_KINDS: Mapping[str, Kind] = {"o": "o", "p": "p", "g": "g"}
_ID = f"[{ALPHABET}]{{{LENGTH}}}"
BUTTON = re.compile(rf"v1:(?P<press>[a-z_]+):(?P<kind>[opg])(?P<id>{_ID})")
"""custom_id of a button or select on a message, also of ones whose action this version no longer knows."""

FORM = re.compile(rf"(?P<form>[a-z]+):(?P<ref>(?:{_ID})?):(?P<nonce>\d{{1,20}})")
"""custom_id of one opening of a modal: which form, the id it is about, and the interaction that opened it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressed:
    """What a button's custom_id says."""

    press: Press | None  # None for an action this version does not know
    kind: Kind
    id: str

    @property
    def order_id(self) -> OrderId:
        """The id, of a button that belongs to an order."""
        return OrderId(self.id)

    @property
    def picture_id(self) -> PictureId:
        """The id, of a button that belongs to a picture."""
        return PictureId(self.id)


def order_code(press: Press, order_id: OrderId) -> str:
    """Return the custom_id of a press on an order."""
    return f"v1:{press}:o{order_id}"


def picture_code(press: Press, picture_id: PictureId) -> str:
    """Return the custom_id of a press on a picture."""
    return f"v1:{press}:p{picture_id}"


def check_code(press: Press, proposal_id: str) -> str:
    """Return the custom_id of a press on a check-up."""
    return f"v1:{press}:g{proposal_id}"


def pressed(found: re.Match[str]) -> Pressed:
    """Read a match of `BUTTON`."""
    press = found["press"]
    known = Press(press) if press in set(Press) else None
    return Pressed(press=known, kind=_KINDS[found["kind"]], id=found["id"])
