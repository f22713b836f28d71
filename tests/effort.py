"""How hard the tests that try things at random try: `EASEL_FUZZ=100` makes each of them a hundred times as long."""

import os

EFFORT = int(os.getenv("EASEL_FUZZ", "1"))
