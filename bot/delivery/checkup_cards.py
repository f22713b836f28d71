"""Cards and tables for hosts: a check-up's price, progress and result, and how the gateways are doing. Pure."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from bot.delivery.cards import Card, CardButton, Controls, TextFile, lines
from bot.delivery.codes import check_code
from bot.delivery.quoting import MESSAGE_CHARS, cut, length, one_line, quoted
from bot.delivery.sentences import Press, Say
from bot.delivery.words import Raw, Words, timestamp
from bot.model import Billed, Learned, Price
from bot.orders.checkup import Report, Started
from bot.orders.checkups import GatewayState, Proposal
from bot.orders.trials import Step, paid
from bot.orders.verdicts import Result, Verdict

_REPORT_CHARS = MESSAGE_CHARS - 32  # where it is sent anew, its host's name stands before it
_SEEN_CHARS = 44
_SHORT_SEEN_CHARS = 24
_NAME_CHARS = 60
_DETAIL_CHARS = 300
_GAP = "  "
_INSTANT = re.compile(r"<t:(\d{1,11}):\w>")
_FENCE = "```"


def asking_card(words: Words, proposal: Proposal) -> Card:
    """Return the question before a check-up: what it tries, how many calls it pays, and what that costs."""
    start = CardButton(
        code=check_code(Press.CHECK_START, proposal.id), label=words.label(Press.CHECK_START), style="success"
    )
    drop = CardButton(code=check_code(Press.CHECK_DROP, proposal.id), label=words.label(Press.CHECK_DROP))
    return Card(content=lines(asking_lines(words, proposal)), controls=Controls(rows=((start, drop),)))


def asking_lines(words: Words, proposal: Proposal) -> list[str]:
    """Return what is to be known before saying yes, line by line."""
    steps = paid(proposal.steps)
    has_several = len({step.model for step in steps}) > 1
    named = dict.fromkeys(name_of(words, step, with_model=has_several) for step in steps)
    return [
        words.say(Say.CHECK_ASK, gateway=Raw(_plain(proposal.title, _NAME_CHARS)), calls=proposal.calls),
        cut(words.say(Say.CHECK_STEPS, steps=Raw(", ".join(named))), MESSAGE_CHARS // 2),
        _price_line(words, proposal),
    ]


def progress_card(words: Words, proposal: Proposal, started: Started | None, *, is_stopping: bool) -> Card:
    """Return the card of a running check-up."""
    first = started or Started(step=proposal.steps[0], number=1, of=len(proposal.steps))
    told = [progress_line(words, proposal.title, first)]
    if is_stopping:
        return Card(content=lines([*told, words.say(Say.CHECK_STOPPING)]))
    stop = CardButton(code=check_code(Press.CHECK_STOP, proposal.id), label=words.label(Press.CHECK_STOP))
    return Card(content=lines(told), controls=Controls(rows=((stop,),)))


def progress_line(words: Words, title: str, started: Started) -> str:
    """Return which step of how many is under way."""
    return words.say(
        Say.CHECK_RUNNING,
        gateway=Raw(_plain(title, _NAME_CHARS)),
        number=started.number,
        of=started.of,
        step=Raw(name_of(words, started.step)),
    )


def report_card(words: Words, report: Report) -> Card:
    """Return the end of a check-up: the table in a code block, attached as a text where it does not fit whole."""
    head, notes = heading(words, report), notes_of(words, report)
    whole = "\n".join([head, _block(table(words, report.results, seen_chars=_SEEN_CHARS)), *notes])
    has_cut = any(length(seen_of(words, result)) > _SEEN_CHARS for result in report.results)
    if length(whole) <= _REPORT_CHARS and not has_cut:
        return Card(content=whole)
    file = TextFile(name=f"check-{report.folder.name}.txt", text=report_text(words, report))
    kept = [words.say(Say.CHECK_TABLE_ATTACHED), *_essential(words, report)]
    for seen_chars in (_SEEN_CHARS, _SHORT_SEEN_CHARS, 0):
        block = _block(table(words, report.results, seen_chars=seen_chars))
        content = "\n".join([head, block, *kept])
        if length(content) <= _REPORT_CHARS:
            return Card(content=content, files=(file,))
    return Card(content=lines([head, *kept]), files=(file,))


def report_text(words: Words, report: Report) -> str:
    """Return everything of a check-up as plain text."""
    told = [heading(words, report), "", table(words, report.results), "", *notes_of(words, report)]
    return unmarked("\n".join([*told, ""]))


def heading(words: Words, report: Report) -> str:
    """Return how far a check-up came, and how much works."""
    works = sum(result.verdict is Verdict.WORKS for result in report.results)
    accepted = sum(result.verdict is Verdict.ACCEPTED for result in report.results)
    title, done = Raw(_plain(report.title, _NAME_CHARS)), len(report.results)
    say = Say.CHECK_OVER_ACCEPTED if accepted else Say.CHECK_OVER
    told = [words.say(say, gateway=title, done=done, of=report.of, works=works, accepted=accepted)]
    if report.is_broken_off:
        told.append(words.say(Say.CHECK_BROKEN_OFF))
    elif report.was_cut:
        told.append(words.say(Say.CHECK_CUT))
    elif report.was_stopped:
        told.append(words.say(Say.CHECK_STOPPED))
    return " ".join(told)


def notes_of(words: Words, report: Report) -> list[str]:
    """Return what stands under the table: money, differences, what was learned, hints, and where the pictures lie."""
    learned = ", ".join(_learned(words, fact) for fact in report.learned)
    return [
        *_differences(words, report),
        *([words.say(Say.CHECK_LEARNED, facts=Raw(_plain(learned, 2 * _DETAIL_CHARS)))] if learned else []),
        *(words.say(Say.CHECK_HINT, hint=Raw(_plain(hint, _DETAIL_CHARS))) for hint in report.hints),
        *_essential(words, report),
    ]


def table(words: Words, results: Sequence[Result], *, seen_chars: int | None = None) -> str:
    """Return the steps as a table of plain text; what was seen is cut to `seen_chars` (None: whole, 0: left out)."""
    has_several = len({result.step.model for result in results}) > 1
    head = [words.say(say) for say in (Say.CHECK_STEP, Say.CHECK_VERDICT)]
    head += [words.say(Say.CHECK_SECONDS), words.say(Say.CHECK_COST), words.say(Say.CHECK_SEEN)]
    rows = [head]
    for result in results:
        seen = seen_of(words, result)
        rows.append(
            [
                name_of(words, result.step, with_model=has_several),
                words.verdict(result.verdict),
                "" if result.seconds is None else f"{result.seconds:.1f}",
                _cost(words, result),
                seen if seen_chars is None else cut(seen, seen_chars) if seen_chars else "",
            ]
        )
    return _aligned(rows)


def result_line(words: Words, result: Result) -> str:
    """Return one finished step on a line of plain text, for a terminal."""
    seconds = "" if result.seconds is None else f"{result.seconds:.1f} s"
    parts = (words.verdict(result.verdict), seen_of(words, result), seconds, _cost(words, result))
    return ", ".join(filter(None, parts))


def name_of(words: Words, step: Step, *, with_model: bool = False) -> str:
    """Return a step's name; one of another dialect than images, or among several models, says so."""
    before = f"{_plain(step.model, _NAME_CHARS)} " if with_model and step.plan else ""  # the free look is of all
    dialect = "" if step.dialect == "images" or step.plan is None else f"{step.dialect} "
    return f"{before}{dialect}{words.trial(step.trial, step.value)}"


def seen_of(words: Words, result: Result) -> str:
    """Return everything that was seen of a step's answer as one line of plain text."""
    seen = [words.sight(one) for one in result.seen]
    if result.failure is not None:
        what = words.what(result.failure)
        detail = str(result.failure.facts.get("detail") or result.failure.facts.get("said") or "")
        seen += [what if not detail or detail in what else f"{what} {detail}"]
    return _plain("; ".join(one.rstrip(".") for one in seen), _DETAIL_CHARS)


def unmarked(text: str) -> str:
    """Return a sentence for a terminal or a file: without what Discord reads as markdown."""
    return text.replace("**", "").replace("`", "")


def gateways_card(words: Words, states: Iterable[GatewayState]) -> Card:
    """Return how every gateway is doing; what does not fit whole is attached."""
    told = ["\n".join(_state(words, state)) for state in states]
    whole = "\n\n".join(told)
    if length(whole) <= MESSAGE_CHARS:
        return Card(content=whole)
    return Card(content=lines(told), files=(TextFile(name="gateways.txt", text=unmarked(whole)),))


def _state(words: Words, state: GatewayState) -> list[str]:
    record = state.record
    models = ", ".join(quoted(offer.model, _NAME_CHARS) + f" ({offer.dialect})" for offer in state.offers)
    failed = ", ".join(f"{quoted(reason.value, _NAME_CHARS)} {count}" for reason, count in record.failures.items())
    title, slug = Raw(_plain(state.title, _NAME_CHARS)), state.slug
    speed = (
        words.say(Say.GATEWAY_NO_SPEED)
        if record.usual_s is None
        else words.say(Say.GATEWAY_SPEED, usual_s=record.usual_s)
    )
    calls = (
        words.say(Say.GATEWAY_FAILURES, calls=record.calls, failures=Raw(failed))
        if failed
        else words.say(Say.GATEWAY_NO_FAILURES, calls=record.calls)
    )
    day, month = (Raw(_sum(words, spent)) for spent in (record.spent_day, record.spent_month))
    unsure = words.say(Say.GATEWAY_UNSURE, day=record.unsure_day, month=record.unsure_month)
    return [
        words.say(Say.GATEWAY_LINE, gateway=title, slug=slug, state=Raw(_standing(words, state))),
        words.say(Say.GATEWAY_MODELS, models=Raw(models)),
        speed,
        calls,
        words.say(Say.GATEWAY_SPENT, day=day, month=month),
        *([unsure] if record.unsure_month else ()),
    ]


def _standing(words: Words, state: GatewayState) -> str:
    checked = words.say(Say.GATEWAY_CHECKED)
    if state.rest is None:
        return checked if state.is_checked else words.say(Say.GATEWAY_READY)
    until = state.rest.facts.get("until_at")
    if not isinstance(until, int | float):
        return words.say(Say.GATEWAY_RESTING)
    return words.say(Say.GATEWAY_RESTING_UNTIL, until=timestamp(datetime.fromtimestamp(until, UTC)))


def _price_line(words: Words, proposal: Proposal) -> str:
    if not _says_something(proposal.price, proposal.unpriced):
        return words.say(Say.CHECK_UNPRICED)
    price = Raw(_sum(words, proposal.price))
    if proposal.unpriced:
        return words.say(Say.CHECK_PRICE_SOME, price=price, unpriced=proposal.unpriced)
    return words.say(Say.CHECK_PRICE, price=price)


def _differences(words: Words, report: Report) -> list[str]:
    if not report.differences:
        if report.was_stopped or report.is_broken_off:
            return []
        return [words.say(Say.CHECK_UNTRIED if report.has_untried else Say.CHECK_NO_DIFFERENCE)]
    return [words.say(Say.CHECK_DIFFERENCES), *(f"- {_difference(words, result)}" for result in report.differences)]


def _difference(words: Words, result: Result) -> str:
    step, capability = Raw(name_of(words, result.step)), result.capability
    verdict = Raw(words.verdict(result.verdict))
    if not capability:
        return words.say(Say.CHECK_DIFFERENCE_PLAIN, step=step, verdict=Raw(seen_of(words, result)))
    if result.verdict is Verdict.UNKNOWN:
        return words.say(Say.CHECK_DIFFERENCE_UNKNOWN, step=step, capability=capability)
    if result.step.is_offered:
        return words.say(Say.CHECK_DIFFERENCE_LESS, step=step, capability=capability, verdict=verdict)
    return words.say(Say.CHECK_DIFFERENCE_MORE, step=step, capability=capability)


def _says_something(prices: Sequence[Price], unpriced: int) -> bool:
    """Say whether a sum is worth naming: one of nothing tells nothing while other prices are unknown."""
    return any(price.micros for price in prices) or (bool(prices) and not unpriced)


def _essential(words: Words, report: Report) -> list[str]:
    told = list[str]()
    if _says_something(report.spent, report.unpriced):
        told.append(words.say(Say.CHECK_SPENT, price=Raw(_sum(words, report.spent))))
    elif not (report.unpriced or report.unsure):
        told.append(words.say(Say.CHECK_SPENT_NOTHING))
    if report.unpriced:
        told.append(words.say(Say.CHECK_SPENT_UNPRICED, unpriced=report.unpriced))
    if report.unsure:
        told.append(words.say(Say.CHECK_UNSURE, unsure=report.unsure))
    return [*told, words.say(Say.CHECK_PICTURES, folder=Raw(f"`{report.folder}`"))]


def _learned(words: Words, fact: Learned) -> str:
    """Return what was learned: a word of several that works or is refused, a switch, or a limit."""
    say, word = Say.CHECK_LEARNED_IS, str(fact.value)
    if isinstance(fact.value, bool):
        word = word.lower()  # as configurations write it
    if isinstance(fact.value, str):
        say = Say.CHECK_LEARNED_WITH if word.startswith("+") else Say.CHECK_LEARNED_WITHOUT
    named = {"model": Raw(fact.model), "capability": Raw(fact.capability), "word": Raw(word.removeprefix("+"))}
    return words.say(say, **named)


def _cost(words: Words, result: Result) -> str:
    if result.step.plan is None or result.verdict is Verdict.SKIPPED:
        return ""
    match result.billed:
        case Billed.NO:
            return words.say(Say.CHECK_COST_NOTHING)
        case Billed.UNKNOWN:
            return words.say(Say.CHECK_COST_UNSURE)
        case Billed.YES:
            return words.price(result.cost) if result.cost else words.say(Say.CHECK_COST_UNKNOWN)


def _sum(words: Words, prices: Sequence[Price]) -> str:
    return " + ".join(words.price(price) for price in prices) or words.say(Say.GATEWAY_SPENT_NOTHING)


def _plain(text: str, limit: int) -> str:
    """Return text of a host or a gateway as one line in which nothing acts on what stands around it.

    A code block shows no reader's own time, so instants are those of UTC.
    """
    timed = _INSTANT.sub(lambda found: f"{datetime.fromtimestamp(int(found[1]), UTC):%H:%M:%S} UTC", text)
    return one_line(timed.replace("`", "").replace("*", ""), limit)


def _block(text: str) -> str:
    return f"{_FENCE}\n{text}\n{_FENCE}"


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return "\n".join(
        _GAP.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
