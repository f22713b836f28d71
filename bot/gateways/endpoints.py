"""Understanding the base URL a host configured: which address each endpoint has, and what was assumed."""

import ipaddress
import re
from dataclasses import dataclass
from typing import Final

from yarl import URL

from bot.errors import ConfigurationError

_ENDPOINT: Final = re.compile(r"/(?:images(?:/(?:generations|edits|variations))?|chat/completions|responses|models)$")
_VERSIONED: Final = re.compile(r"/v\d+[a-z]*\d*(?:/|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """Where each request goes; `notes` are whole sentences for `check` about what was understood."""

    generations: URL
    edits: URL
    models: URL
    notes: tuple[str, ...] = ()


def understand(base_url: str) -> Endpoints:
    """Work out every endpoint from one address.

    A trailing `#` makes it an exact endpoint, whose siblings are derived. An address with `/images/generations`
    is cut back to its base, one without a version gets `/v1`, one without a scheme `https://`.
    Errors: `ConfigurationError` for what is no web address.
    """
    wanted, exact = base_url.strip(), base_url.strip().endswith("#")
    notes = list[str]()
    url = _parse(wanted.removesuffix("#"), notes)
    if url.scheme == "http" and not _is_near(url.host or ""):
        notes.append(f"{url.origin()} is not encrypted: the key can be read on its way. Use https:// if it has it.")
    if exact:
        return _from_exact(url, notes)
    path = url.raw_path.rstrip("/")
    if found := _ENDPOINT.search(path):
        path = path[: found.start()]
        notes.append(f"The base URL named an endpoint; {found[0]} was cut off.")
    if not _VERSIONED.search(path):
        path += "/v1"
        notes.append(f"The base URL had no version; {path} is used. End it with # to use it as it stands.")
    return Endpoints(
        generations=_at(url, path + "/images/generations"),
        edits=_at(url, path + "/images/edits"),
        models=_at(url, path + "/models"),
        notes=tuple(notes),
    )


def _parse(wanted: str, notes: list[str]) -> URL:
    if "://" not in wanted:
        scheme = "http" if _is_near(wanted.partition("/")[0].partition(":")[0]) else "https"
        wanted = f"{scheme}://{wanted}"
        notes.append(f"The base URL had no scheme; {scheme}:// is used.")
    try:
        url = URL(wanted)
    except ValueError:
        url = URL()
    if url.scheme not in {"http", "https"} or not url.host or len(wanted.split()) > 1:
        raise ConfigurationError("IMAGES_BASE_URL is no web address. Give one such as https://api.openai.com/v1.")
    if url.user or url.password:
        raise ConfigurationError("IMAGES_BASE_URL holds a user name or password. Put the key into IMAGES_API_KEY.")
    return url.with_fragment(None)


def _from_exact(url: URL, notes: list[str]) -> Endpoints:
    path = url.raw_path.rstrip("/")
    folder, _, last = path.rpartition("/")
    base = folder.removesuffix("/images")
    notes.append(f"The base URL ends in #: pictures are asked for at exactly {_at(url, path)}.")
    return Endpoints(
        generations=_at(url, f"{folder}/generations" if last == "edits" else path),
        edits=_at(url, f"{folder}/edits"),
        models=_at(url, f"{base}/models"),
        notes=tuple(notes),
    )


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
