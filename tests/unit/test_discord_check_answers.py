"""Answers are held to the description as published, and violations read as Discord's own errors."""

import json
from types import SimpleNamespace

import aiohttp
import discord
import pytest
from discord.app_commands import CommandSyncFailure

from playground.discord.check import Checker, Violation, as_discord_errors
from playground.json_values import Json, JsonObject

USER = {
    "id": "1",
    "username": "easel",
    "avatar": None,
    "discriminator": "0000",
    "public_flags": 0,
    "flags": 0,
    "global_name": None,
    "primary_guild": None,
    "mfa_enabled": False,
    "locale": "en-US",
}
ERROR: JsonObject = {"code": 50035, "message": "Invalid Form Body", "errors": {"content": {"_errors": []}}}


def places(violations: list[Violation]) -> list[tuple[str, str]]:
    return [(violation.where, violation.rule) for violation in violations]


def violation(where: str, rule: str = "schema.maxLength", detail: str = "it is longer than 80 characters") -> Violation:
    return Violation(where=where, rule=rule, detail=detail)


def test_a_good_answer_is_taken(checker: Checker) -> None:
    assert checker.response("GET", "/users/@me", 200, {**USER}) == []


def test_a_missing_key_of_an_answer_is_named(checker: Checker) -> None:
    incomplete: JsonObject = {key: value for key, value in USER.items() if key != "locale"}
    assert places(checker.response("GET", "/users/@me", 200, incomplete)) == [("locale", "schema.required")]


def test_ids_in_answers_are_strings(checker: Checker) -> None:
    assert places(checker.response("GET", "/users/@me", 200, {**USER, "id": 1})) == [("id", "schema.type")]


def test_ids_in_requests_may_be_integers(checker: Checker) -> None:
    assert checker.request("POST", "/users/@me/channels", {"recipient_id": 1}) == []


def test_an_answer_may_have_keys_the_description_does_not_name(checker: Checker) -> None:
    assert checker.response("GET", "/users/@me", 200, {**USER, "new_in_2027": 1}) == []


@pytest.mark.parametrize("status", [400, 403, 404])
def test_errors_have_discords_shape(checker: Checker, status: int) -> None:
    assert checker.response("POST", "/channels/1/messages", status, ERROR) == []
    found = checker.response("POST", "/channels/1/messages", status, {"error": "no"})
    assert places(found) == [("code", "schema.required"), ("message", "schema.required")]


def test_a_rate_limit_says_how_long(checker: Checker) -> None:
    limited: JsonObject = {"code": 0, "message": "You are being rate limited.", "retry_after": 0.5, "global": False}
    assert checker.response("POST", "/channels/1/messages", 429, limited) == []
    without: JsonObject = {"code": 0, "message": "You are being rate limited."}
    assert ("retry_after", "schema.required") in places(checker.response("POST", "/channels/1/messages", 429, without))


def test_an_answer_without_a_body_has_none(checker: Checker) -> None:
    assert checker.response("DELETE", "/channels/1/messages/2", 204, None) == []
    assert places(checker.response("DELETE", "/channels/1/messages/2", 204, {})) == [("", "schema.content")]


def test_an_answer_with_a_body_has_one(checker: Checker) -> None:
    assert places(checker.response("GET", "/users/@me", 200, None)) == [("", "schema.type")]


def test_a_status_discord_does_not_use_is_a_violation(checker: Checker) -> None:
    assert places(checker.response("GET", "/users/@me", 201, {**USER})) == [("", "schema.status")]


def test_a_broken_server_may_say_anything(checker: Checker) -> None:
    assert checker.response("GET", "/users/@me", 502, "<html>") == []


def test_a_route_discord_does_not_have_is_unknown(checker: Checker) -> None:
    assert not checker.knows("GET", "/easels")
    assert places(checker.request("GET", "/easels", None)) == [("", "unknown_route")]
    assert places(checker.response("GET", "/easels", 200, {})) == [("", "unknown_route")]


@pytest.mark.parametrize("path", ["/users/@me", "/webhooks/1/token/messages/@original", "/channels/1/messages/2"])
def test_a_route_discord_has_is_known(checker: Checker, path: str) -> None:
    assert checker.knows("GET", path)


def test_a_literal_path_is_found_before_a_template(checker: Checker) -> None:
    """GET /users/@me answers with more than GET /users/{user_id} does."""
    other: JsonObject = {key: value for key, value in USER.items() if key != "mfa_enabled"}
    assert checker.response("GET", "/users/2", 200, other) == []
    assert places(checker.response("GET", "/users/@me", 200, other)) == [("mfa_enabled", "schema.required")]


def test_a_request_without_a_body_is_taken(checker: Checker) -> None:
    assert checker.request("POST", "/channels/1/typing", None) == []
    assert checker.request("GET", "/users/@me", None) == []


def test_a_request_that_lacks_its_body_is_named(checker: Checker) -> None:
    assert places(checker.request("PUT", "/applications/1/commands", None)) == [("", "schema.required")]


def test_half_a_character_in_a_faulty_body_breaks_nothing(checker: Checker) -> None:
    body: Json = json.loads('{"content": "\\ud83c"}')
    assert places(checker.request("POST", "/interactions/1/token/callback", body)) == [("", "schema.encoding")]


def test_without_the_description_nothing_is_unknown() -> None:
    checker = Checker.load(None)
    assert not checker.on
    assert checker.knows("GET", "/easels")
    assert checker.request("GET", "/easels", None) == []
    assert checker.response("GET", "/users/@me", 200, {}) == []


def test_with_the_description_the_check_is_on(checker: Checker) -> None:
    assert checker.on


def test_violations_are_nested_as_discord_nests_them() -> None:
    errors = as_discord_errors([violation("components[0].label"), violation("", "command_count", "Maximum")])
    assert errors == {
        "components": {
            "0": {
                "label": {"_errors": [{"code": "BASE_TYPE_MAX_LENGTH", "message": "it is longer than 80 characters"}]}
            }
        },
        "_errors": [{"code": "BASE_TYPE_MAX_LENGTH", "message": "Maximum"}],
    }


def test_two_violations_at_one_place_stand_beside_each_other() -> None:
    errors = as_discord_errors(
        [violation("content", "layout_legacy", "a"), violation("content", "content_length", "b")]
    )
    assert errors == {
        "content": {
            "_errors": [
                {"code": "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", "message": "a"},
                {"code": "BASE_TYPE_MAX_LENGTH", "message": "b"},
            ]
        }
    }


@pytest.mark.parametrize(
    "rule", ["schema.additionalProperties", "schema.unevaluatedProperties", "unknown_route", "empty_message"]
)
def test_what_discord_ignores_or_answers_otherwise_is_left_out(rule: str) -> None:
    assert as_discord_errors([violation("colour", rule, "it is not a known key")]) == {}


def test_discord_py_reads_the_errors(checker: Checker) -> None:
    body: Json = {"content": "x" * 2001, "components": [{"type": 1, "components": [{"type": 2, "style": 5}]}]}
    raised = discord.HTTPException(_response(), _refusal(checker.request("POST", "/channels/1/messages", body)))
    assert raised.code == 50035
    assert "In content: Must be 2000 or fewer in length." in raised.text
    assert "In components.0.components.0.url: A url is required for a button of style 5" in raised.text


def test_discord_py_tells_which_command_was_refused(checker: Checker) -> None:
    command: Json = {
        "name": "paint",
        "description": "x",
        "options": [{"type": 3, "name": "Prompt", "description": "x"}],
    }
    refused = discord.HTTPException(
        _response(), _refusal(checker.request("PUT", "/applications/1/commands", [command]))
    )
    assert "In 0.options.0.name: Command name is invalid" in str(CommandSyncFailure(refused, []))


def _refusal(violations: list[Violation]) -> dict[str, Json]:
    return {"code": 50035, "message": "Invalid Form Body", "errors": as_discord_errors(violations)}


def _response() -> aiohttp.ClientResponse:
    return SimpleNamespace(status=400, reason="Bad Request")  # pyright: ignore[reportReturnType] - all that is read of it
