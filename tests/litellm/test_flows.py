"""Every flow test is run through LiteLLM, or the reason why not is written down."""

from pathlib import Path

from tests.litellm.differences import FLOWS, FLOWS_LEFT_OUT

HERE = Path(__file__).parent


def test_every_module_of_flow_tests_is_run_here_or_left_out_with_a_reason() -> None:
    flows = {path.stem for path in (HERE.parent / "flow").glob("test_*.py")}
    here = {path.stem for path in HERE.glob("test_*.py")}
    assert flows - here == set(FLOWS_LEFT_OUT)


def test_every_difference_names_a_flow_test() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (HERE.parent / "flow").glob("test_*.py"))
    assert [name for name in FLOWS if f"def {name}(" not in source] == []
