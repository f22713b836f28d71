"""Every English sentence people read, in one place; `words` fills the blanks and finds the translation.

A blank named `…_bytes` is shown as a size, `…_s` as seconds, `…_at` as an instant in each reader's own time, other
numbers as numbers, and text as a quotation.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.model import Billed, CleanNote, OrderState, Reason, Stage
from bot.orders.trials import Trial
from bot.orders.verdicts import Sight, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What happened and what to do next; of `precise`, the first whose blanks are all known replaces `what`."""

    what: str
    after: str
    precise: tuple[str, ...] = ()
    says_cost: bool = True  # False where `what` speaks of money itself


class Press(StrEnum):
    """Everything on a card that can be pressed; the values stand in custom_ids and never change.

    Each is an `Action` of the model, besides REMIX, which is AGAIN with another prompt, and those of a check-up, which
    are all GATEWAYS.
    """

    AGAIN = "again"
    ELSEWHERE = "elsewhere"
    MINIMUM = "minimum"
    REMIX = "remix"
    EDIT = "edit"
    UNDO = "undo"
    HD = "hd"
    VARIATIONS = "variations"
    REFERENCE = "reference"
    ORIGINAL = "original"
    DETAILS = "details"
    DELETE = "delete"  # asks
    ERASE = "erase"  # does it
    CANCEL = "cancel"
    CONFIRM = "confirm"
    CHOOSE = "choose"
    EVERY_MESSAGE = "every_message"
    CHECK_START = "check_start"
    CHECK_DROP = "check_drop"
    CHECK_STOP = "check_stop"


class Say(StrEnum):
    """Sentences that are no ending and no button; the value is the English text."""

    # progress
    QUEUED = "Queued, {ordinal}, about {eta_s}"
    QUEUED_NO_ETA = "Queued, {ordinal}"
    ABOUT = "{stage}, about {eta_s} left"
    # asking
    ASK = "At {gateway} this would cost about {price}. Paint it?"
    ASK_FREE = "At {gateway} this costs nothing. Paint it?"
    ASK_UNPRICED = "{gateway} names no price. Paint it?"
    ABOUT_FILE = "{filename}:"  # before a sentence about an upload
    # an ending
    TRY_AT = "Try at {gateway} (about {price})"
    TRY_AT_FREE = "Try at {gateway} (free)"
    TRY_AT_UNPRICED = "Try at {gateway} (price unknown)"
    HOST_HINT = "For the host: {hint}"
    DEARER_WITHOUT = "Without it these pictures would cost more than you were told. The button shows the price first."
    # a result's notes
    FITTED = "{name}: re-encoded as {format} to fit this place's {limit_bytes}; Original holds every byte"
    FITTED_SMALLER = (
        "{name}: made smaller ({width} by {height}) and re-encoded as {format} to fit this place's {limit_bytes}; "
        "Original holds every byte"
    )
    HELD_BACK = "{name}: no copy fits this place's {limit_bytes}; it is kept"
    MASK_GUIDES = "a mask guides the painter, it is not exact to the pixel"
    REST_MISSING = "The rest did not come. {why}"
    FROM_ONE_OF = "started from {version}, picture {number} of {count}; begin a reply with “2:” to mean another picture"
    NEXT_FROM = "{version}: the next edit starts here"
    PROMPT_ATTACHED = "the whole prompt is attached as text"
    PROMPT_IN_DETAILS = "the whole prompt is under Details"
    UNKNOWN_CHANGE = "{option}: used {used} instead of {asked}"
    SECONDS = "{s} s"
    MINUTES = "{minutes} min {s} s"
    # posting
    IN_THREAD = "{version} is ready in {thread}"
    READY_PING = "{user} your picture is ready"
    ENDED_PING = "{user} your order has ended"
    # answers to presses
    UNDONE = "{user} went back to {picture}. Reply to it to go on from there."
    REFERENCE_KEPT = "This picture joins your next order here."
    REFERENCE_KEPT_FOR_EDIT = "This picture joins your next edit of these pictures: reply to one of them."
    DELETE_ASK = "Delete the pictures of this message and their files for good? What was paid stays paid."
    DELETED = "Deleted, with the files."
    ORIGINAL_AS_IT_CAME = "The stored bytes of {picture}, as they came."
    ORIGINAL_TOO_BIG = "The stored file of {picture} is {size_bytes}, over this place's {limit_bytes}; this is a copy."
    EVERY_MESSAGE_ON = "From now on every message in this thread is an edit. The same button switches it off."
    EVERY_MESSAGE_OFF = "Messages in this thread are no longer edits, unless they reply to a picture or mention me."
    # hints
    HINT_REPLY = "Reply with the ping on so that I can read your words, or press Edit."
    HINT_MENTION = "Say what to paint, or attach a picture and say what to change."
    HINT_NO_PICTURES = "That message holds no picture I can read."
    HINT_NO_TEXT = "That message holds no words I can read."
    HINT_OLD_FORM = "This form belongs to an earlier session and its files are gone. Please start once more."
    PRESSED_TWICE = "You pressed that a moment ago: it is one order. Press once more in a few seconds for another."
    HINT_OLD_BUTTON = (
        "This button is from an older version and no longer works. `/show` with the picture's id brings new ones."
    )
    # details
    DETAILS_ORDER = "Order {id}"
    DETAILS_PICTURE = "Picture {id}"
    DETAILS_ASKED = "Asked"
    DETAILS_SENT = "Sent"
    DETAILS_DELIVERED = "Delivered"
    DETAILS_COST = "Cost"
    DETAILS_STATE = "State"
    DETAILS_MADE_FROM = "Made from"
    DETAILS_REVISED = "The gateway's own wording"
    DETAILS_REQUEST_ID = "Request id"
    DETAILS_NOTHING_CHOSEN = "nothing chosen"
    UNPRICED = "unpriced"
    PRICE_ESTIMATED = "{price} (estimated)"
    PRICE_FLAT = "{price} (flat price)"
    PRICE_LIST = "{price} (list price)"
    PRICE_USAGE = "{price} (by the tokens the gateway counted)"
    # forms
    FORM_EDIT = "Edit this picture"
    FORM_REMIX = "Paint it again with other words"
    FORM_PAINT = "Paint this"
    FORM_PROMPT = "What should change?"
    FORM_PROMPT_NEW = "What should be painted?"
    FORM_WHICH = "Which picture?"
    FORM_WHICH_ONE = "Picture {number}"
    FORM_PICTURES = "Further pictures"
    FORM_PICTURES_HINT = "Named image 2, image 3 … in your prompt."
    FORM_KEEP = "What to do with them?"
    FORM_KEEP_ADD = "Keep the picture and add them"
    FORM_KEEP_REPLACE = "Edit them instead of the picture"
    FORM_MASK = "Mask"
    FORM_MASK_HINT = "A PNG of the same size; its transparent parts are painted anew."
    # autocomplete
    SIZE_AUTO = "auto: the model decides"
    SIZE_PRESET = "{size} {shape}"
    SIZE_NEAREST = "{size}, the nearest valid size"
    SIZE_VALID = "{size}, as you typed it"
    SHAPE_SQUARE = "square"
    SHAPE_LANDSCAPE = "landscape"
    SHAPE_PORTRAIT = "portrait"
    CHOICE_PRICE = "about {price}"
    CHOICE_FREE = "free"
    CHOICE_EDITS = "edits"
    CHOICE_MASKS = "masks"
    CHOICE_TRANSPARENT = "transparent"
    CHOICE_SEVERAL = "up to {count}"
    CHOICE_STREAMS = "streams"
    CHOICE_SECONDS = "usually {usual_s}"
    # help
    HELP = (
        "**/imagine** paints from words, or from pictures you attach.\n"
        "**/edit** changes attached pictures, or this thread's newest.\n"
        "**Reply** to a picture to change it: “make the sky green”. Your reply must ping me; begin with “2:” to mean "
        "the second of several. In a channel the edits go on in a thread.\n"
        "**Mention me** with a wish, or write to me directly.\n"
        "**Right-click** a message → Apps: *Edit picture* or *Paint this*.\n"
        "Several pictures are image 1, image 2 … in your words. A mask says where to paint.\n"
        "**Again** and **Remix** paint anew, **HD** at the best quality, **Undo** costs nothing and deletes nothing.\n"
        "**/show** with an id finds a picture again. What is paid charges whoever presses."
    )
    HELP_MODELS = "Models here: {models}."
    # check-ups and the state of gateways, for hosts
    CHECK_ASK = "**Check-up of {gateway}**, one step after the other, none repeated. Paid calls: {calls}."
    CHECK_STEPS = "It tries: {steps}."
    CHECK_PRICE = "Price: about {price}."
    CHECK_PRICE_SOME = "Price: about {price}. Calls of which no price is known: {unpriced}."
    CHECK_UNPRICED = "The price is unknown: this gateway names none."
    CHECK_DROPPED = "Nothing was sent."
    CHECK_RUNNING = "**Check-up of {gateway}**: step {number} of {of}, {step}."
    CHECK_STOPPING = "It ends after the running step."
    CHECK_OVER = "**Check-up of {gateway}**: {done} of {of} steps, {works} work."
    CHECK_OVER_ACCEPTED = "**Check-up of {gateway}**: {done} of {of} steps, {works} work, {accepted} accepted."
    CHECK_BROKEN_OFF = "It was ended early: no further step can work."
    CHECK_STOPPED = "It was ended early."
    CHECK_CUT = "It was cut off: the running call may be billed."
    CHECK_SPENT = "Spent: {price}."
    CHECK_SPENT_NOTHING = "Nothing was billed."
    CHECK_SPENT_UNPRICED = "Billed calls without a known price: {unpriced}."
    CHECK_UNSURE = "Calls that may have been billed: {unsure}."
    CHECK_DIFFERENCES = "Other than profile and configuration say:"
    CHECK_NO_DIFFERENCE = "Everything is as profile and configuration say."
    CHECK_UNTRIED = "Not everything could be tried; what was is as profile and configuration say."
    CHECK_DIFFERENCE_UNKNOWN = "{step} ({capability}): known as offered, but nobody knows what became of it"
    CHECK_DIFFERENCE_LESS = "{step} ({capability}): known as offered, but {verdict}"
    CHECK_DIFFERENCE_MORE = "{step} ({capability}): not known as offered, but it works"
    CHECK_DIFFERENCE_PLAIN = "{step}: {verdict}"
    CHECK_LEARNED = "Learned, and used from now on: {facts}."
    CHECK_LEARNED_WITH = "{model}: {capability} with {word}"
    CHECK_LEARNED_WITHOUT = "{model}: {capability} without {word}"
    CHECK_LEARNED_IS = "{model}: {capability} is {word}"
    CHECK_HINT = "Hint: {hint}"
    CHECK_PICTURES = "Pictures: {folder}"
    CHECK_TABLE_ATTACHED = "The whole table is attached."
    CHECK_STEP = "step"
    CHECK_VERDICT = "verdict"
    CHECK_SEEN = "seen"
    CHECK_SECONDS = "s"
    CHECK_COST = "cost"
    CHECK_COST_NOTHING = "nothing"
    CHECK_COST_UNKNOWN = "unknown"
    CHECK_COST_UNSURE = "maybe"
    GATEWAY_READY = "ready"
    GATEWAY_CHECKED = "being checked"
    GATEWAY_RESTING = "left alone"
    GATEWAY_RESTING_UNTIL = "left alone until {until}"
    GATEWAY_LINE = "**{gateway}** ({slug}): {state}"
    GATEWAY_MODELS = "Models: {models}"
    GATEWAY_SPEED = "Usually {usual_s} a call"
    GATEWAY_NO_SPEED = "No call has brought a picture yet"
    GATEWAY_FAILURES = "Calls in 24 hours: {calls}, of which failed: {failures}"
    GATEWAY_NO_FAILURES = "Calls in 24 hours: {calls}, none failed"
    GATEWAY_SPENT = "Spent: {day} in 24 hours, {month} in 30 days"
    GATEWAY_UNSURE = "Calls that may have been billed besides: {day} in 24 hours, {month} in 30 days"
    GATEWAY_SPENT_NOTHING = "nothing"
    UNEXPECTED = "Something broke on our side. Please try again; if it stays, give the host this number: {reference}."
    DISCORD_REFUSED = "Discord did not take the answer. Please try again."


class Counted(StrEnum):
    """Sentences with a number that decides their form; `PLURALS` holds both English forms."""

    MESSAGES_LEFT = "messages_left"
    PREVIEWS = "previews"


PLURALS: Mapping[Counted, tuple[str, str]] = {
    Counted.MESSAGES_LEFT: (
        "The files are deleted, but {n} message could not be removed.",
        "The files are deleted, but {n} messages could not be removed.",
    ),
    Counted.PREVIEWS: ("{n} preview", "{n} previews"),
}

ORDINALS: Mapping[str, str] = {"one": "{n}st", "two": "{n}nd", "few": "{n}rd", "other": "{n}th"}
"""English ordinals by CLDR category; a translation gives its own text for each."""

LABELS: Mapping[Press, str] = {
    Press.AGAIN: "Again",
    Press.ELSEWHERE: "Try another gateway",
    Press.MINIMUM: "Try with the bare minimum",
    Press.REMIX: "Remix",
    Press.EDIT: "Edit",
    Press.UNDO: "Undo",
    Press.HD: "HD",
    Press.VARIATIONS: "Variations",
    Press.REFERENCE: "Use as reference",
    Press.ORIGINAL: "Original",
    Press.DETAILS: "Details",
    Press.DELETE: "Delete",
    Press.ERASE: "Delete for good",
    Press.CANCEL: "Cancel",
    Press.CONFIRM: "Paint it",
    Press.CHOOSE: "Choose where the next edit starts",
    Press.EVERY_MESSAGE: "Every message edits",
    Press.CHECK_START: "Start the check-up",
    Press.CHECK_DROP: "Leave it",
    Press.CHECK_STOP: "Stop after this step",
}

TRIALS: Mapping[Trial, str] = {
    Trial.KEY: "key and models",
    Trial.SMALL: "small picture",
    Trial.EDIT: "edit",
    Trial.TWO_INPUTS: "two inputs",
    Trial.COUNT: "n={value}",
    Trial.MASK: "mask",
    Trial.TRANSPARENT: "transparent",
    Trial.FORMAT: "format {value}",
    Trial.COMPRESSION: "compression {value}",
    Trial.FIDELITY: "input fidelity {value}",
    Trial.MODERATION: "moderation {value}",
    Trial.STREAM: "stream",
    Trial.SIZE: "size {value}",
    Trial.SECOND_TURN: "second turn",
}
"""The steps of a check-up; `value` is what a step tries of several."""

VERDICTS: Mapping[Verdict, str] = {
    Verdict.WORKS: "works",
    Verdict.ACCEPTED: "accepted",
    Verdict.DIFFERS: "differs",
    Verdict.REFUSED: "refused",
    Verdict.FAILED: "failed",
    Verdict.UNKNOWN: "outcome unknown",
    Verdict.SKIPPED: "skipped",
}

SIGHTS: Mapping[Sight, str] = {
    Sight.TOLD: "{text}",
    Sight.PICTURE: "{format} {size}, {size_bytes}",
    Sight.COUNT: "{count} of {wanted} pictures",
    Sight.OTHER_SIZE: "asked for {wanted}",
    Sight.OTHER_FORMAT: "asked for {wanted}",
    Sight.ALPHA: "really transparent",
    Sight.NO_ALPHA: "no alpha",
    Sight.IDLE_ALPHA: "alpha, but nothing is transparent",
    Sight.COMPRESSED: "{plain_bytes} without it",
    Sight.OUTSIDE: "{percent} % changed outside the hole",
    Sight.PREVIEWS: "{previews}",
    Sight.NO_PREVIEWS: "no previews",
    Sight.EVENT: "{event}",
    Sight.PLAIN: "no stream: plain JSON came",
    Sight.UNSEEN: "taken, effect not visible",
    Sight.NOT_SENT_AGAIN: "the first picture was not sent again",
    Sight.NO_ANSWER_NAME: "the first answer has no name to refer to",
    Sight.NEEDS: "needs what did not work: {trial}",
    Sight.STOPPED: "stopped while it waited for a free slot",
}
"""What is seen of a step's answer."""

STAGES: Mapping[Stage, str] = {
    Stage.ASKING: "Waiting for your yes",
    Stage.FETCHING: "Looking at your pictures",
    Stage.WAITING: "Waiting in the queue",
    Stage.PAINTING: "Painting",
    Stage.PREVIEW: "Painting, here is a preview",
    Stage.BACKING_OFF: "The gateway is busy, trying again; nothing was paid so far",
}

STATES: Mapping[OrderState, str] = {
    OrderState.ACCEPTED: "accepted",
    OrderState.QUEUED: "queued",
    OrderState.SENDING: "painting",
    OrderState.RECEIVED: "received",
    OrderState.POSTED: "posted",
    OrderState.REFUSED: "turned down",
    OrderState.FAILED: "failed",
    OrderState.CANCELLED: "cancelled",
    OrderState.UNKNOWN: "outcome unknown",
}

COSTS: Mapping[Billed, str] = {
    Billed.NO: "It cost nothing.",
    Billed.YES: "It was billed.",
    Billed.UNKNOWN: "It may have been billed.",
}

CHANGES: Mapping[str, str] = {
    "not_offered": "{option} {asked} is not offered here: used {used}",
    "left_out": "{option} {asked} is not offered here and was left out",
    "png_for_alpha": "transparency needs {used}: used instead of {asked}",
    "fits_delivery": "{option} {used} was chosen, so that the picture fits here",
    "nearest_size": "size {asked} is not valid here: used {used}",
    "no_compression": "compression {asked} needs jpeg or webp and was left out",
    "draft": "draft: {option} {used}",
    "fan_out": "{asked} pictures in {used} calls",
    "gateway_count": "asked for {asked}, the gateway sent {used}",
    "gateway_changed": "{option}: asked for {asked}, the gateway used {used}",
    "not_transparent": "asked for a transparent background, but the picture has none",
    "refused_used": "the gateway refused {option} {asked}: used {used}",
    "refused_left_out": "the gateway refused {option} {asked}, so it was left out",
    "refused_field": "the gateway does not know {option}, so it was left out",
    "bare_minimum": "the gateway refused an option without naming it: only words, pictures and size were sent",
    "failed_over": "{asked} could not paint it, so {used} was asked; the first try cost nothing",
    CleanNote.ANIMATED_FIRST_FRAME: "{option} moves: its first frame was used",
    CleanNote.ROTATED: "{option} was turned upright",
    CleanNote.COLOURS_CONVERTED: "{option}: its colours were converted to sRGB",
}
"""By `Change.why`."""

ENDINGS: Mapping[Reason, Ending] = {
    Reason.PROMPT_EMPTY: Ending(what="There are no words to paint from.", after="Say what you want to see."),
    Reason.PROMPT_TOO_LONG: Ending(
        what="The prompt is too long for this model.",
        precise=("The prompt has {chars} characters; this model takes {limit_chars}.",),
        after="Shorten it and try again.",
    ),
    Reason.OPTION_REFUSED: Ending(
        what="This model does not offer what you chose.",
        precise=("This model does not offer {option} {asked}; it offers {example}.",),
        after="Choose another value, or leave it out.",
    ),
    Reason.TOO_MANY_INPUTS: Ending(
        what="These are more pictures than the model takes.",
        precise=("Pictures sent: {count}; the model takes {limit}.",),
        after="Send fewer.",
    ),
    Reason.NO_PICTURE: Ending(
        what="There is no picture to edit here.", after="Attach one, reply to one, or start with /imagine."
    ),
    Reason.EDIT_NOT_OFFERED: Ending(
        what="This model cannot edit pictures.",
        precise=("The model {model} cannot edit pictures.",),
        after="Choose another model, or describe the picture in words.",
    ),
    Reason.MODEL_UNKNOWN: Ending(
        what="There is no such model here.",
        precise=("There is no model {model} here.",),
        after="Pick one from the list that /imagine offers.",
    ),
    Reason.GATEWAY_UNKNOWN: Ending(
        what="There is no such gateway here.",
        precise=("There is no gateway {gateway} here; there is {known}.",),
        after="Pick one from the list.",
    ),
    Reason.FETCH_FAILED: Ending(
        what="A picture could not be downloaded.", after="Try again; attach it anew if it was yours."
    ),
    Reason.FILE_TOO_BIG: Ending(
        what="A file is too big.",
        precise=("A file has {size_bytes}, over the limit of {limit_bytes}.",),
        after="Send a smaller one.",
    ),
    Reason.TOO_MANY_PIXELS: Ending(
        what="A picture has too many pixels.",
        precise=("A picture has {pixels} pixels; the limit is {limit_pixels}.",),
        after="Send a smaller one.",
    ),
    Reason.SIDE_TOO_LONG: Ending(
        what="A picture is too wide or too high.",
        precise=("A picture is {width_px} by {height_px} pixels; the longest side may be {limit_px}.",),
        after="Send a smaller one.",
    ),
    Reason.FORMAT_UNSUPPORTED: Ending(
        what="A file is no picture I can read.", after="Send PNG, JPEG, WebP, GIF or AVIF."
    ),
    Reason.HEIC_UNSUPPORTED: Ending(what="HEIC pictures are not supported here.", after="Send it as JPEG or PNG."),
    Reason.DAMAGED: Ending(what="A picture is damaged.", after="Save it anew, or send another."),
    Reason.DECODER_CRASHED: Ending(
        what="A picture could not be opened safely.", after="Save it anew as PNG or JPEG and try again."
    ),
    Reason.DECODER_TIMEOUT: Ending(what="A picture took too long to open.", after="Send a smaller or simpler one."),
    Reason.DECODER_OUT_OF_MEMORY: Ending(what="A picture needs too much memory to open.", after="Send a smaller one."),
    Reason.MASK_WITHOUT_PICTURE: Ending(
        what="A mask needs a picture to lie on.", after="Attach the picture too, or leave the mask out."
    ),
    Reason.MASK_NOT_PNG: Ending(what="The mask is no PNG.", after="Save it as PNG with transparency."),
    Reason.MASK_NO_ALPHA: Ending(
        what="The mask has no transparency.", after="Erase the part that is to be painted anew and save as PNG."
    ),
    Reason.MASK_NO_HOLE: Ending(
        what="No part of the mask is fully transparent.",
        after="Erase the part that is to be painted anew and save as PNG.",
    ),
    Reason.MASK_SIZE_DIFFERS: Ending(
        what="The mask is not as large as the first picture.",
        precise=(
            "The mask has {width_px} by {height_px} pixels, the first picture {wanted_width_px} by {wanted_height_px}.",
        ),
        after="Make both the same width and height.",
    ),
    Reason.MASK_TOO_BIG: Ending(
        what="The mask is too big.",
        precise=("The mask has {size_bytes}; it must stay under {limit_bytes}.",),
        after="Save it with fewer colours.",
    ),
    Reason.MASK_NOT_OFFERED: Ending(
        what="This model takes no masks.", after="Say in words which part should change, or choose another model."
    ),
    Reason.NOT_ALLOWED: Ending(what="You may not do that here.", after="Ask the person it belongs to."),
    Reason.NOT_FOUND: Ending(what="There is no such order or picture here.", after="Check the id and the channel."),
    Reason.DELETED: Ending(what="That picture was deleted.", after="Start from another one."),
    Reason.EXPIRED: Ending(what="This is no longer valid.", after="Please start once more."),
    Reason.TOO_LATE: Ending(
        what="It is too late for that: the order is under way.",
        after="Wait for what it brings.",
        says_cost=False,
    ),
    Reason.OVER: Ending(
        what="It is too late for that: the order has ended.",
        after="Its message says how.",
        says_cost=False,
    ),
    Reason.NOTHING_TO_UNDO: Ending(
        what="This picture was made from words alone; there is nothing to go back to.",
        after="Press Again for another, or Edit to change it.",
    ),
    Reason.TOO_MANY_WAITING: Ending(
        what="You have too many orders waiting.",
        precise=("You may have {limit} orders waiting at once.",),
        after="Wait for one to finish, or cancel one.",
    ),
    Reason.CLOSING: Ending(what="The bot is restarting.", after="Try again in a minute."),
    Reason.CHECK_RUNS: Ending(
        what="This gateway is being checked already.",
        precise=("{gateway} is being checked already.",),
        after="Wait for its table.",
    ),
    Reason.CANCELLED: Ending(what="The order was cancelled.", after="Order it again whenever you like."),
    Reason.MODERATION: Ending(
        what="The gateway's safety rules turned this down.",
        precise=("The gateway's safety rules turned this down: {categories}.",),
        after="Change the words or the pictures and try again.",
    ),
    Reason.WORD_FILTER: Ending(
        what="The gateway's word filter turned this down.", after="Say it in other words and try again."
    ),
    Reason.BAD_OPTION: Ending(
        what="The gateway did not accept an option.",
        precise=(
            "The gateway did not accept {option}; it takes {offered}.",
            "The gateway did not accept {option}: {detail}.",
            "The gateway did not accept an option: {detail}.",
        ),
        after="Choose another value, or leave it out.",
    ),
    Reason.BAD_PICTURE: Ending(
        what="The gateway could not read a picture you sent.",
        precise=("The gateway could not read a picture you sent: {detail}.",),
        after="Save it as PNG or JPEG and try again.",
    ),
    Reason.TOO_LARGE: Ending(what="The pictures are too large for the gateway.", after="Send smaller or fewer ones."),
    Reason.BAD_KEY: Ending(
        what="The gateway does not accept the bot's key.", after="Only the host can fix that; please tell them."
    ),
    Reason.NO_PERMISSION: Ending(
        what="The bot's key may not use this model.",
        after="Choose another model, or ask the host to allow it.",
    ),
    Reason.NO_MONEY: Ending(
        what="The gateway's account has run out of money.", after="Only the host can fix that; please tell them."
    ),
    Reason.RATE_LIMITED: Ending(
        what="The gateway takes no further orders at the moment.",
        precise=("The gateway takes no further orders until {until_at}.",),
        after="Try again then, or in a few minutes.",
    ),
    Reason.OVERLOADED: Ending(
        what="The gateway is overloaded or has no painter free for this model.",
        after="Try again in a few minutes, or choose another model.",
    ),
    Reason.NOT_SENT: Ending(what="The gateway could not be reached.", after="Try again in a few minutes."),
    Reason.RESTING: Ending(
        what="The gateway has failed and is left alone for a while.",
        precise=("{gateway} has failed and is left alone until {until_at}.",),
        after="Try again then, or choose another model.",
    ),
    Reason.WRONG_URL: Ending(
        what="The gateway's address or the model's name is wrong.",
        after="Only the host can fix that; please tell them.",
    ),
    Reason.UNKNOWN_OUTCOME: Ending(
        what="The gateway stopped answering after it had your order.",
        precise=(
            "The gateway answered with an error instead of a picture (HTTP status {status}): {detail}.",
            "The gateway answered with an error instead of a picture (HTTP status {status}).",
        ),
        after="Press Again to paint it anew, which may cost once more.",
    ),
    Reason.NO_IMAGE: Ending(
        what="The gateway answered without a picture.",
        precise=("The gateway answered without a picture: {detail}.",),
        after="Try again, or say it in other words.",
    ),
    Reason.LINK_FAILED: Ending(
        what="The gateway painted it, but only named an address from which it cannot be fetched.",
        precise=("The gateway painted it, but only named an address from which it cannot be fetched ({detail}).",),
        after="The host finds the address in the log; please tell them before you try again.",
    ),
    Reason.WORDS_ONLY: Ending(
        what="The model answered in words instead of a picture.",
        precise=("The model answered in words instead of a picture: {said}.",),
        after="Say it in other words, or answer its question in your next prompt.",
    ),
    Reason.BAD_IMAGE: Ending(
        what="What the gateway sent is no readable picture.", after="Try again, or choose another model."
    ),
    Reason.STORED_FILE_LOST: Ending(
        what="A stored picture is missing or damaged.", after="Attach it anew; the host finds more in the log."
    ),
    Reason.DISK_FULL: Ending(what="The bot's disk is full.", after="Only the host can fix that; please tell them."),
    Reason.INTERRUPTED: Ending(
        what="The bot was stopped while it worked on this.",
        after="Press Again to paint it anew; that is a new order.",
    ),
    Reason.INTERNAL: Ending(
        what="Something broke on our side.", after="Try again; if it stays, tell the host the order's id."
    ),
}


class Command(StrEnum):
    """Names and descriptions of commands and their options, for Discord's command list."""

    IMAGINE = "imagine"
    IMAGINE_ABOUT = "Paint a picture from words, or from pictures you attach"
    EDIT = "edit"
    EDIT_ABOUT = "Change the pictures you attach, or this thread's newest picture"
    SHOW = "show"
    SHOW_ABOUT = "Find a picture or an order by its id"
    HELP = "help"
    HELP_ABOUT = "What I can do, and how"
    EDIT_PICTURE = "Edit picture"
    PAINT_THIS = "Paint this"
    PROMPT = "What you want to see; image 1, image 2 … mean the attached pictures"
    PROMPT_EDIT = "What should change; image 1, image 2 … mean the pictures in order"
    SIZE = "Width x height, or pick one; the nearest valid size is offered"
    QUALITY = "How carefully it is painted, with the usual price and time"
    DRAFT = "Quick and cheap: low quality, as JPEG"
    COUNT = "How many pictures"
    BACKGROUND = "What is behind the subject"
    FORMAT = "The picture's file format"
    COMPRESSION = "Quality of JPEG and WebP in percent"
    MODEL = "Who paints"
    IMAGE = "A picture to start from"
    IMAGE_FURTHER = "A further picture"
    MASK = "PNG as large as the first picture; its transparent parts are painted anew"
    SPOILER = "Hide the pictures until someone clicks"
    GATEWAY = "gateway"
    GATEWAY_ABOUT = "For the bot's hosts: how the gateways are doing"
    GATEWAY_LIST = "list"
    GATEWAY_LIST_ABOUT = "State, speed, failures and spend of every gateway"
    GATEWAY_CHECK = "check"
    GATEWAY_CHECK_ABOUT = "Try what a gateway really does, step by step; the price is shown first"
    GATEWAY_NAME = "Which gateway; the default one if empty"
    GATEWAY_MODEL = "Which of its models; all of them if empty"
    GATEWAY_EVERYTHING = "Try also what it is not known to offer; each success costs"
    ID = "The ten characters on the picture's details, or its file name"


def all_messages() -> tuple[str, ...]:
    """List every translatable English text, for the catalogue template; plurals as their singular."""
    endings = [text for one in ENDINGS.values() for text in (one.what, one.after, *one.precise)]
    tables = [*ORDINALS.values(), *LABELS.values(), *STAGES.values(), *STATES.values(), *COSTS.values()]
    tables += [*TRIALS.values(), *VERDICTS.values(), *SIGHTS.values()]
    return tuple(dict.fromkeys([*Say, *tables, *CHANGES.values(), *endings, *Command]))
