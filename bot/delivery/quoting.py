"""Quoting of text that people and gateways wrote, so that nothing in it acts on the message around it. Pure."""

import unicodedata

MESSAGE_CHARS = 2_000  # https://discord.com/developers/docs/resources/message#create-message (read 2026-11-20)
ALT_TEXT_CHARS = 1_024  # https://discord.com/developers/docs/resources/message#attachment-object (read 2026-11-20)
THREAD_NAME_CHARS = 100  # https://discord.com/developers/docs/resources/channel (read 2026-11-20)

ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
_JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
_MARKS_IN_A_ROW = 3
"""Pointed Hebrew and Tibetan stack three marks on a letter; more is decoration that climbs over other lines."""
_BACKTICK = "\N{MODIFIER LETTER GRAVE ACCENT}"
_INVISIBLE_LETTERS = frozenset("\N{HANGUL FILLER}\N{HANGUL CHOSEONG FILLER}\N{HANGUL JUNGSEONG FILLER}\uffa0\u2800")


def plain(text: str) -> str:
    """Return the text without what cannot be seen or climbs out of its line; line breaks stay.

    Controls, bidi overrides, zero-width and tag characters, lone surrogates and private-use characters go.
    A joiner stays where it stands between two characters outside ASCII, as in emoji, Persian and Hindi.
    """
    kept: list[str] = []
    marks = 0
    source = text.replace("\r\n", "\n")
    for at, char in enumerate(source):
        if not _is_visible(source, at):
            continue
        if char not in _JOINERS:  # a joiner is no rest between two piles of marks
            marks = marks + 1 if _is_mark(char) else 0
        if marks <= _MARKS_IN_A_ROW:
            kept.append("\n" if char in "\r\u2028\u2029\x85" else char)
    return "".join(kept)


def _is_visible(source: str, at: int) -> bool:
    char = source[at]
    if char in _JOINERS:
        return 0 < at < len(source) - 1 and all(_may_join(near) for near in (source[at - 1], source[at + 1]))
    if char in "\n\r\t\x85":
        return True
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co"} and char not in _INVISIBLE_LETTERS


def _may_join(char: str) -> bool:
    return not char.isascii() and unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Zs", "Zl", "Zp"}


def _is_mark(char: str) -> bool:
    # Variation selectors choose between shapes of one character and are drawn by nobody.
    return unicodedata.category(char) in {"Mn", "Me"} and not "\ufe00" <= char <= "\ufe0f"


def length(text: str) -> int:
    """Count as Discord's clients do, in UTF-16 units, which is never less than its servers' count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """Return the text in at most `limit` UTF-16 units (at least 1), ending in an ellipsis where it was cut.

    Never cuts inside a character: combining marks, variation selectors and joined emoji stay whole or go.
    """
    if length(text) <= limit:
        return text
    end, used = 0, length(ELLIPSIS)
    for at, char in enumerate(text):
        used += length(char)
        if used > limit:
            break
        if not _belongs_to_previous(text, at + 1):
            end = at + 1
    return text[:end].rstrip() + ELLIPSIS


def _belongs_to_previous(text: str, at: int) -> bool:
    if at >= len(text):
        return False
    joined = text[at] in _JOINERS or text[at - 1] in _JOINERS
    return joined or unicodedata.category(text[at]) in {"Mn", "Me", "Mc"} or "\U0001f3fb" <= text[at] <= "\U0001f3ff"


def one_line(text: str, limit: int) -> str:
    """Return the visible text with every run of white space as one blank, cut to `limit`."""
    return cut(" ".join(plain(text).split()), limit)


def quoted(text: str, limit: int) -> str:
    """Return the text as one inline code span of at most `limit` units between the backticks.

    Inside a code span Discord reads no markdown, mention, link, emoji or time stamp; a backtick, the only way
    out, becomes a letter that looks alike.
    """
    return f"`{one_line(text.replace('`', _BACKTICK), limit) or ELLIPSIS}`"


def alt_text(prompt: str) -> str:
    """Return what a screen reader says of a picture: its prompt, cut to Discord's limit."""
    return cut(plain(prompt).strip(), ALT_TEXT_CHARS)


def file_name(picture_id: str, suffix: str) -> str:
    """Return the ASCII name a picture is posted under (`suffix` with its dot); Discord adds `SPOILER_` itself."""
    return f"easel-{picture_id}{suffix}"


def thread_name(prompt: str) -> str:
    """Return a name for the thread opened on a picture."""
    return one_line(prompt, THREAD_NAME_CHARS) or "Easel"
