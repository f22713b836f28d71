"""One painted picture in every form that an answer can give it; the answers themselves are put together elsewhere."""

from dataclasses import dataclass

from playground.images import hostile
from playground.images.chat import data_url_of, kind_of
from playground.images.exchange import Exchange
from playground.images.wire import base64_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A picture and the exchange it was painted for; `other` is a second, different one."""

    exchange: Exchange
    picture: bytes

    @property
    def kind(self) -> str:
        """The picture's content type."""
        return kind_of(self.picture)

    @property
    def b64(self) -> str:
        """The picture as base64."""
        return base64_of(self.picture)

    @property
    def url(self) -> str:
        """The picture as a data URL."""
        return data_url_of(self.picture)

    @property
    def other(self) -> bytes:
        """Another picture."""
        return hostile.plain_picture((64, 48), "PNG")

    @property
    def other_url(self) -> str:
        """The other picture as a data URL."""
        return data_url_of(self.other)

    def as_kind(self, name: str) -> str:
        """Return a plain picture of the same size in another format, as a data URL."""
        size_px = self.exchange.request.width_px, self.exchange.request.height_px
        return data_url_of(hostile.plain_picture(size_px, name))

    def link(self) -> str:
        """Publish the picture and return its address."""
        return self.exchange.publish(self.picture, self.kind)

    def dead_link(self) -> str:
        """Return an address of this server that answers 404."""
        return self.exchange.publish(b"", "image/gone").rpartition("/")[0] + "/expired.png"


async def draw(exchange: Exchange) -> Drawn:
    """Paint the picture an answer is made around."""
    return Drawn(exchange=exchange, picture=(await exchange.paint())[0])
