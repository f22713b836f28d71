"""Refusals and failures that only chat completions or the Responses API send; those of any endpoint are in `errors`.

Sources: OPENROUTER openrouter.ai/docs errors and HKUDS/DeepTutor#1348; OPENAI as recorded in the issues named; SUB2API
         Wei-Shaw/sub2api; VERCEL vercel.com/docs AI gateway; all read 2026-11-21. OURS marks what no source recorded.
"""

from collections.abc import Mapping
from typing import Any

from playground.images.cases import Billed, Case, by_name
from playground.images.errors import refused
from playground.images.refusal import USER_ERROR, error_body


def chat_errors() -> dict[str, Case]:
    """Return what only chat completions are refused with, by name."""
    flagged = {"reasons": ["violence"], "flagged_input": "a cat with a...", "provider_name": "Google"}
    limited = "google/gemini-2.5-flash-image is temporarily rate-limited upstream. Please retry shortly."
    return by_name(
        _error(
            "chat_modalities_unsupported",
            "OPENROUTER DeepTutor#1348",
            404,
            _numbered(404, "No endpoints found that support the requested output modalities: image, text"),
        ),
        _error(
            "chat_image_input_unsupported",
            "OPENROUTER MagicPromptExtension#50",
            404,
            _numbered(404, "No endpoints found that support image input"),
        ),
        _error(
            "chat_modalities_unknown",
            "FACTS 4: gateways may reject modalities",
            400,
            error_body("Unknown parameter: 'modalities'.", code="unknown_parameter", param="modalities"),
        ),
        _error(
            "chat_content_must_be_text",
            "OURS: a gateway that takes no parts",
            400,
            error_body(
                "Invalid type for 'messages[0].content': expected a string, but got an array instead.",
                code="invalid_type",
                param="messages[0].content",
            ),
        ),
        _error(
            "chat_not_a_chat_model",
            "FACTS 1.4: gpt-image-2 is no chat model at OpenAI",
            404,
            error_body(
                "This is not a chat model and thus not supported in the v1/chat/completions endpoint.", param="model"
            ),
        ),
        _error("chat_no_credits", "OPENROUTER", 402, _numbered(402, "Insufficient credits. Add more and try again.")),
        _error(
            "chat_flagged",
            "OPENROUTER: moderation of the input",
            403,
            _numbered(403, "The model requires moderation and your input was flagged", flagged),
        ),
        _error(
            "chat_provider_limited",
            "OPENROUTER: 429 of the provider behind",
            429,
            _numbered(429, "Provider returned error", {"raw": limited, "provider_name": "Google"}),
            is_retry_safe=True,
        ),
        _error(
            "chat_no_provider",
            "OPENROUTER: no provider meets the routing requirements",
            503,
            _numbered(503, "No available model provider that meets your routing requirements"),
            is_retry_safe=True,
        ),
        _error(
            "chat_provider_failed",
            "OPENROUTER: an error of the provider behind, as text within",
            502,
            _numbered(502, "Provider returned error", {"raw": '{"error":{"code":500,"status":"INTERNAL"}}'}),
            billed=Billed.UNKNOWN,
        ),
        _error(
            "chat_provider_timed_out", "OPENROUTER", 408, _numbered(408, "Request timed out"), billed=Billed.UNKNOWN
        ),
    )


def responses_errors() -> dict[str, Case]:
    """Return what only the Responses API refuses with, by name."""
    lost = error_body(
        "Previous response with id 'resp_0f09' not found.",
        code="previous_response_not_found",
        param="previous_response_id",
    )
    no_previews = error_body(
        "Streaming must have non-zero partial images. (request id: 20250616)", kind=USER_ERROR, param="tools"
    )
    no_model = error_body(
        "The model 'gpt-image-2' does not exist.", kind=USER_ERROR, code="invalid_value", param="tools"
    )
    return by_name(
        _error("responses_previous_lost", "OPENAI CLIProxyAPI#2954", 400, lost),
        _error(
            "responses_previous_lost_bare",
            "OPENAI bifrost#2441: wrapped once more, no param",
            400,
            {
                "type": "error",
                "status": 400,
                "error": {"code": "previous_response_not_found", "message": "Previous response with id 'r' not found."},
            },
        ),
        _error(
            "responses_previous_not_allowed",
            "OPENAI vscode#317158: zero data retention",
            400,
            error_body(
                "Previous response cannot be used for this organization due to Zero Data Retention.",
                code="unsupported_parameter",
                param="previous_response_id",
            ),
        ),
        _error("responses_without_previews", "FACTS 2.3 OPENAI new-api#1234", 400, no_previews),
        _error("responses_tool_model_unknown", "FACTS 3.2 OPENAI proxypal#226", 400, no_model),
        _error(
            "responses_tool_not_found",
            "OPENAI cockpit-tools#665: the gateway dropped the tool",
            400,
            error_body("Tool choice 'image_generation' not found in 'tools' parameter.", param="tool_choice"),
        ),
        _error(
            "responses_tool_unsupported",
            "OURS: the text model does not hold the tool",
            400,
            error_body("Tool 'image_generation' is not supported with this model.", param="tools"),
        ),
        _error(
            "responses_fidelity_refused",
            "FACTS 1.4 OPENAI pydantic-ai#5413",
            400,
            error_body("Not supported.", code="invalid_input_fidelity_model", param="tools"),
        ),
        _error(
            "responses_image_model_on_top",
            "FACTS 5: the image model does not go on top",
            400,
            error_body("The requested model 'gpt-image-2' cannot be used with the Responses API.", param="model"),
        ),
        _error(
            "responses_bad_image_url",
            "FACTS 5 SPEC invalid_image_format",
            400,
            error_body("The image data you provided does not represent a valid image.", code="invalid_image_format"),
        ),
        _error(
            "responses_not_spoken",
            "FACTS 5: first confirm that the gateway has it",
            404,
            error_body("Invalid URL (POST /v1/responses)"),
        ),
        _error(
            "responses_policy",
            "FACTS 5 SPEC image_content_policy_violation",
            400,
            error_body("The image violates our content policy.", code="image_content_policy_violation"),
        ),
    )


def _numbered(code: int, message: str, metadata: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return OpenRouter's error object, whose code is the status as a number."""
    return {"error": {"message": message, "code": code, **({"metadata": metadata} if metadata else {})}}


def _error(
    name: str,
    source: str,
    status: int,
    body: object,
    *,
    billed: Billed = Billed.NO,
    is_retry_safe: bool = False,
) -> Case:
    answer = refused(status, body)
    return Case(name=name, source=source, answer=answer, pictures=0, billed=billed, is_retry_safe=is_retry_safe)
