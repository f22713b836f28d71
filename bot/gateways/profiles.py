"""What each known gateway does differently from OpenAI, and what its host should check when it refuses; data only.

Everything here but LiteLLM was read, not tried: a profile is what a gateway's own guide promises. What it leaves open
is taken as not offered where asking would cost a refusal, and as offered where the Images API itself promises it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from yarl import URL

from bot.capability import SizeRule
from bot.gateways.families import CLASSIC_SIZES, Family
from bot.model import Dialect, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One gateway.

    `hosts` are the domains it is told by. What follows narrows or widens what the model's family can do: `backgrounds`
    are the only ones its guide lists, None where it leaves them open; `transparent_preview` says that it passes on
    OpenAI's preview of transparency for gpt-image-2. `hints` say what the host should do, by reason. `pricing` is
    "list" only where OpenAI's own prices are what is paid; `usual_s` overrules the seconds that a picture's size and
    quality suggest. `dialect` is how every model is asked there, `dialects` how those of one family are; without
    either the family's own way counts. `modalities` are the kinds of answer its chat wants named, `keeps_responses`
    tells that its responses can be referred to afterwards.
    """

    name: str
    title: str
    source: str
    hosts: tuple[str, ...] = ()
    edit: bool = True
    max_n: int = 10
    sizes: SizeRule | None = None
    backgrounds: tuple[str, ...] | None = None
    transparent_preview: bool = False
    partial_images: int = 0  # previews to ask for; above 0 means that it streams
    moderation: tuple[str, ...] = ()
    user_field: Literal["", "user", "safety_identifier"] = ""
    hints: Mapping[Reason, str] = field(default_factory=dict[Reason, str])
    pricing: Literal["list", "free", "unknown"] = "unknown"
    usual_s: float | None = None
    dialect: Dialect | None = None
    dialects: Mapping[str, Dialect] = field(default_factory=dict[str, Dialect])
    modalities: tuple[str, ...] = ()
    keeps_responses: bool = False

    def dialect_for(self, family: Family) -> Dialect:
        """Return how models of this family are asked here, unless the host's configuration says otherwise."""
        return self.dialects.get(family.name) or self.dialect or family.dialect


_URL_HINT: Final = "The base URL should be {base}, and the model's id one that {title} lists."


def _hints(title: str, base: str, *, key: str, permission: str, money: str) -> dict[Reason, str]:
    """Write a gateway's hints; each is a whole sentence for the person who runs the bot."""
    address = _URL_HINT.format(base=base, title=title)
    return {
        Reason.BAD_KEY: key,
        Reason.NO_PERMISSION: permission,
        Reason.MODEL_UNKNOWN: address,
        Reason.WRONG_URL: address,
        Reason.NO_MONEY: money,
        Reason.OVERLOADED: f"{title} has no free channel for this model; if it lasts, check the key's group.",
    }


PROFILES: Final = (
    Profile(
        name="openai",
        title="OpenAI",
        source="openai-openapi 2.3.0, openai-python 3.52.0, developers.openai.com (read 2026-11-20)",
        hosts=("openai.com",),
        # One preview costs 100 output tokens, 0.3 cents; it also keeps proxies from cutting a silent call off.
        partial_images=1,
        moderation=("auto", "low"),
        user_field="safety_identifier",
        transparent_preview=True,
        keeps_responses=True,
        hints=_hints(
            "OpenAI",
            "https://api.openai.com/v1",
            key="The key is wrong or was revoked; make one at platform.openai.com/api-keys.",
            permission="The organisation must be verified for this model: platform.openai.com, Settings, Organization.",
            money="The credit is used up or a spending limit is reached: platform.openai.com, Settings, Billing.",
        ),
        pricing="list",
    ),
    Profile(
        name="aicentos",
        title="aicentos",
        source="aicentos.click/en/gpt-image-2 (read 2026-11-20)",
        hosts=("aicentos.com", "aicentos.click"),
        # Its guide shows one size and one picture a call and documents no edits; its second way is chat, which a host
        # chooses for a model with `dialect`. The backgrounds it lists are "transparent" and "white", which is no value
        # anywhere else and is never sent.
        edit=False,
        max_n=1,
        sizes=SizeRule(presets=((1024, 1024),), auto=False),
        backgrounds=("transparent",),
        transparent_preview=True,
        hints=_hints(
            "aicentos",
            "https://www.aicentos.com/v1",
            key="The token is wrong; copy it again from the aicentos console.",
            permission="This token does not include the model; make a fresh default token that includes it.",
            money="The balance at aicentos is used up; top it up in the console.",
        ),
    ),
    Profile(
        name="model-go",
        title="model-go",
        source="model-go-docs.pages.dev/en/image/gpt-image-2 (read 2026-11-20)",
        hosts=("model-go.com",),
        edit=False,
        sizes=CLASSIC_SIZES,
        transparent_preview=True,
        hints=_hints(
            "model-go",
            "https://model-go.com/v1",
            key="The token is wrong; copy it again from the model-go console.",
            permission="This token's group does not include the model; choose a group that does in the console.",
            money="The balance at model-go is used up; top it up in the console.",
        ),
    ),
    Profile(
        name="clauddy",
        title="Clauddy",
        source="docs.clauddy.com/en/image-gen/gpt-image-2.html (read 2026-11-20)",
        hosts=("clauddy.com",),
        # "up to 2K"; its guide lists input_fidelity, which OpenAI refuses for gpt-image-2, so families decide that.
        sizes=SizeRule(presets=((1024, 1024), (1536, 1024), (1024, 1536), (2048, 2048))),
        transparent_preview=True,
        hints=_hints(
            "Clauddy",
            "https://clauddy.com/v1",
            key="The token is wrong; copy it again from the Clauddy console.",
            permission="This token's group does not include the model; choose a group that does in the console.",
            money="The balance at Clauddy is used up; top it up in the console.",
        ),
    ),
    Profile(
        name="qiuqiu",
        title="Qiuqiu Token",
        source="qiuqiutoken.com/docs/en/api/gpt-image-2.html (read 2026-11-20)",
        hosts=("qiuqiutoken.com",),
        sizes=CLASSIC_SIZES,
        transparent_preview=True,
        moderation=("auto", "low"),
        hints=_hints(
            "Qiuqiu Token",
            "https://api.qiuqiutoken.com/v1",
            key='The token is wrong or in the default group; its group must have "CodeX dedicated" in its name.',
            permission='The token\'s group does not include the model; choose one that includes "CodeX dedicated".',
            money="The balance at Qiuqiu Token is used up; top it up in the console.",
        ),
    ),
    Profile(
        name="ciyuanx",
        title="CiYuanX",
        source="ciyuanx.io/docs/en/guide/gpt-image2 (read 2026-11-20)",
        hosts=("ciyuanx.io",),
        # It says nothing of n, and that streaming "may be ignored": plain JSON then comes back, which is understood.
        max_n=1,
        partial_images=1,
        hints=_hints(
            "CiYuanX",
            "https://ciyuanx.io/v1",
            key="The key is wrong; copy it again from the CiYuanX console.",
            permission="This key may not use the model; check the key's models in the CiYuanX console.",
            money="The balance at CiYuanX is used up; top it up in the console.",
        ),
    ),
    Profile(
        name="litellm",
        title="LiteLLM",
        # Told by its name only: everybody runs their own. What it passes on is its upstream's, so nothing is promised.
        source="LiteLLM 1.106.2 in front of the local gateway, measured by tests/litellm (2026-11-21)",
        # No previews: a stream is paid for at the upstream, and answered with status 500.
        moderation=("auto", "low"),
        user_field="user",  # LiteLLM's own reports of who spent what go by it
        hints={
            Reason.BAD_KEY: "The key should be a virtual key from LiteLLM's /key/generate, or its master key. "
            "If it is, LiteLLM's own key is wrong: api_key of this model in its config.yaml.",
            Reason.NO_PERMISSION: "The virtual key may not use this model (see /key/info), or LiteLLM's own may not.",
            Reason.MODEL_UNKNOWN: "The model's id should be a model_name of LiteLLM's config.yaml, and the model under "
            "that name one its upstream has.",
            Reason.WRONG_URL: "The base URL should be http://host:4000/v1, and api_base in LiteLLM's config.yaml "
            "the upstream's address with /v1.",
            Reason.NO_MONEY: "The virtual key's budget (max_budget) or the balance at LiteLLM's upstream is used up.",
            Reason.RATE_LIMITED: "LiteLLM or its upstream wants a pause; if it speaks of a budget, raise the virtual "
            "key's max_budget.",
            Reason.OVERLOADED: "LiteLLM's upstream has no place for this model; if it lasts, read LiteLLM's log.",
            Reason.UNKNOWN_OUTCOME: "LiteLLM's /v1 asks its upstream up to three times for one picture, and each may "
            "cost; http://host:4000/openai/v1 asks once (README, LiteLLM).",
        },
    ),
    Profile(
        name="new-api",
        title="new-api",
        source="QuantumNous/new-api (dto/openai_image.go, relay, middleware) and docs.newapi.ai (read 2026-11-20)",
        # It runs at addresses of its own, so it is told by its name only. A channel behind it may ignore n, and an
        # aborted call is billed by n; some versions turned streams into an error that was billed (issue 4478).
        max_n=1,
        moderation=("auto", "low"),
        dialects={"nano-banana": "chat"},
        hints=_hints(
            "new-api",
            "its address with /v1",
            key="The token is wrong or was disabled; copy it again from new-api, Tokens.",
            permission="The token's group or model list leaves this model out, or its list of addresses leaves out "
            "this machine; change the token in new-api, Tokens.",
            money="The token's or the user's quota is used up; raise it in new-api, Tokens or Wallet.",
        ),
    ),
    Profile(
        name="openrouter",
        title="OpenRouter",
        source="openrouter.ai/docs, image generation and errors (read 2026-11-20)",
        hosts=("openrouter.ai",),
        max_n=1,
        dialect="chat",
        modalities=("image", "text"),
        hints=_hints(
            "OpenRouter",
            "https://openrouter.ai/api/v1",
            key="The key is wrong or was disabled; make one at openrouter.ai/keys.",
            permission="The key's guardrails or the account's privacy settings keep it from this model; change them "
            "at openrouter.ai, Settings.",
            money="The account's credits or this key's own limit are used up; see openrouter.ai, Credits and Keys.",
        ),
    ),
    Profile(
        name="local-server",
        title="the local server",
        # Told by its name only, as a proxy on this machine may lead to a gateway that costs money.
        source="no guide: what LocalAI and other servers of one's own that follow OpenAI's Images API have in common",
        edit=False,
        max_n=1,
        pricing="free",
        hints=_hints(
            "the local server",
            "its address with /v1, such as http://127.0.0.1:8080/v1",
            key="The server wants another key than the configured one; see how it was started.",
            permission="The server keeps this model from this key; see how it was started.",
            money="The server says that its credit is used up, so it leads to a gateway that costs money.",
        ),
    ),
    Profile(
        name="local",
        title="the local gateway",
        # Told by its name only: a proxy on this machine may lead to a gateway that costs money.
        source="the playground's gateway, which takes OpenAI at its word",
        transparent_preview=True,
        partial_images=2,
        moderation=("auto", "low"),
        user_field="safety_identifier",
        pricing="free",
        usual_s=2.0,  # it paints in 0.3 s, and a 4K picture in 0.8 s; the rest is the wait it plays
        hints=_hints(
            "the local gateway",
            "the address it printed when it started, with /v1",
            key="The key is not the one the local gateway was started with.",
            permission="The local gateway does not offer this model to this key.",
            money="The local gateway says that its credit is used up.",
        ),
    ),
)

UNKNOWN: Final = Profile(
    name="unknown",
    title="the gateway",
    source="no guide: what every OpenAI-compatible gateway is likely to take",
    max_n=1,
    hints=_hints(
        "the gateway",
        "its address with /v1",
        key="The gateway does not know this key; check the key and the token's group.",
        permission="This key may not use the model; check the key's group and models at the gateway.",
        money="The balance at the gateway is used up.",
    ),
)
"""A gateway nobody described: one picture a call, no streaming, no moderation field."""


def profile_for(base_url: URL, name: str = "auto") -> Profile:
    """Return the profile called `name`, or with "auto" the one whose domain the address has.

    Errors: `KeyError` for a name there is no profile for.
    """
    if name != "auto":
        return {profile.name: profile for profile in (*PROFILES, UNKNOWN)}[name]
    host = (base_url.host or "").lower()
    return next((profile for profile in PROFILES if any(_is_within(host, domain) for domain in profile.hosts)), UNKNOWN)


def _is_within(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")
