from pathlib import Path

import pytest

from bot.errors import ConfigurationError
from bot.settings import IGNORED_ALOUD, Settings, ignored_aloud, load

CANARY = "sk-canary-0123456789abcdef"


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, field in Settings.model_fields.items():
        for spelling in {name.upper(), *(str(choice) for choice in getattr(field.validation_alias, "choices", ()))}:
            monkeypatch.delenv(spelling, raising=False)


def _from_file(folder: Path, text: str) -> Settings:
    path = folder / ".env"
    path.write_text(text, encoding="utf-8")
    return load(path)


def test_nothing_set_is_a_sound_configuration() -> None:
    settings = load(None)
    assert settings.discord_token is None
    assert settings.images_model == "gpt-image-2"
    assert settings.effective_database_url.startswith("sqlite+aiosqlite:///")


@pytest.mark.parametrize(
    ("line", "name", "value"),
    [
        ("IMAGES_OPENAI_API_BASE_URL=https://a.example/v1", "images_base_url", "https://a.example/v1"),
        ("OPENAI_BASE_URL=https://b.example/v1", "images_base_url", "https://b.example/v1"),
        ("IMAGE_GENERATION_MODEL=nano", "images_model", "nano"),
        ("IMAGE_SIZE=1024x1024", "images_size", "1024x1024"),
        ("DATA_DIR=/srv/easel", "data_dir", Path("/srv/easel")),
        ("HOST_USER_IDS=1, 2,3", "host_user_ids", frozenset({1, 2, 3})),
        (
            "MEDIA_ORIGINS=http://127.0.0.1:1/, https://x.example",
            "media_origins",
            frozenset({"http://127.0.0.1:1", "https://x.example"}),
        ),
        ("REPLY_OPENS_THREAD=false", "reply_opens_thread", False),
        ("WEB_PORT=", "web_port", None),
    ],
)
def test_a_line_of_the_file_is_read(tmp_path: Path, line: str, name: str, value: object) -> None:
    assert getattr(_from_file(tmp_path, line), name) == value


@pytest.mark.parametrize("name", ["IMAGES_API_KEY", "IMAGES_OPENAI_API_KEY", "OPENAI_API_KEY"])
def test_the_key_is_read_under_every_name_and_never_shown(tmp_path: Path, name: str) -> None:
    settings = _from_file(tmp_path, f"{name}={CANARY}")
    assert settings.images_api_key is not None
    assert settings.images_api_key.get_secret_value() == CANARY
    assert CANARY not in repr(settings)
    assert settings.secrets() == (CANARY,)


def test_our_own_name_wins_over_an_alias(tmp_path: Path) -> None:
    text = "OPENAI_BASE_URL=https://theirs.example/v1\nIMAGES_BASE_URL=https://ours.example/v1"
    assert _from_file(tmp_path, text).images_base_url == "https://ours.example/v1"


@pytest.mark.parametrize(
    ("line", "variable"),
    [
        ("MAX_WAITING=many", "MAX_WAITING"),
        ("MAX_WAITING=0", "MAX_WAITING"),
        (f"HOST_USER_IDS={CANARY}", "HOST_USER_IDS"),
        (f"MEDIA_ORIGINS={CANARY}", "MEDIA_ORIGINS"),
        (f"WEB_PORT={CANARY}", "WEB_PORT"),
        (f"LOG_LEVEL={CANARY}", "LOG_LEVEL"),
        (f"IMAGES_TOTAL_TIMEOUT_S={CANARY}", "IMAGES_TOTAL_TIMEOUT_S"),
    ],
)
def test_a_wrong_value_is_named_explained_and_not_repeated(tmp_path: Path, line: str, variable: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        _from_file(tmp_path, f"IMAGES_API_KEY={CANARY}\n{line}")
    (problem,) = caught.value.problems
    assert problem.startswith(f"{variable}: ")
    assert "Mend it" in problem
    assert CANARY not in problem
    assert caught.value.exit_code == 78
    assert caught.value.__cause__ is None


def test_every_problem_has_its_own_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        _from_file(tmp_path, "MAX_WAITING=x\nWEB_PORT=y\nLOG_LEVEL=z")
    assert len(caught.value.problems) == 3


def test_open_webuis_switches_are_heard_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(IGNORED_ALOUD[0], "true")
    assert ignored_aloud() == (IGNORED_ALOUD[0],)
