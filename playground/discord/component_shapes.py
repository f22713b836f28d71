"""Components and embeds as Discord's JSON: defaults filled in, `attachment://` turned into fresh links."""

from collections.abc import Mapping
from types import MappingProxyType

from playground.discord.cdn import Cdn
from playground.discord.components import SELECTS, ComponentKind
from playground.discord.wire import Payload, objects
from playground.discord.world import Attachment, Message

_ATTACHMENT_SCHEME = "attachment://"
_DEFAULTS: Mapping[int, Payload] = MappingProxyType(
    {
        **{kind: {"min_values": 1, "max_values": 1} for kind in SELECTS},
        ComponentKind.CONTAINER: {"accent_color": None, "spoiler": False},
        ComponentKind.SEPARATOR: {"spacing": 1, "divider": True},
    }
)
"""What Discord fills in where a component does not say."""


class ComponentShapes:
    """Write what a message shows below its text."""

    def __init__(self, cdn: Cdn) -> None:
        self._cdn = cdn

    def component(self, component: Payload, message: Message) -> Payload:
        """Return a component object, nested ones too."""
        defaults = _DEFAULTS.get(component["type"], {})
        shape = {**defaults, **_without_nulls(component), **self._media(component, message)}
        if component["type"] in SELECTS:
            shape.pop("required", None)  # a question of forms; messages do not give it back
        if "components" in component:
            shape["components"] = [self.component(one, message) for one in component["components"]]
        if component.get("accessory"):
            shape["accessory"] = self.component(component["accessory"], message)
        if component.get("emoji"):
            shape["emoji"] = _without_nulls(component["emoji"])
        return shape

    def embed(self, embed: Payload, message: Message) -> Payload:
        """Return an embed object."""
        shape = _without_nulls(embed)
        shape["type"] = "rich"
        shape["fields"] = [{**one, "inline": one.get("inline", False)} for one in objects(embed.get("fields"))]
        for part in ("image", "thumbnail"):
            if part in shape:
                shape[part] = self._picture(shape[part]["url"], message)
        for part in ("footer", "author"):
            if part in shape and shape[part].get("icon_url"):
                icon = self._picture(shape[part]["icon_url"], message)
                shape[part] = {**shape[part], "icon_url": icon["url"], "proxy_icon_url": icon["proxy_url"]}
        return shape

    def _media(self, component: Payload, message: Message) -> Payload:
        """Return the parts of a component that show files."""
        match component["type"]:
            case ComponentKind.THUMBNAIL:
                return self._medium(component, message)
            case ComponentKind.MEDIA_GALLERY:
                return {"items": [self._medium(one, message) for one in component["items"]]}
            case ComponentKind.FILE:
                return self._file(component, message)
            case _:
                return {}

    def _picture(self, url: str, message: Message) -> Payload:
        file = _shown_file(url, message)
        if file is None:
            return {"url": url, "proxy_url": url}
        link = self._cdn.link(file)
        about = {"width": file.width, "height": file.height, "content_type": file.content_type}
        return {"url": link, "proxy_url": link, **_without_nulls(about)}

    def _medium(self, item: Payload, message: Message) -> Payload:
        return {
            **item,
            "media": self._unfurled(item["media"]["url"], message),
            "description": item.get("description"),
            "spoiler": item.get("spoiler") or False,
        }

    def _file(self, item: Payload, message: Message) -> Payload:
        file = _shown_file(item["file"]["url"], message)
        return {
            "file": self._unfurled(item["file"]["url"], message),
            "name": None if file is None else file.filename,
            "size": None if file is None else file.size,
            "spoiler": item.get("spoiler") or False,
        }

    def _unfurled(self, url: str, message: Message) -> Payload:
        file = _shown_file(url, message)
        if file is None:
            return {"id": str(message.id), "url": url, "proxy_url": url, "width": None, "height": None}
        link = self._cdn.link(file)
        return {
            "id": str(file.id),
            "url": link,
            "proxy_url": link,
            "width": file.width,
            "height": file.height,
            "content_type": file.content_type,
            "attachment_id": str(file.id),
        }


def _without_nulls(shape: Payload) -> Payload:
    return {key: value for key, value in shape.items() if value is not None}


def _shown_file(url: str, message: Message) -> Attachment | None:
    return message.file(url.removeprefix(_ATTACHMENT_SCHEME)) if url.startswith(_ATTACHMENT_SCHEME) else None
