"""Command names and descriptions in the languages Discord asks for."""

from discord import Locale, app_commands
from typing_extensions import override

from bot.delivery.words import Wordbook


class CommandTranslator(app_commands.Translator):
    """Looks command texts up in the catalogues; the client hands it to its tree before commands are synced."""

    def __init__(self, wordbook: Wordbook) -> None:
        self._wordbook = wordbook

    @override
    async def translate(
        self, string: app_commands.locale_str, locale: Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        """Return the text in that language, or None where it has no translation."""
        return self._wordbook.words(locale.value).translation(string.message)
