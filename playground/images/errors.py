"""Refusals and failures as gateways send them: one row for each line of what was recorded, with its headers.

Sources: OPENAI the openai SDKs' issues and OpenAI's help pages; NEW-API QuantumNous/new-api; ONE-API
         songquanpeng/one-api; SUB2API Wei-Shaw/sub2api; LITELLM 1.106.2; all read 2026-11-20. OURS marks what no
         source recorded.
"""

import json
from dataclasses import replace
from typing import Any, Final

from playground.images.cases import Billed, Case, by_name
from playground.images.exchange import Exchange
from playground.images.refusal import REQUEST_ERROR, USER_ERROR, error_body
from playground.images.replies import Reply, whole
from playground.images.script import Answer

_CLOUDFLARE: Final = {"server": "cloudflare", "cf-ray": "9a1b2c3d4e5f6789-FRA"}
_HTML: Final = "text/html; charset=utf-8"
_NEW_API: Final = "new_api_error"


def refused(status: int, body: object, *, content_type: str = "application/json", **headers: str) -> Answer:
    """Return an answer of this status; a string is sent as it stands, and `retry_after` names `retry-after`."""
    text = body if isinstance(body, str) else json.dumps(body)

    async def answer(exchange: Exchange) -> Reply:
        del exchange
        return whole(text.encode(), status=status, content_type=content_type, **headers)

    return answer


def errors() -> dict[str, Case]:
    """Return every refusal and failure by name."""
    return by_name(
        *_keys_and_rights(),
        *_parameters(),
        *_moderation(),
        *_rate_and_load(),
        *_money(),
        *_gateways(),
        *_edges(),
        *_odd_bodies(),
    )


def _keys_and_rights() -> tuple[Case, ...]:
    organization = "Your organization must be verified to use the model `gpt-image-2`."
    return (
        _never("wrong_key", "OPENAI", 401, _error("Incorrect API key provided.", code="invalid_api_key")),
        _never("wrong_key_new_api", "NEW-API", 401, _error("无效的令牌 (request id: 2026)", _NEW_API, "")),
        _never(
            "no_access_to_model", "NEW-API", 403, _error("This token has no access to model gpt-image-2", _NEW_API, "")
        ),
        _never("group_not_allowed", "NEW-API", 403, _error("该令牌无权访问分组", _NEW_API, "access_denied")),
        _never("organization_not_verified", "OPENAI openai-php#565", 403, _error(organization)),
        _never(
            "model_unknown", "OPENAI", 404, _error("The model 'gpt-image-2' does not exist.", code="model_not_found")
        ),
        _never("wrong_url", "NEW-API", 404, _error("Invalid URL (POST /images/generations)")),
        _never("method_not_allowed", "OURS", 405, _error("Method not allowed")),
        _never("not_implemented", "NEW-API", 501, _error("API not implemented", _NEW_API, "api_not_implemented")),
    )


def _parameters() -> tuple[Case, ...]:
    unknown = _error("Unknown parameter: 'background'.", code="unknown_parameter", param="background")
    transparent = _error("Transparent background is not supported for this model.", USER_ERROR, "invalid_value")
    bad_size = _error("Invalid size '1792x936'. Width and height must both be divisible by 16.", USER_ERROR)
    listed = _error("'max' is not one of ['low', 'medium', 'high', 'auto'] - 'quality'")
    no_file = _error("Invalid type for 'image[0]': expected a file.", code="invalid_type", param="image[0]")
    return (
        _never("unknown_parameter", "OPENAI open-design#5727", 400, unknown),
        _never("transparent_refused", "OPENAI GPT2Image-Pro#2", 400, transparent),
        _never("size_refused", "OPENAI claude-skills#91", 400, bad_size),
        _never("value_refused", "OPENAI: param is null", 400, listed),
        _never("file_expected", "LITELLM litellm#39512", 400, no_file),
        _never("bad_image", "OPENAI ComfyUI#8430", 400, _error("Invalid image file or mode for image 1", USER_ERROR)),
        _never(
            "fidelity_refused",
            "OPENAI",
            400,
            _error("Not supported.", code="invalid_input_fidelity_model", param="input_fidelity"),
        ),
        _never("mixed_parts", "LITELLM", 422, {"detail": [{"loc": ["body", "image"], "msg": "Field required"}]}),
        _never(
            "size_refused_new_api",
            "NEW-API: status 500 for its own check",
            500,
            _error("size must be one of 1024x1024", _NEW_API, "invalid_request"),
        ),
        _never(
            "body_too_large", "NEW-API", 413, _error("request body too large", _NEW_API, "read_request_body_failed")
        ),
    )


def _moderation() -> tuple[Case, ...]:
    said = "Your request was rejected by the safety system. safety_violations=[violence]."
    detailed = _error(said, USER_ERROR, "moderation_blocked")
    detailed["error"]["moderation_details"] = {"moderation_stage": "output", "categories": ["violence"]}
    return (
        _never("moderation", "OPENAI", 400, _error(said, USER_ERROR, "moderation_blocked")),
        _open("moderation_of_output", "OPENAI SDK", 400, detailed),
        _never("content_policy", "Azure and older OPENAI", 400, _error(said, code="content_policy_violation")),
        _never("moderation_451", "docs.apiyi.com", 451, _error(said)),
        _never(
            "word_filter",
            "NEW-API: status 500",
            500,
            _error("sensitive words detected", _NEW_API, "sensitive_words_detected"),
        ),
        _never("prompt_blocked", "NEW-API: status 500", 500, _error("prompt blocked", _NEW_API, "prompt_blocked")),
        _never(
            "image_safety",
            "NEW-API, Gemini routes",
            500,
            _error("[IMAGE_SAFETY]", _NEW_API, "channel:image_generation_failed"),
        ),
    )


def _rate_and_load() -> tuple[Case, ...]:
    limit = _error("Rate limit reached. Please try again after 51.84 seconds.", "requests", "rate_limit_exceeded")
    busy = _error(
        "No available channel for model gpt-image-2 under group default (distributor)", _NEW_API, "model_not_found"
    )
    pool = _error("No available compatible accounts", "api_error", None)
    cooling = _error("No deployments available", "None", "429")
    overloaded = _error("The server is overloaded.", "service_unavailable_error", "server_is_overloaded")
    return (
        _again("rate_limit", "OPENAI", 429, limit, retry_after="52"),
        _again("rate_limit_ms", "OPENAI", 429, limit, retry_after_ms="1500"),
        _again("rate_limit_text_only", "OPENAI mulmocast#477", 429, limit),
        _again("slow_down", "OPENAI", 429, _error("Slow down.", "rate_limit_error", "slow_down"), retry_after="1"),
        _again(
            "rate_limit_new_api",
            "NEW-API: no Retry-After",
            429,
            _error("您已达到请求数限制", _NEW_API, ""),
        ),
        _again("cooling_down", "LITELLM", 429, cooling, retry_after="5"),
        _again("no_channel", "NEW-API", 503, busy),
        _again("no_account", "SUB2API #7140", 503, pool),
        _again("overloaded", "OPENAI", 503, overloaded, retry_after="2"),
    )


def _money() -> tuple[Case, ...]:
    spent = _error("You exceeded your current quota.", "insufficient_quota", "credit_balance_exhausted")
    return (
        _never("credit_exhausted", "OPENAI", 429, spent),
        _never("spend_limit", "OPENAI", 429, _error("Limit.", "insufficient_quota", "project_spend_limit_exceeded")),
        _never("quota_new_api", "NEW-API", 403, _error("用户额度不足", _NEW_API, "insufficient_user_quota")),
        _never(
            "quota_token_new_api", "NEW-API", 403, _error("预扣费额度失败", _NEW_API, "pre_consume_token_quota_failed")
        ),
        _never(
            "quota_one_api",
            "ONE-API: no code, no param",
            403,
            {"error": {"message": "user quota is not enough", "type": "one_api_error"}},
        ),
        _never("payment_required", "forks", 402, _error("insufficient balance")),
        _never(
            "token_exhausted", "NEW-API", 401, _error("该令牌额度已用尽 TokenStatusExhausted[sk-***]", _NEW_API, "")
        ),
    )


def _gateways() -> tuple[Case, ...]:
    return (
        _open("retries_exhausted", "NEW-API", 500, _error("可用渠道不存在 retry", _NEW_API, "get_channel_failed")),
        _open(
            "bad_status",
            "NEW-API",
            524,
            _error("bad response status code 524", "bad_response_status_code", "bad_response_status_code"),
        ),
        _open("bad_status_500", "NEW-API", 500, _error("bad response status code 500", "upstream_error", None, "500")),
        _open("request_failed", "NEW-API", 500, _error("do request failed", _NEW_API, "do_request_failed")),
        _open("body_unread", "NEW-API", 500, _error("read failed", _NEW_API, "read_response_body_failed")),
        _open(
            "body_unparsed",
            "NEW-API#4478, billed upstream",
            500,
            _error("invalid character 'e' looking for beginning of value", _NEW_API, "bad_response_body"),
        ),
        _open("server_error", "OPENAI", 500, _error("The server had an error.", "server_error", None)),
        _open(
            "no_output", "SUB2API #3381", 502, _error("upstream did not return image output", "upstream_error", None)
        ),
        _open("pool_timeout", "chatgpt2api#367", 504, _error("timeout", "upstream_error", "upstream_timeout")),
        _open("unavailable", "OURS: 503 that says nothing", 503, _error("Service Unavailable", "server_error", None)),
    )


def _edges() -> tuple[Case, ...]:
    page = "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n</body>\r\n</html>"
    return (
        _never(
            "nginx_413", "nginx", 413, page.format("413 Request Entity Too Large"), content_type=_HTML, server="nginx"
        ),
        _open("nginx_502", "nginx", 502, page.format("502 Bad Gateway"), content_type=_HTML, server="nginx"),
        _open("nginx_504", "nginx", 504, page.format("504 Gateway Time-out"), content_type=_HTML, server="nginx"),
        _open("request_timeout", "nginx", 408, page.format("408 Request Time-out"), content_type=_HTML),
        _open("cloudflare_520", "Cloudflare", 520, page.format("520"), content_type=_HTML, **_CLOUDFLARE),
        _open(
            "cloudflare_524", "Cloudflare", 524, page.format("A timeout occurred"), content_type=_HTML, **_CLOUDFLARE
        ),
        _again(
            "cloudflare_521", "Windup#269", 521, page.format("Web server is down"), content_type=_HTML, **_CLOUDFLARE
        ),
        _again(
            "cloudflare_522", "Windup#269", 522, page.format("Connection timed out"), content_type=_HTML, **_CLOUDFLARE
        ),
        _again(
            "cloudflare_523",
            "OPENAI SDKs",
            523,
            page.format("Origin is unreachable"),
            content_type=_HTML,
            **_CLOUDFLARE,
        ),
        _open(
            "unproven_522", "Windup#269: no cf-ray", 522, page.format("522"), content_type=_HTML, server="cloudflare"
        ),
    )


def _odd_bodies() -> tuple[Case, ...]:
    return (
        _never("error_is_text", "gateways", 400, {"error": "model is required"}),
        _never("only_detail", "FastAPI gateways", 400, {"detail": "size is invalid"}),
        _never("only_message", "gateways", 400, {"message": "size is invalid", "code": 400}),
        _never("code_is_number", "gateways", 400, {"error": {"message": "bad request", "code": 400}}),
        _never("code_is_status", "LITELLM", 400, _error("bad request", "None", "400")),
        _never("empty_400", "OURS", 400, ""),
        _open("empty_500", "OURS", 500, ""),
        _open("list_500", "OURS", 500, []),
        _never(
            "redirect", "OURS: elsewhere with the key", 307, "", location="http://127.0.0.1:9/v1/images/generations"
        ),
        _never("long_error", "OURS: more text than anyone reads", 400, _error("x" * 200_000)),
    )


def _error(
    message: str, kind: str = REQUEST_ERROR, code: str | None = None, param: str | None = None
) -> dict[str, Any]:
    return error_body(message, kind=kind, code=code, param=param)


def _never(name: str, source: str, status: int, body: object, **headers: str) -> Case:
    """Refused before anything was generated, and asking again changes nothing."""
    return Case(name=name, source=source, answer=refused(status, body, **headers), pictures=0, billed=Billed.NO)


def _again(name: str, source: str, status: int, body: object, **headers: str) -> Case:
    """Nothing was generated, and a later try may well succeed."""
    return replace(_never(name, source, status, body, **headers), is_retry_safe=True)


def _open(name: str, source: str, status: int, body: object, **headers: str) -> Case:
    """Nobody knows whether a picture was generated and billed."""
    return replace(_never(name, source, status, body, **headers), billed=Billed.UNKNOWN)
