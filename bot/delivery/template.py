"""The translators' template: every English text as a gettext catalogue. `python -m bot.delivery.template` writes it.

A translation is `locale/<language>/LC_MESSAGES/easel.po` made from it and compiled with `pybabel compile -D easel`.
"""

from datetime import UTC, datetime
from io import BytesIO

from babel.messages import Catalog
from babel.messages.pofile import write_po

from bot.delivery.sentences import PLURALS, all_messages
from bot.delivery.words import DOMAIN, LOCALE_FOLDER

TEMPLATE = LOCALE_FOLDER / f"{DOMAIN}.pot"
_BEGUN_AT = datetime(2026, 11, 20, tzinfo=UTC)  # fixed, so that the file changes only when a text does


def template() -> bytes:
    """Return the template's bytes, the same for the same texts and the same Babel."""
    catalogue = Catalog(
        project="Easel",
        header_comment="# Every text Easel says to people; see template.py for how a translation is made.",
        charset="utf-8",
        creation_date=_BEGUN_AT,
        revision_date=_BEGUN_AT,
    )
    for text in all_messages():
        catalogue.add(text)
    for forms in PLURALS.values():
        catalogue.add(forms)
    file = BytesIO()
    write_po(file, catalogue, width=120)
    return file.getvalue()


if __name__ == "__main__":
    LOCALE_FOLDER.mkdir(exist_ok=True)
    TEMPLATE.write_bytes(template())
