"""How the software behind a gateway says no: its shape of an error, and its words where they are known.

Sources: OPENAI the openai SDKs and their issues; NEW-API QuantumNous/new-api; LITELLM 1.106.2 as measured, and litellm
         issues 11639 (a wrong key) and 40002 (a spent budget); OPENROUTER openrouter.ai/docs and openrouter-examples#74
         (a wrong model); FASTAPI its default `detail`; all read 2026-11-20 and 21. OURS marks what no source recorded.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from playground.images.refusal import REQUEST_ERROR, USER_ERROR, Refusal

_NEW_API: Final = "new_api_error"


@dataclass(frozen=True, slots=True, kw_only=True)
class No:
    """One refusal as a value; `{name}` and `{value}` in the message stand for what was refused."""

    status: int
    message: str
    kind: str | None = REQUEST_ERROR
    code: str | None = None
    param: str | None = None


Shape = Callable[[No], dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """How one kind of software refuses.

    Shape:  `shape` writes its own errors, and rewrites what the rules refuse unless `is_passing_on`; `no_key` and
            `model_unknown` are None where the rules' words are meant; `own_check` is what it finds wrong by itself.
    """

    shape: Shape
    is_passing_on: bool = False
    no_key: No | None = None
    wrong_key: No = No(status=401, message="Incorrect API key provided.", code="invalid_api_key")
    no_money: No = No(
        status=429,
        message="You exceeded your current quota, please check your plan and billing details.",
        kind="insufficient_quota",
        code="credit_balance_exhausted",
    )
    model_unknown: No | None = None
    wrong_url: No = No(status=404, message="Invalid URL ({value})")
    unknown_field: No = No(status=400, message="Unknown parameter: '{name}'.", code="unknown_parameter", param="{name}")
    wrong_value: No = No(
        status=400, message="Invalid value: '{value}'.", kind=USER_ERROR, code="invalid_value", param="{name}"
    )
    own_check: No = No(status=400, message="Invalid '{name}'.", code="invalid_value", param="{name}")

    def refuse(self, no: No, *, name: str = "", value: object = "") -> Refusal:
        """Return a refusal in this voice."""
        param = no.param and no.param.format(name=name)
        message = no.message.format(name=name, value=value)
        refusal = Refusal(message, status=no.status)
        refusal.body = self.shape(No(status=no.status, message=message, kind=no.kind, code=no.code, param=param))
        return refusal

    def retell(self, refusal: Refusal, model: object = "") -> Refusal:
        """Return a refusal of the rules as this software says it, or passes it on."""
        error = refusal.body["error"]
        if error.get("code") == "model_not_found" and self.model_unknown is not None:
            return self.refuse(self.model_unknown, name="model", value=model)
        if self.is_passing_on:
            return refusal
        told = Refusal(error["message"], status=refusal.status)
        told.body = self.shape(
            No(
                status=refusal.status,
                message=error["message"],
                kind=error.get("type"),
                code=error.get("code"),
                param=error.get("param"),
            )
        )
        return told


def _openai(no: No) -> dict[str, Any]:
    return {"error": {"message": no.message, "type": no.kind, "param": no.param, "code": no.code}}


def _new_api(no: No) -> dict[str, Any]:
    """Add the request id to the message, as new-api does to its own and to passed-on errors."""
    said = f"{no.message} (request id: 20261120093015123456789abcdefg)"
    return {"error": {"message": said, "type": no.kind, "param": no.param or "", "code": no.code or ""}}


def _litellm(no: No) -> dict[str, Any]:
    """Put the status where the code was, and its own prefix before what its upstream said."""
    return {"error": {"message": no.message, "type": no.kind, "param": no.param, "code": str(no.status)}}


def _openrouter(no: No) -> dict[str, Any]:
    return {"error": {"message": no.message, "code": no.status}}


def _localai(no: No) -> dict[str, Any]:
    return {"error": {"code": no.status, "message": no.message, "type": no.kind or ""}}


def _detail(no: No) -> dict[str, Any]:
    return {"detail": no.message}


OPENAI: Final = Voice(
    shape=_openai, is_passing_on=True, no_key=No(status=401, message="You didn't provide an API key.")
)

NEW_API: Final = Voice(
    shape=_new_api,
    wrong_key=No(status=401, message="无效的令牌", kind=_NEW_API),
    no_money=No(status=403, message="用户额度不足, 剩余额度: $0.000000", kind=_NEW_API, code="insufficient_user_quota"),
    model_unknown=No(
        status=503,
        message="No available channel for model {value} under group default (distributor)",
        kind=_NEW_API,
        code="model_not_found",
    ),
    own_check=No(status=500, message="{name} must not contain {value}", kind=_NEW_API, code="invalid_request"),
)

LITELLM: Final = Voice(
    shape=_litellm,
    wrong_key=No(
        status=401,
        message="Authentication Error, Invalid proxy server token passed. Unable to find token in cache or "
        "`LiteLLM_VerificationTokenTable`",
        kind="token_not_found_in_db",
        param="key",
    ),
    no_money=No(
        status=429,
        message="Budget has been exceeded! Current cost: 2.51, Max budget: 2.5",
        kind="budget_exceeded",
    ),
    model_unknown=No(
        status=400,
        message="/images/generations: Invalid model name passed in model={value}. Call `/v1/models` to view available "
        "models for your key.",
    ),
    wrong_url=No(status=404, message="Not Found"),
)

OPENROUTER: Final = Voice(
    shape=_openrouter,
    wrong_key=No(status=401, message="User not found."),
    no_money=No(status=402, message="Insufficient credits. Add more using https://openrouter.ai/settings/credits"),
    model_unknown=No(status=400, message="{value} is not a valid model ID"),
    wrong_url=No(status=404, message="Not Found"),  # OURS
)

LOCALAI: Final = Voice(
    shape=_localai,
    model_unknown=No(status=404, message='model "{value}" not found'),  # OURS
    wrong_url=No(status=404, message="Resource not found"),  # OURS
)

FASTAPI: Final = Voice(
    shape=_detail,
    wrong_key=No(status=401, message="Invalid API key"),
    no_money=No(status=402, message="Insufficient balance"),
    model_unknown=No(status=404, message="Model '{value}' not found"),
    wrong_url=No(status=404, message="Not Found"),
    unknown_field=No(status=422, message="{name}: Extra inputs are not permitted"),
    wrong_value=No(status=422, message="{name}: Input should be another value than '{value}'"),
    own_check=No(status=422, message="{name} is invalid"),
)
