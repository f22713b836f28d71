"""The modals: what they ask, and what is done with the answers, also when they come back after a restart."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import discord
from pydantic import BaseModel, ConfigDict
from typing_extensions import override

from bot.delivery import edge
from bot.delivery.codes import FORM
from bot.delivery.intake import take
from bot.delivery.sentences import Say
from bot.delivery.services import Services
from bot.delivery.views import SafeModal, whisper
from bot.delivery.words import Words
from bot.errors import Refusal
from bot.model import OrderId, OrderKind, Picture, PictureId, Reason, Request, Upload
from bot.orders.compose import Source

PROMPT_INPUT_CHARS = 4_000  # https://discord.com/developers/docs/components/reference#text-input (read 2026-11-20)
UPLOADS = 10  # https://discord.com/developers/docs/components/reference#file-upload (read 2026-11-20)
TIMEOUT_S = 15 * 60.0


class Form(StrEnum):
    """The forms; the values stand in custom_ids."""

    EDIT = "edit"  # one of our pictures
    UPLOADS = "uploads"  # pictures of somebody's message, which only the live form remembers
    REMIX = "remix"
    PAINT = "paint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What somebody filled in."""

    prompt: str
    pictures: tuple[Upload, ...] = ()
    keep: bool = True
    mask: Upload | None = None
    which: PictureId | None = None


class Forms:
    """Opens forms and acts on them. `live` holds the custom_ids this process opened and still remembers."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.live = set[str]()

    async def edit(self, interaction: discord.Interaction, pictures: Sequence[Picture], prompt: str = "") -> None:
        """Ask how to change a picture of ours, one of several where there are several (the first is preselected)."""
        words = self._services.words_for(interaction)
        modal = self._modal(interaction, Form.EDIT, pictures[0].id, Say.FORM_EDIT)
        if len(pictures) > 1:
            modal.add_item(_which(words, pictures))
        _ask_edit(words, modal, prompt)
        await interaction.response.send_modal(modal)

    async def edit_uploads(self, interaction: discord.Interaction, uploads: tuple[Upload, ...]) -> None:
        """Ask how to change the pictures of a message that is not ours."""
        modal = self._modal(interaction, Form.UPLOADS, "", Say.FORM_EDIT, uploads)
        _ask_edit(self._services.words_for(interaction), modal, "")
        await interaction.response.send_modal(modal)

    async def remix(self, interaction: discord.Interaction, order_id: OrderId, prompt: str) -> None:
        """Ask for other words for an order that is otherwise painted again."""
        modal = self._modal(interaction, Form.REMIX, order_id, Say.FORM_REMIX)
        modal.add_item(_prompt(self._services.words_for(interaction), Say.FORM_PROMPT_NEW, prompt))
        await interaction.response.send_modal(modal)

    async def paint(self, interaction: discord.Interaction, prompt: str) -> None:
        """Ask for the words of a new picture, with a message's text filled in."""
        modal = self._modal(interaction, Form.PAINT, "", Say.FORM_PAINT)
        modal.add_item(_prompt(self._services.words_for(interaction), Say.FORM_PROMPT_NEW, prompt))
        await interaction.response.send_modal(modal)

    async def submitted(self, interaction: discord.Interaction, uploads: tuple[Upload, ...] = ()) -> None:
        """Act on a filled form. All it needs is in its custom_id, besides the uploads of `edit_uploads`."""
        submitted = _Submitted.model_validate(interaction.data)
        found = FORM.fullmatch(submitted.custom_id)
        form = found["form"] if found else None
        if found is None or form not in set(Form) or (form == Form.UPLOADS and not uploads):
            await whisper(interaction, self._services.words_for(interaction).say(Say.HINT_OLD_FORM))
            return
        answers = submitted.answers()
        if not answers.prompt.strip():
            raise Refusal(Reason.PROMPT_EMPTY)
        request = await self._request(interaction, Form(form), found["ref"], answers, uploads)
        await take(self._services, interaction, request)

    async def _request(
        self, interaction: discord.Interaction, form: Form, ref: str, answers: Answers, uploads: tuple[Upload, ...]
    ) -> Request:
        source = source_of(self._services, interaction)
        compose = self._services.desk.compose
        match form:
            case Form.EDIT:
                return await compose.edit(
                    source,
                    answers.which or PictureId(ref),
                    prompt=answers.prompt,
                    extra=answers.pictures,
                    mask=answers.mask,
                    keep=answers.keep,
                )
            case Form.REMIX:
                return await compose.again(source, OrderId(ref), prompt=answers.prompt)
            case Form.UPLOADS:
                kept = uploads if answers.keep or not answers.pictures else ()
                return _new(source, answers, (*kept, *answers.pictures))
            case Form.PAINT:
                return _new(source, answers, ())

    def _modal(
        self, interaction: discord.Interaction, form: Form, ref: str, title: Say, uploads: tuple[Upload, ...] = ()
    ) -> "FormModal":
        words = self._services.words_for(interaction)
        # The opening interaction's own id makes every opening unique, so that two people never share a form.
        return FormModal(self, title=words.say(title), code=f"{form}:{ref}:{interaction.id}", uploads=uploads)


class FormModal(SafeModal):
    """One opening of a form."""

    def __init__(self, forms: Forms, *, title: str, code: str, uploads: tuple[Upload, ...]) -> None:
        super().__init__(forms.live, title=title, custom_id=code, timeout=TIMEOUT_S)
        self._forms = forms
        self._uploads = uploads

    @override
    async def submit(self, interaction: discord.Interaction) -> None:
        await self._forms.submitted(interaction, self._uploads)


def source_of(services: Services, interaction: discord.Interaction) -> Source:
    """Return who does this, where, and the id that makes it one order."""
    return Source(
        actor=edge.actor_of(interaction, services.host_ids()),
        place=edge.place_of(interaction),
        source_id=edge.source_of(interaction),
    )


def _new(source: Source, answers: Answers, inputs: tuple[Upload, ...]) -> Request:
    return Request(
        source_id=source.source_id,
        kind=OrderKind.EDIT if inputs else OrderKind.GENERATE,
        place=source.place,
        actor=source.actor,
        prompt=answers.prompt.strip(),
        inputs=inputs,
        mask=answers.mask,
    )


def _ask_edit(words: Words, modal: FormModal, prompt: str) -> None:
    modal.add_item(_prompt(words, Say.FORM_PROMPT, prompt))
    pictures = discord.ui.FileUpload[FormModal](custom_id="pictures", required=False, min_values=0, max_values=UPLOADS)
    hint = words.say(Say.FORM_PICTURES_HINT)
    modal.add_item(discord.ui.Label(text=words.say(Say.FORM_PICTURES), description=hint, component=pictures))
    modal.add_item(discord.ui.Label(text=words.say(Say.FORM_KEEP), component=_keep(words)))
    mask = discord.ui.FileUpload[FormModal](custom_id="mask", required=False, min_values=0, max_values=1)
    about = words.say(Say.FORM_MASK_HINT)
    modal.add_item(discord.ui.Label(text=words.say(Say.FORM_MASK), description=about, component=mask))


def _prompt(words: Words, label: Say, prompt: str) -> discord.ui.Label[FormModal]:
    text = discord.ui.TextInput[FormModal](
        custom_id="prompt",
        style=discord.TextStyle.paragraph,
        default=prompt[:PROMPT_INPUT_CHARS] or None,
        max_length=PROMPT_INPUT_CHARS,
    )
    return discord.ui.Label(text=words.say(label), component=text)


def _keep(words: Words) -> discord.ui.Select[FormModal]:
    options = [
        discord.SelectOption(label=words.say(Say.FORM_KEEP_ADD), value="add", default=True),
        discord.SelectOption(label=words.say(Say.FORM_KEEP_REPLACE), value="replace"),
    ]
    return discord.ui.Select(custom_id="keep", options=options, required=False)


def _which(words: Words, pictures: Sequence[Picture]) -> discord.ui.Label[FormModal]:
    options = [
        discord.SelectOption(label=words.say(Say.FORM_WHICH_ONE, number=number), value=picture.id, default=number == 1)
        for number, picture in enumerate(pictures, 1)
    ]
    select = discord.ui.Select[FormModal](custom_id="which", options=options)
    return discord.ui.Label(text=words.say(Say.FORM_WHICH), component=select)


class _Field(BaseModel):
    model_config = ConfigDict(frozen=True)
    custom_id: str
    value: str | None = None
    values: tuple[str, ...] = ()


class _Labelled(BaseModel):
    component: _Field | None = None


class _File(BaseModel):
    url: str
    filename: str
    size: int


class _Resolved(BaseModel):
    attachments: dict[str, _File] = {}


class _Submitted(BaseModel):
    """A modal's answers as Discord sends them.

    Read here, not by the library: it gives a FileUpload's files in the order Discord resolved them, not in the
    order they were chosen, and knows no form that was opened before a restart.
    """

    custom_id: str
    components: tuple[_Labelled, ...] = ()
    resolved: _Resolved = _Resolved()

    def answers(self) -> Answers:
        fields = {row.component.custom_id: row.component for row in self.components if row.component}
        empty = _Field(custom_id="")
        masks = self._uploads(fields.get("mask", empty))
        which = fields.get("which", empty).values
        return Answers(
            prompt=fields.get("prompt", empty).value or "",
            pictures=self._uploads(fields.get("pictures", empty)),
            keep=fields.get("keep", empty).values != ("replace",),
            mask=masks[0] if masks else None,
            which=PictureId(which[0]) if which else None,
        )

    def _uploads(self, field: _Field) -> tuple[Upload, ...]:
        files = [self.resolved.attachments[key] for key in field.values if key in self.resolved.attachments]
        return tuple(Upload(url=file.url, filename=file.filename, size_bytes=file.size) for file in files)
