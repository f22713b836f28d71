"""Words for people: sentences in their language with the blanks filled. Pure, besides reading catalogues."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from string import Formatter

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency, format_decimal
from babel.support import NullTranslations, Translations

from bot.delivery import sentences
from bot.delivery.quoting import quoted
from bot.delivery.sentences import CHANGES, COSTS, ENDINGS, LABELS, ORDINALS, PLURALS, Counted, Press, Say
from bot.model import Change, Failure, OrderState, Price, Scalar, Stage
from bot.orders.trials import Trial
from bot.orders.verdicts import Seen, Sight, Verdict

LOCALE_FOLDER = Path(__file__).with_name("locale")
"""Compiled catalogues: `<language>/LC_MESSAGES/easel.mo`, as gettext lays them out."""

DOMAIN = "easel"
_FACT_CHARS = 200
_LONG_FACTS = {"said": 1000}
"""What a model answered instead of a picture is shown whole, as far as it is kept."""
_KIB = 1024


class Raw(str):
    """Text of our own making that goes into a blank as it stands, such as a mention or a translated word."""

    __slots__ = ()


class Words:
    """Everything the bot says, in one language; English where a translation is missing.

    Args:
        locale: Discord's tag, such as "en-US" or "zh-CN"
            (https://discord.com/developers/docs/reference#locales, read 2026-11-20).
        folder: Where the catalogues lie.
    """

    def __init__(self, locale: str, folder: Path = LOCALE_FOLDER) -> None:
        self._catalogue = _catalogue(locale, folder)
        self._locale = _number_locale(locale) if isinstance(self._catalogue, Translations) else Locale("en")

    def say(self, sentence: Say | sentences.Command, **blanks: Scalar) -> str:
        """Return the sentence with its blanks filled; text is quoted unless it is `Raw`."""
        return self._filled(sentence.value, blanks)

    def translation(self, text: str) -> str | None:
        """Return the text in this language, or None where the catalogue has none."""
        translated = self._catalogue.ugettext(text)
        return None if translated == text else translated

    def count(self, counted: Counted, n: int) -> str:
        """Return the form of the sentence that fits the number."""
        one, many = PLURALS[counted]
        return self._catalogue.ungettext(one, many, n).format(n=self.number(n))

    def label(self, press: Press) -> str:
        """Return a button's label."""
        return self._filled(LABELS[press], {})

    def stage(self, stage: Stage) -> str:
        """Return what a running order is doing."""
        return self._filled(sentences.STAGES[stage], {})

    def state(self, state: OrderState) -> str:
        """Return where an order stands."""
        return self._filled(sentences.STATES[state], {})

    def failure(self, failure: Failure) -> str:
        """Return one short paragraph: what happened, to which file, whether it cost anything, what to do next."""
        ending = ENDINGS[failure.reason]
        cost = (self._filled(COSTS[failure.billed], {}),) if ending.says_cost else ()
        about = (self._filled(Say.ABOUT_FILE.value, failure.facts),) if "filename" in failure.facts else ()
        return " ".join((*about, self.what(failure), *cost, self._filled(ending.after, failure.facts)))

    def what(self, failure: Failure) -> str:
        """Return what happened alone, without cost and advice."""
        ending = ENDINGS[failure.reason]
        told = {name for name, fact in failure.facts.items() if fact != ""}  # nothing is no reason to quote
        precise = (text for text in ending.precise if blanks_of(text) <= told)
        return self._filled(next(precise, ending.what), failure.facts)

    def trial(self, trial: Trial, value: str = "") -> str:
        """Return the name of a check-up's step."""
        return self._filled(sentences.TRIALS[trial], {"value": Raw(value)})

    def verdict(self, verdict: Verdict) -> str:
        """Return how a step ended."""
        return self._filled(sentences.VERDICTS[verdict], {})

    def sight(self, seen: Seen) -> str:
        """Return what was seen of a step's answer, in plain text: no markdown, nothing quoted."""
        facts = {name: Raw(fact) if isinstance(fact, str) else fact for name, fact in seen.facts.items()}
        if seen.sight is Sight.NEEDS:
            facts["trial"] = Raw(self.trial(Trial(str(facts["trial"]))))
        if seen.sight is Sight.PREVIEWS:
            facts["previews"] = Raw(self.count(Counted.PREVIEWS, int(str(facts["count"]))))
        return self._filled(sentences.SIGHTS[seen.sight], facts)

    def change(self, change: Change) -> str:
        """Return what was adapted and why, as a clause without a full stop."""
        known = CHANGES.get(change.why, Say.UNKNOWN_CHANGE.value)
        return self._filled(known, {"option": Raw(change.option), "asked": change.asked, "used": change.used})

    def price(self, price: Price) -> str:
        """Return an amount of money; millionths are shown as far as they matter."""
        amount = Decimal(price.micros) / 1_000_000
        return format_currency(amount, price.currency, "¤#,##0.00##", locale=self._locale, currency_digits=False)

    def cost(self, price: Price) -> str:
        """Return what something costs: free, so much, or about so much where it is only estimated."""
        if not price.micros:
            return self.say(Say.CHOICE_FREE)
        amount = self.price(price)
        return self.say(Say.CHOICE_PRICE, price=Raw(amount)) if price.source == "estimate" else amount

    def ordinal(self, n: int) -> str:
        """Return 1st, 2nd, 3rd and so on."""
        return self._catalogue.ugettext(ORDINALS.get(self._locale.ordinal_form(n), ORDINALS["other"])).format(n=n)

    def seconds(self, seconds: float) -> str:
        """Return a duration, in whole seconds and at least one."""
        minutes, rest = divmod(max(1, round(seconds)), 60)
        if minutes:
            return self._catalogue.ugettext(Say.MINUTES.value).format(minutes=minutes, s=rest)
        return self._catalogue.ugettext(Say.SECONDS.value).format(s=rest)

    def size(self, size_bytes: float) -> str:
        """Return a file's size in units of 1,024, as Discord counts its limits."""
        for unit in ("bytes", "KB", "MB"):
            if size_bytes < _KIB:
                return f"{format_decimal(round(size_bytes, 1), locale=self._locale)} {unit}"
            size_bytes /= _KIB
        return f"{format_decimal(round(size_bytes, 1), locale=self._locale)} GB"

    def number(self, number: float) -> str:
        """Return a number with the language's separators."""
        return format_decimal(number, locale=self._locale)

    def _filled(self, source: str, blanks: Mapping[str, Scalar]) -> str:
        text = self._catalogue.ugettext(source)
        return text.format_map({name: self._blank(name, blanks.get(name)) for name in blanks_of(text)})

    def _blank(self, name: str, value: Scalar) -> str:
        match value:
            case Raw():
                return str(value)
            case bool() | None | str():
                return quoted(str(value), _LONG_FACTS.get(name, _FACT_CHARS))
            case int() | float() if name.endswith("_bytes"):
                return self.size(value)
            case int() | float() if name.endswith("_s"):
                return self.seconds(value)
            case int() | float() if name.endswith("_at"):
                return f"<t:{int(value)}:T>"
            case int() | float():
                return self.number(value)


class Wordbook:
    """Words by language, each catalogue read once."""

    def __init__(self, folder: Path = LOCALE_FOLDER) -> None:
        self._folder = folder
        self._known: dict[str, Words] = {}

    def words(self, locale: str) -> Words:
        """Return the words for Discord's locale tag."""
        if locale not in self._known:
            self._known[locale] = Words(locale, self._folder)
        return self._known[locale]


def blanks_of(text: str) -> frozenset[str]:
    """Return the names of a sentence's blanks."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


def timestamp(at: datetime) -> Raw:
    """Return an instant that Discord shows in each reader's own time zone."""
    return Raw(f"<t:{int(at.timestamp())}:f>")


def _catalogue(locale: str, folder: Path) -> NullTranslations:
    whole = locale.replace("-", "_")
    return Translations.load(folder, [whole, whole.split("_")[0]], DOMAIN)


def _number_locale(tag: str) -> Locale:
    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")
