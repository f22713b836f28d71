"""The table of `docs/gateways.md`, written from the cells that `test_profiles` carries out.

`python -m tests.contract.profile_table` prints it; what stands between the marks of the page is replaced by hand.
"""

from pathlib import Path
from typing import Final

from tests.contract.profile_cells import FEATURES, ROWS

PAGE: Final = Path(__file__).parents[2] / "docs" / "gateways.md"
BEGIN: Final = "<!-- the table: python -m tests.contract.profile_table -->\n"
END: Final = "<!-- the table ends -->\n"


def table() -> str:
    """Return the table in Markdown: a line for each feature, a column for each gateway."""
    head = ["", *(row.title for row in ROWS)]
    lines = [[feature.name, *(row.cells[feature.name].text for row in ROWS)] for feature in FEATURES]
    return "".join(f"| {' | '.join(line)} |\n" for line in [head, ["---"] * len(head), *lines])


def committed() -> str:
    """Return the table as the page has it."""
    return PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]


if __name__ == "__main__":
    print(table(), end="")  # noqa: T201  # its product
