"""Words: every reason, stage and button has its sentence, and each says what happened, what it cost, what to do."""

import ast
from functools import cache
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo

from bot.delivery.sentences import (
    CHANGES,
    COSTS,
    ENDINGS,
    LABELS,
    PLURALS,
    STAGES,
    STATES,
    Command,
    Counted,
    Press,
    Say,
    all_messages,
)
from bot.delivery.words import Raw, Wordbook, Words, blanks_of
from bot.model import Action, Billed, Change, CleanNote, Failure, OrderState, Price, Reason, Scalar, Stage

BOT = Path(__file__).parents[2] / "bot"
ENGLISH = Words("en-US")


@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("billed", Billed)
def test_every_ending_says_what_happened_what_it_cost_and_what_to_do(reason: Reason, billed: Billed) -> None:
    ending = ENDINGS[reason]
    said = ENGLISH.failure(Failure(reason=reason, billed=billed))
    cost = f" {COSTS[billed]}" if ending.says_cost else ""
    assert said == f"{ending.what}{cost} {ending.after}"
    for part in (ending.what, ending.after):
        assert part[0].isupper()
        assert part.endswith(".")
        assert not blanks_of(part), "only the precise form may rely on facts"


@pytest.mark.parametrize(
    ("reason", "precise"), [(reason, text) for reason, ending in ENDINGS.items() for text in ending.precise]
)
def test_a_precise_ending_shows_its_facts(reason: Reason, precise: str) -> None:
    assert blanks_of(precise)
    facts: dict[str, Scalar] = dict.fromkeys(blanks_of(precise), 12345)
    said = ENGLISH.failure(Failure(reason=reason, facts=facts))
    assert "12" in said
    assert "{" not in said
    assert said.startswith(precise[: precise.index("{")])


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"detail": "ServerDisconnectedError"}, "The gateway stopped answering after it had your order."),
        (
            {"status": 502, "detail": "Bad Gateway"},
            "The gateway answered with an error instead of a picture (HTTP status 502): `Bad Gateway`.",
        ),
        ({"status": 500}, "The gateway answered with an error instead of a picture (HTTP status 500)."),
    ],
)
def test_silence_is_told_from_an_answer_that_leaves_the_outcome_open(facts: dict[str, Scalar], said: str) -> None:
    failure = Failure(reason=Reason.UNKNOWN_OUTCOME, billed=Billed.UNKNOWN, facts={"gateway": "main", **facts})
    assert ENGLISH.what(failure) == said


@cache
def _facts_raised() -> dict[Reason, set[str]]:
    """Find every refusal with a reason in the source, and the names of the facts it gives."""
    given: dict[Reason, set[str]] = {}
    for path in BOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or ast.unparse(node.func).endswith("of_loss"):
                continue
            if node.args and ast.unparse(node.args[0]).startswith("Reason."):
                reason = Reason[ast.unparse(node.args[0]).removeprefix("Reason.")]
                given.setdefault(reason, set()).update(keyword.arg for keyword in node.keywords if keyword.arg)
    return given


def _facts_of_gateways() -> set[str]:
    """Read every text in the module that names gateway failures; its facts' names are among them."""
    source = (BOT / "gateways" / "outcomes.py").read_text(encoding="utf-8")
    return {str(node.value) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)}


@pytest.mark.parametrize("reason", [reason for reason, ending in ENDINGS.items() if ending.precise])
def test_facts_and_blanks_have_the_same_names(reason: Reason) -> None:
    given = _facts_raised().get(reason, set()) or _facts_of_gateways()
    for precise in ENDINGS[reason].precise:
        assert blanks_of(precise) <= given, f"{precise!r} is never filled"


def test_every_change_in_the_source_has_its_clause() -> None:
    keys = set[str]()
    for path in (*(BOT / "gateways").rglob("*.py"), *(BOT / "orders").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "why" and isinstance(node.value, ast.Constant):
                keys.add(str(node.value.value))
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "_changed" and node.args:
                keys.update(str(part.value) for part in ast.walk(node.args[-1]) if isinstance(part, ast.Constant))
    assert keys
    assert keys - {"None"} <= set(CHANGES)


def test_every_member_of_every_vocabulary_has_words() -> None:
    assert set(STAGES) == set(Stage)
    assert set(STATES) == set(OrderState)
    assert set(COSTS) == set(Billed)
    assert set(LABELS) == set(Press)
    assert set(PLURALS) == set(Counted)
    assert set(ENDINGS) == set(Reason)
    assert set(CHANGES) >= set(CleanNote)
    assert all(text.strip() for text in all_messages())


def test_every_sentence_is_said_somewhere() -> None:
    folders = (BOT / "delivery", BOT.parent / "cogs")
    source = "\n".join(path.read_text(encoding="utf-8") for folder in folders for path in folder.glob("*.py"))
    members: list[tuple[str, str]] = [
        *(("Say", member.name) for member in Say),
        *(("Command", member.name) for member in Command),
        *(("Counted", member.name) for member in Counted),
    ]
    assert [f"{owner}.{name}" for owner, name in members if f"{owner}.{name}" not in source] == []


def test_every_action_with_a_button_has_a_press() -> None:
    without = {Action.PAINT, Action.SHOW, Action.GATEWAYS}  # commands
    of_one_action = {Press.REMIX, Press.ERASE, Press.CHECK_START, Press.CHECK_DROP, Press.CHECK_STOP}
    assert {press.value for press in Press} - of_one_action == {action.value for action in Action} - {
        action.value for action in without
    }


def test_texts_fit_where_discord_shows_them() -> None:
    assert all(0 < len(label) <= 80 for label in LABELS.values())
    assert len(LABELS[Press.CHOOSE]) <= 150
    for say in Say:
        if say.name.startswith("FORM_"):
            assert len(say) <= (100 if say.name.endswith("_HINT") else 45), say.name
    assert all(0 < len(text) <= 100 for text in Command)


def test_gateway_text_is_quoted_and_our_own_is_not() -> None:
    change = Change(option="size", asked="`@everyone` **1x1**", used="1024x1024", why="nearest_size")
    said = ENGLISH.change(change)
    assert "`\u02cb@everyone\u02cb **1x1**`" in said
    assert ENGLISH.say(Say.READY_PING, user=Raw("<@1>")).startswith("<@1>")


@pytest.mark.parametrize("why", [*CHANGES, "something new"])
def test_every_change_reads_as_a_clause(why: str) -> None:
    said = ENGLISH.change(Change(option="background", asked="transparent", used="opaque", why=why))
    assert said
    assert not said.endswith(".")
    assert "{" not in said


@pytest.mark.parametrize(
    ("n", "said"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"), (21, "21st")],
)
def test_ordinals(n: int, said: str) -> None:
    assert ENGLISH.ordinal(n) == said


@pytest.mark.parametrize(("seconds", "said"), [(0.2, "1 s"), (23.4, "23 s"), (60, "1 min 0 s"), (605, "10 min 5 s")])
def test_durations(seconds: float, said: str) -> None:
    assert ENGLISH.seconds(seconds) == said


@pytest.mark.parametrize(
    ("micros", "currency", "said"),
    [(40_000, "USD", "$0.04"), (1_300, "USD", "$0.0013"), (5_300_000, "CNY", "CN\u00a55.30"), (0, "EUR", "\u20ac0.00")],
)
def test_prices(micros: int, currency: str, said: str) -> None:
    assert ENGLISH.price(Price(micros=micros, currency=currency, source="list")) == said


def test_sizes_count_as_discord_does() -> None:
    assert ENGLISH.size(10 * 1024 * 1024) == "10 MB"
    assert ENGLISH.size(900) == "900 bytes"
    assert ENGLISH.size(1.5 * 1024) == "1.5 KB"


@pytest.fixture
def german(tmp_path: Path) -> Words:
    catalogue = Catalog(locale="de")
    catalogue.add(STAGES[Stage.PAINTING], "Malt")
    catalogue.add(PLURALS[Counted.MESSAGES_LEFT], ("{n} blieb", "{n} blieben"))
    catalogue.add("{n}th", "{n}.")
    target = tmp_path / "de" / "LC_MESSAGES"
    target.mkdir(parents=True)
    with (target / "easel.mo").open("wb") as file:
        write_mo(file, catalogue)
    return Wordbook(tmp_path).words("de")


def test_a_catalogue_translates_and_its_language_writes_the_numbers(german: Words) -> None:
    assert german.stage(Stage.PAINTING) == "Malt"
    assert german.count(Counted.MESSAGES_LEFT, 1) == "1 blieb"
    assert german.count(Counted.MESSAGES_LEFT, 1200) == "1.200 blieben"
    assert german.ordinal(3) == "3."
    assert german.size(1.5 * 1024) == "1,5 KB"
    assert german.translation(STAGES[Stage.PAINTING]) == "Malt"


def test_what_is_not_translated_stays_english(german: Words) -> None:
    assert german.stage(Stage.WAITING) == STAGES[Stage.WAITING]
    assert german.translation(STAGES[Stage.WAITING]) is None
    english = Words("xx-unknown")
    assert english.stage(Stage.PAINTING) == STAGES[Stage.PAINTING]
    assert english.number(1200) == "1,200"
