"""Understanding the base URL a host configured: which address each endpoint has, and what was assumed."""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from yarl import URL

from bot.errors import ConfigurationError
from bot.gateway_file import looks_like_key

_ENDPOINT: Final = re.compile(r"/(?:images(?:/(?:generations|edits|variations))?|chat/completions|responses|models)$")
_ADDRESS: Final = "an address such as https://api.openai.com/v1"
_VERSIONED: Final = re.compile(r"/v\d+[a-z]*\d*(?:/|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """Where each request goes; `notes` are whole sentences for `check` about what was understood."""

    generations: URL
    edits: URL
    chat: URL
    responses: URL
    models: URL
    notes: tuple[str, ...] = ()

    @property
    def is_near(self) -> bool:
        """Tell whether the pictures come from this machine or a private network."""
        return _is_near(self.generations.host or "")


def understand(base_url: str, field: str = "IMAGES_BASE_URL") -> Endpoints:
    """Work out every endpoint from one address.

    A trailing `#` makes it an exact endpoint, whose siblings are derived. An address with `/images/generations`
    or another endpoint is cut back to its base, one without a version gets `/v1`, one without a scheme `https://`.
    Errors: `ConfigurationError` for what is no web address; it names `field` and never the address.
    """
    wanted, exact = base_url.strip(), base_url.strip().endswith("#")
    notes = list[str]()
    url = _parse(wanted.removesuffix("#"), notes, field)
    if url.scheme == "http" and not _is_near(url.host or ""):
        notes.append(f"{url.origin()} is not encrypted: the key can be read on its way. Use https:// if it has it.")
    path = url.raw_path.rstrip("/")
    if exact:
        notes.append(f"The base URL ends in #: what stands before it is used exactly, at {url.origin()}.")
        return _exact(url, path, notes)
    if found := _ENDPOINT.search(path):
        path = path[: found.start()]
        notes.append(f"The base URL named an endpoint; {found[0]} was cut off.")
    if not _VERSIONED.search(path):
        path += "/v1"
        notes.append("The base URL had no version; /v1 was added. End it with # to use it as it stands.")
    return _under(url, path, notes)


def exactly(endpoints: Endpoints, given: Mapping[str, str], field: str) -> Endpoints:
    """Replace the endpoints that a host gave one by one, by the names of `Endpoints`; they are used as they stand.

    Errors: `ConfigurationError`, naming the endpoint after `field`, never the address.
    """
    notes = list(endpoints.notes)
    urls = {name: _parse(url.strip().removesuffix("#"), notes, f"{field}{name}") for name, url in given.items()}
    return replace(endpoints, **urls, notes=tuple(dict.fromkeys(notes)))


def _under(url: URL, base: str, notes: Iterable[str]) -> Endpoints:
    return Endpoints(
        generations=_at(url, f"{base}/images/generations"),
        edits=_at(url, f"{base}/images/edits"),
        chat=_at(url, f"{base}/chat/completions"),
        responses=_at(url, f"{base}/responses"),
        models=_at(url, f"{base}/models"),
        notes=tuple(notes),
    )


def _exact(url: URL, path: str, notes: Iterable[str]) -> Endpoints:
    """Derive the siblings of an exact endpoint; one with a name of its own is taken for `generations`."""
    found = _ENDPOINT.search(path)
    if found and "images" not in found[0]:
        return _under(url, path[: found.start()], notes)
    folder, _, last = path.rpartition("/")
    return replace(
        _under(url, folder.removesuffix("/images"), notes),
        generations=_at(url, f"{folder}/generations" if last == "edits" else path),
        edits=_at(url, f"{folder}/edits"),
    )


def _parse(wanted: str, notes: list[str], field: str) -> URL:
    key = "IMAGES_API_KEY" if field.startswith("IMAGES_") else "the variable that key_env names"
    named = wanted.partition("://")[2] or wanted
    if "@" not in named and looks_like_key(named):
        raise ConfigurationError(f"{field} looks like a key. Put that into {key}, and {_ADDRESS} here.")
    if "://" not in wanted:
        host, _, _ = wanted.partition("/")
        if host == wanted and host != "localhost" and not {".", ":"} & set(host):
            raise ConfigurationError(f"{field} is no web address. Give {_ADDRESS}.")
        scheme = "http" if _is_near(host.partition(":")[0]) else "https"
        wanted = f"{scheme}://{wanted}"
        notes.append(f"{field} had no scheme; {scheme}:// is used.")
    try:
        url = URL(wanted)
    except ValueError:
        url = URL()
    if url.scheme not in {"http", "https"} or not url.host or len(wanted.split()) > 1:
        raise ConfigurationError(f"{field} is no web address. Give {_ADDRESS}.")
    if url.user or url.password:
        raise ConfigurationError(f"{field} holds a user name or password. Put the key into {key}.")
    if any(looks_like_key(value) for value in url.query.values()):
        raise ConfigurationError(f"{field} holds a key behind its ?. Put the key into {key}.")
    if url.fragment:
        raise ConfigurationError(
            f"{field} goes on after a #. Remove what follows it, and the # too unless it is exact."
        )
    return url.with_fragment(None)


def _at(url: URL, path: str) -> URL:
    return url.with_path(path, encoded=True, keep_query=True)


def _is_near(host: str) -> bool:
    """Tell whether a host is this machine or a private network, where plain http is usual."""
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")) or "." not in host.strip("[]:"):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False
