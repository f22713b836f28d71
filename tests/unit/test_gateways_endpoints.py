from contextlib import suppress

import pytest
from hypothesis import given, strategies as st

from bot.errors import ConfigurationError
from bot.gateways.endpoints import Endpoints, exactly, understand

BASE = "https://gateway.example/v1"


def three(endpoints: Endpoints) -> tuple[str, str, str]:
    return str(endpoints.generations), str(endpoints.edits), str(endpoints.models)


def under(base: str, query: str = "") -> tuple[str, str, str]:
    return f"{base}/images/generations{query}", f"{base}/images/edits{query}", f"{base}/models{query}"


def test_a_whole_base_url_is_used_as_it_stands_without_a_word() -> None:
    endpoints = understand(BASE)
    assert three(endpoints) == under(BASE)
    assert endpoints.notes == ()


@pytest.mark.parametrize(
    ("given", "base"),
    [
        (f"{BASE}/", BASE),
        (f"  {BASE}//  ", BASE),
        ("https://gateway.example:8443/v1", "https://gateway.example:8443/v1"),
        ("https://gateway.example/api/v1", "https://gateway.example/api/v1"),
        ("https://gateway.example/v1beta/openai", "https://gateway.example/v1beta/openai"),
        ("https://gateway.example/a%2Fb/v1", "https://gateway.example/a%2Fb/v1"),
        ("http://127.0.0.1:8000/v1", "http://127.0.0.1:8000/v1"),
        ("http://[::1]:8000/v1", "http://[::1]:8000/v1"),
    ],
)
def test_usual_addresses_need_no_note(given: str, base: str) -> None:
    endpoints = understand(given)
    assert three(endpoints) == under(base)
    assert endpoints.notes == ()


@pytest.mark.parametrize(
    ("given", "base"),
    [
        ("https://gateway.example", "https://gateway.example/v1"),
        ("https://gateway.example/", "https://gateway.example/v1"),
        ("https://gateway.example/openai/", "https://gateway.example/openai/v1"),
    ],
)
def test_a_missing_version_is_added_and_said(given: str, base: str) -> None:
    endpoints = understand(given)
    assert three(endpoints) == under(base)
    [note] = endpoints.notes
    assert "no version" in note
    assert "#" in note


@pytest.mark.parametrize(
    "named",
    [
        "/images/generations",
        "/images/edits",
        "/images/",
        "/images/generations/",
        "/chat/completions",
        "/responses",
        "/models",
    ],
)
def test_an_endpoint_is_cut_back_to_its_base_and_said(named: str) -> None:
    endpoints = understand(BASE + named)
    assert three(endpoints) == under(BASE)
    [note] = endpoints.notes
    assert named.rstrip("/") in note


def test_an_endpoint_without_a_version_is_understood_twice() -> None:
    endpoints = understand("https://gateway.example/images/generations")
    assert three(endpoints) == under(BASE)
    assert len(endpoints.notes) == 2


def test_a_query_stays_on_every_endpoint() -> None:
    endpoints = understand(f"{BASE}/?api-version=2026-10-01&region=eu")
    assert three(endpoints) == under(BASE, "?api-version=2026-10-01&region=eu")


@pytest.mark.parametrize(
    ("exact", "expected"),
    [
        (
            "https://gateway.example/paint/generations#",
            (
                "https://gateway.example/paint/generations",
                "https://gateway.example/paint/edits",
                "https://gateway.example/paint/models",
            ),
        ),
        (
            "https://gateway.example/images/generations#",
            (
                "https://gateway.example/images/generations",
                "https://gateway.example/images/edits",
                "https://gateway.example/models",
            ),
        ),
        (
            "https://gateway.example/v9/images/edits#",
            (
                "https://gateway.example/v9/images/generations",
                "https://gateway.example/v9/images/edits",
                "https://gateway.example/v9/models",
            ),
        ),
        (
            "https://gateway.example/draw?key=1#",
            (
                "https://gateway.example/draw?key=1",
                "https://gateway.example/edits?key=1",
                "https://gateway.example/models?key=1",
            ),
        ),
    ],
)
def test_a_trailing_hash_makes_it_exact_and_its_siblings_follow(exact: str, expected: tuple[str, str, str]) -> None:
    endpoints = understand(exact)
    assert three(endpoints) == expected
    assert any("exactly" in note for note in endpoints.notes)


@pytest.mark.parametrize(
    ("given", "chat", "responses"),
    [
        (BASE, f"{BASE}/chat/completions", f"{BASE}/responses"),
        (f"{BASE}/images/edits", f"{BASE}/chat/completions", f"{BASE}/responses"),
        (f"{BASE}/responses", f"{BASE}/chat/completions", f"{BASE}/responses"),
        ("https://gateway.example", f"{BASE}/chat/completions", f"{BASE}/responses"),
        (f"{BASE}?a=1", f"{BASE}/chat/completions?a=1", f"{BASE}/responses?a=1"),
        (
            "https://gateway.example/images/generations#",
            "https://gateway.example/chat/completions",
            "https://gateway.example/responses",
        ),
        (
            "https://gateway.example/draw#",
            "https://gateway.example/chat/completions",
            "https://gateway.example/responses",
        ),
    ],
)
def test_every_base_url_has_a_chat_and_a_responses_endpoint(given: str, chat: str, responses: str) -> None:
    endpoints = understand(given)
    assert (str(endpoints.chat), str(endpoints.responses)) == (chat, responses)


@pytest.mark.parametrize("exact", ["chat/completions", "responses", "models"])
def test_an_exact_endpoint_of_another_kind_is_used_and_its_siblings_follow(exact: str) -> None:
    endpoints = understand(f"https://gateway.example/paint/{exact}#")
    assert three(endpoints) == under("https://gateway.example/paint")
    assert str(endpoints.chat) == "https://gateway.example/paint/chat/completions"
    assert str(endpoints.responses) == "https://gateway.example/paint/responses"


def test_endpoints_given_one_by_one_are_used_as_they_stand() -> None:
    endpoints = exactly(understand(BASE), {"edits": "https://other.example/fix", "chat": "http://[::1]/talk?a=1"}, "x")
    assert str(endpoints.edits) == "https://other.example/fix"
    assert str(endpoints.chat) == "http://[::1]/talk?a=1"
    assert endpoints.generations == understand(BASE).generations


def test_an_endpoint_that_is_no_address_is_refused_by_name_and_never_repeated() -> None:
    with pytest.raises(ConfigurationError, match="gateway x, endpoints") as refused:
        exactly(understand(BASE), {"edits": "sk-canary here"}, "gateway x, endpoints.")
    assert "endpoints.edits" in refused.value.problems[0]
    assert "sk-canary" not in refused.value.problems[0]


@pytest.mark.parametrize(
    ("given", "base"),
    [
        ("gateway.example/v1", "https://gateway.example/v1"),
        ("localhost:4000/v1", "http://localhost:4000/v1"),
        ("127.0.0.1:4000/v1", "http://127.0.0.1:4000/v1"),
        ("10.0.0.7/v1", "http://10.0.0.7/v1"),
        ("gateway:3000/v1", "http://gateway:3000/v1"),  # a neighbour in a container network
    ],
)
def test_a_missing_scheme_is_added_and_said(given: str, base: str) -> None:
    endpoints = understand(given)
    assert three(endpoints) == under(base)
    assert any("no scheme" in note for note in endpoints.notes)


def test_an_unencrypted_address_on_the_internet_is_warned_about_and_one_nearby_is_not() -> None:
    [note] = understand("http://gateway.example/v1").notes
    assert "not encrypted" in note
    assert understand("http://192.168.1.5:3000/v1").notes == ()


@pytest.mark.parametrize(
    "wrong",
    ["", "#", "https://", "ftp://gateway.example/v1", "file:///etc/passwd", "https://gateway.example:99999/v1",
     "https://gate way.example/v1", "https://gateway.example/v1 sk-secret", "http:///v1", "https://[::1/v1"],
)  # fmt: skip
def test_what_is_no_web_address_is_refused_with_the_fix(wrong: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        understand(wrong)
    [problem] = refused.value.problems
    assert "IMAGES_BASE_URL" in problem
    assert "https://api.openai.com/v1" in problem
    assert "sk-secret" not in problem


@pytest.mark.parametrize(
    "wrong",
    [
        "https://me:hunter2@a.example/v1",
        "https://sk-hunter2@a.example/v1",
        "https://a.example/v1?key=sk-hunter2-0123456789",
    ],
)
def test_a_password_in_the_address_is_refused_and_never_repeated(wrong: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        understand(wrong)
    [problem] = refused.value.problems
    assert "IMAGES_API_KEY" in problem
    assert "hunter2" not in problem


@pytest.mark.parametrize(
    "pasted",
    ["sk-secret0123456789abcdef", "https://sk-secret0123456789abcdef/v1", "gsk_secret0123456789abcdef",
     "eyJsecretABCDEF.eyJpZCI6.c2ln", "AIzasecret0123456789abcdef", "0123456789abcdef0123456789secret", "secret-word"],
)  # fmt: skip
def test_a_key_in_place_of_the_address_is_refused_and_never_repeated(pasted: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        understand(pasted)
    [problem] = refused.value.problems
    assert problem.startswith("IMAGES_BASE_URL ")
    assert "https://api.openai.com/v1" in problem
    assert "secret" not in problem


@pytest.mark.parametrize(
    "address",
    ["https://gateway.example/secret/x?key=secret", "gateway.example/secret?key=secret",
     "http://gateway.example/v1/secret?key=secret#", "https://gateway.example/secret/images/edits?key=secret"],
)  # fmt: skip
def test_notes_never_repeat_path_or_query(address: str) -> None:
    notes = understand(address).notes
    assert notes
    assert "secret" not in " ".join(notes)


def test_what_follows_a_hash_is_refused_with_the_fix() -> None:
    with pytest.raises(ConfigurationError, match=r"IMAGES_BASE_URL goes on after a #\. Remove what follows it"):
        understand(f"{BASE}#secret")


@given(st.text(max_size=60))
def test_any_text_is_understood_or_refused_as_a_setting(text: str) -> None:
    with suppress(ConfigurationError):
        assert all(url.startswith(("http://", "https://")) for url in three(understand(text)))
