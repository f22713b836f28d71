"""What the offline painter understands of a prompt."""

import pytest
from hypothesis import given, strategies as st

from playground.images.painting.palette import NAMED
from playground.images.painting.subjects import SUBJECTS
from playground.images.painting.vocabulary import BACKDROPS, CHANGES, STYLES, SUBJECTS as SUBJECT_WORDS, TIMES, WEATHERS
from playground.images.painting.words import THINGS_MAX, Mention, Reading, read


def each(words: dict[str, str]) -> list[tuple[str, str]]:
    return [(name, word.replace("_", " ")) for name, listed in words.items() for word in listed.split()]


@pytest.mark.parametrize(("name", "word"), each(dict(SUBJECT_WORDS)))
def test_every_word_for_a_thing_names_it(name: str, word: str) -> None:
    assert name in [mention.subject for mention in read(f"paint: {word}!").mentions]


@pytest.mark.parametrize(
    ("field", "name", "word"),
    [
        (field, name, word)
        for field, words in (
            ("backdrops", BACKDROPS),
            ("times", TIMES),
            ("weathers", WEATHERS),
            ("styles", STYLES),
            ("changes", CHANGES),
        )
        for name, word in each(dict(words))
    ],
)
def test_every_other_word_means_what_it_is_listed_for(field: str, name: str, word: str) -> None:
    assert name in getattr(read(f"so, {word}."), field)


def test_every_thing_with_a_word_can_be_drawn_and_has_one() -> None:
    assert set(SUBJECT_WORDS) == set(SUBJECTS)


@pytest.mark.parametrize(
    ("prompt", "mentions", "mood"),
    [
        ("a red fox", [Mention(subject="fox", color=NAMED["red"])], None),
        ("three small blue birds", [Mention(subject="bird", color=NAMED["blue"], count=3)], None),
        ("a cat and a red car", [Mention(subject="cat"), Mention(subject="car", color=NAMED["red"])], None),
        ("make it red", [], "red"),
        ("make the cat blue", [Mention(subject="cat", color=NAMED["blue"], is_known=True)], None),
        ("turn the car into gold", [Mention(subject="car", color=NAMED["gold"], is_known=True)], None),
        (
            "add a red hat to the cat",
            [Mention(subject="hat", color=NAMED["red"]), Mention(subject="cat", is_known=True)],
            None,
        ),
        ("a woman in a green dress", [Mention(subject="person", color=NAMED["green"])], None),
        ("红色的猫", [Mention(subject="cat", color=NAMED["red"])], None),
        ("把猫变成蓝色", [Mention(subject="cat", color=NAMED["blue"], is_known=True)], None),
        ("两只猫", [Mention(subject="cat", count=2)], None),
        ("a caterpillar scarred by carpets", [], None),
        ("a castle, all in purple", [Mention(subject="castle")], "purple"),
    ],
)
def test_colours_counts_and_articles_belong_to_their_thing(
    prompt: str, mentions: list[Mention], mood: str | None
) -> None:
    reading = read(prompt)

    assert list(reading.mentions) == mentions
    assert reading.mood == (None if mood is None else NAMED[mood])


def test_a_thing_named_twice_is_painted_once_and_keeps_its_colour() -> None:
    assert read("a cat, a very red cat").mentions == (Mention(subject="cat", color=NAMED["red"]),)


def test_words_without_meaning_say_nothing() -> None:
    assert read("the square root of three elephants") == Reading()
    assert read("hmm").says_nothing


@given(st.text(max_size=300))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    assert len(read(text).mentions) <= THINGS_MAX
