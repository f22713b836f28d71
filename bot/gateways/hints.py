"""What the person who runs the bot should do about each failure, where a gateway's profile does not say it better."""

from collections.abc import Mapping
from typing import Final

from bot.model import Reason

HINTS: Final[Mapping[Reason, str]] = {
    Reason.MODERATION: "The gateway's safety rules refused the words or pictures; the bot is set up well.",
    Reason.WORD_FILTER: "The gateway filters words itself, apart from the model; its owner can say which.",
    Reason.BAD_OPTION: "The gateway does not take an option that its profile promises; set the model's capabilities.",
    Reason.BAD_PICTURE: "If every edit fails so, the gateway expects another form: set the model's edit_field.",
    Reason.TOO_LARGE: "A proxy before the gateway refuses large bodies; raise its limit, or set fewer inputs.",
    Reason.BAD_KEY: "The gateway does not know this key; check it and the token's group, then start the bot anew.",
    Reason.NO_PERMISSION: "This key may not use the model; check the key's group and models at the gateway.",
    Reason.NO_MONEY: "The balance at the gateway is used up; top it up there.",
    Reason.RATE_LIMITED: "The gateway limits how often it is asked; set requests_per_minute, or ask for a higher tier.",
    Reason.OVERLOADED: "The gateway has no free channel for this model; if it lasts, check the key's group.",
    Reason.NOT_SENT: "No connection came about; check the base URL, the network and the gateway's certificate.",
    Reason.WRONG_URL: "Check the base URL (usually ending in /v1) and that the gateway offers this endpoint.",
    Reason.MODEL_UNKNOWN: "Check the model's id against what the gateway lists.",
    Reason.UNKNOWN_OUTCOME: "The gateway's own log says under the request id whether it was billed.",
    Reason.NO_IMAGE: "The gateway answered without a picture; check that the model paints, and its dialect.",
    Reason.WORDS_ONLY: "The model answered in words; if it always does, it is no image model.",
    Reason.BAD_IMAGE: "What came is no picture; it is kept aside under DATA_DIR.",
    Reason.LINK_FAILED: "The log has the picture's address. If it is in your own network, name its origin in "
    "MEDIA_ORIGINS; if it is no longer good, the gateway should send pictures as base64.",
    Reason.DISK_FULL: "Make room on the disk that holds DATA_DIR.",
}
"""By reason; every reason that `Namer` gives has one."""
