"""Rules about importing: arrows between rooms, and nothing happens when a module is imported."""

import json
import pkgutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

WATCH = """
import importlib, json, sys, threading
import filelock  # probes the temporary folder when it is imported; its own doing
strange = []
def hook(event, args):
    writes = event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+")
    if writes or event in {"socket.connect", "socket.bind", "subprocess.Popen", "os.mkdir", "sqlite3.connect"}:
        strange.append([event, str(args[0])])
sys.dont_write_bytecode = True
sys.addaudithook(hook)
for name in json.loads(sys.argv[1]):
    strange.clear()
    importlib.import_module(name)
    kept = [entry for entry in strange if "__pycache__" not in entry[1]]
    if kept or threading.active_count() > 1:
        print(name, kept, threading.enumerate())
"""


def _modules() -> list[str]:
    names = ["bot", "cogs", "playground"]
    for package in names[:3]:
        found = pkgutil.walk_packages([str(ROOT / package)], prefix=f"{package}.")
        names += [module.name for module in found if "migrations" not in module.name]
    return [name for name in names if not name.endswith("__main__")]


def test_arrows_between_rooms_point_one_way() -> None:
    # In a process of its own: the linter's logging switches off every logger that is there already.
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    done = subprocess.run([*command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  # our own interpreter
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_module_imports_without_an_environment_and_does_nothing(tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603  # our own interpreter and a script from this file
        [
            sys.executable,
            "-W",
            "error",
            "-W",
            "ignore:'audioop' is deprecated",  # discord.py's, on Python 3.11 and 3.12
            "-c",
            f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{WATCH}",
            json.dumps(_modules()),
        ],
        cwd=tmp_path,
        env={},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []
