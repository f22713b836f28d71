"""Whatever JSON arrives, the checker answers with violations and never breaks: the local Discord must stay up."""

import json

from hypothesis import given, strategies as st

from playground.discord.check import Checker, as_discord_errors
from playground.json_values import Json

ROUTES = (
    ("POST", "/channels/1/messages"),
    ("PATCH", "/channels/1/messages/2"),
    ("POST", "/channels/1/threads"),
    ("POST", "/interactions/1/token/callback"),
    ("PUT", "/applications/1/commands"),
    ("POST", "/applications/1/commands"),
)
KEYS = (
    "type", "data", "content", "embeds", "fields", "components", "component", "accessory", "custom_id", "id", "url",
    "style", "options", "value", "values", "min_values", "max_values", "flags", "attachments", "filename", "media",
    "allowed_mentions", "parse", "users", "message", "name", "description", "choices", "autocomplete", "required",
    "name_localizations", "min_value", "max_value", "nonce", "items", "image", "file",
)  # fmt: skip

scalars = st.none() | st.booleans() | st.integers(-5, 20) | st.floats() | st.text(max_size=5) | st.sampled_from(KEYS)
bodies = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=30,
)


@given(route=st.sampled_from(ROUTES), body=bodies, files=st.lists(st.text(max_size=5), max_size=12).map(tuple))
def test_any_body_is_answered(checker: Checker, route: tuple[str, str], body: Json, files: tuple[str, ...]) -> None:
    violations = checker.request(*route, body, files=files)
    json.dumps(as_discord_errors(violations))
    assert all(violation.rule and violation.detail for violation in violations)


@given(route=st.sampled_from(ROUTES), body=bodies)
def test_the_hand_rules_alone_answer_any_body(route: tuple[str, str], body: Json) -> None:
    found = Checker.load(None).request(*route, body)
    assert not [violation for violation in found if violation.rule.startswith("schema.")]
