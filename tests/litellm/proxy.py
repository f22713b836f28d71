"""A LiteLLM proxy as a process of its own, on this machine only, in front of a local gateway that tests open later."""

import asyncio
import json
import socket
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiohttp

MASTER_KEY: Final = "sk-litellm-master"
UPSTREAM_KEY: Final = "sk-offline-preview"
MODEL: Final = "gpt-image-2"
STEADY: Final = "gpt-image-2-steady"
"""The same model for tests that provoke failures: never put aside after one, every retry switched off that can be."""
COOLING: Final = {name: f"gpt-image-2-after-{name}" for name in ("wrong_key", "model_unknown")}
"""The same model again, once for each failure of the upstream that makes LiteLLM put it aside."""

_READY_S: Final = 90.0
_GONE_S: Final = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A running proxy. Whoever wants it to answer opens a `LocalImages` on `upstream_port`."""

    origin: str
    upstream_port: int
    log: Path

    @property
    def base_url(self) -> str:
        """LiteLLM's own Images API, which rewrites requests and answers."""
        return f"{self.origin}/v1"

    @property
    def pass_through_url(self) -> str:
        """LiteLLM's pass-through to what OPENAI_API_BASE names."""
        return f"{self.origin}/openai/v1"


@contextmanager
def proxy_running(executable: Path, folder: Path) -> Generator[Proxy]:
    """Start a proxy, wait until it is ready, and end it, and nothing else, at the end.

    Errors: `RuntimeError` with what it wrote when it ends early or is not ready in time.
    """
    port, upstream_port = _free_ports(2)
    config, log = folder / "config.yaml", folder / "litellm.log"
    config.write_text(json.dumps(_config(upstream_port), indent=2))  # JSON is YAML
    proxy = Proxy(origin=f"http://127.0.0.1:{port}", upstream_port=upstream_port, log=log)
    command = [executable, "--config", config, "--host", "127.0.0.1", "--port", str(port), "--telemetry", "False"]
    with (
        log.open("wb") as output,
        subprocess.Popen(  # noqa: S603  # the program that the make target installed
            command, cwd=folder, env=_environment(folder, upstream_port), stdout=output, stderr=subprocess.STDOUT
        ) as process,
    ):
        try:
            asyncio.run(_until_ready(proxy, process))
            yield proxy
        finally:
            _end(process)


def _config(upstream_port: int) -> dict[str, object]:
    upstream = {
        "model": f"openai/{MODEL}",
        "api_base": f"http://127.0.0.1:{upstream_port}/v1",
        "api_key": UPSTREAM_KEY,
    }
    return {
        "model_list": [
            {"model_name": MODEL, "litellm_params": upstream},
            {
                "model_name": STEADY,
                "litellm_params": {**upstream, "max_retries": 0},
                "model_info": {"cooldown_time": 1e-6},  # under litellm_params it counts for generations only, not edits
            },
            *({"model_name": name, "litellm_params": upstream} for name in COOLING.values()),
        ],
        "router_settings": {"num_retries": 0},
        "litellm_settings": {"num_retries": 0, "telemetry": False},
        "general_settings": {"master_key": MASTER_KEY},
    }


def _environment(folder: Path, upstream_port: int) -> dict[str, str]:
    """Nothing of the developer's environment, no price list from the network, and the pass-through's upstream."""
    return {
        "HOME": str(folder),
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "DO_NOT_TRACK": "1",
        "NO_COLOR": "1",
        "PYTHONUNBUFFERED": "1",
        "OPENAI_API_BASE": f"http://127.0.0.1:{upstream_port}",
        "OPENAI_API_KEY": UPSTREAM_KEY,
    }


def _free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(one.getsockname()[1]) for one in held]
    for one in held:
        one.close()
    return ports


async def _until_ready(proxy: Proxy, process: subprocess.Popen[bytes]) -> None:
    async with aiohttp.ClientSession() as session:
        for _ in range(int(_READY_S / 0.1)):
            if process.poll() is not None:
                break
            try:
                async with session.get(f"{proxy.origin}/health/readiness") as answer:
                    if answer.ok:
                        return
            except aiohttp.ClientError:
                pass  # it is still starting
            await asyncio.sleep(0.1)
    raise RuntimeError(f"LiteLLM did not become ready:\n{proxy.log.read_text(errors='replace')}")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_GONE_S)
    except subprocess.TimeoutExpired:
        process.kill()
