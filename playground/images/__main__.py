"""Runs the local image gateway by itself: `python -m playground.images`."""

import argparse
import asyncio
from contextlib import suppress
from pathlib import Path

from playground.images.server import LocalImages


def main() -> None:
    """Serve until interrupted, after printing the base URL and the key."""
    parser = argparse.ArgumentParser(prog="python -m playground.images", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: a free one)")
    parser.add_argument("--latency-s", type=float, default=0.0, help="seconds each answer takes beside the painting")
    parser.add_argument("--spec", type=Path, help="OpenAPI description of the Images API to check against")
    given = parser.parse_args()
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(given.port, given.latency_s, given.spec))


async def _serve(port: int, latency_s: float, spec: Path | None) -> None:
    async with LocalImages(port=port, latency_s=latency_s, spec=spec) as images:
        print(f"base URL  {images.base_url}\nkey       {images.api_key}", flush=True)  # noqa: T201 - its product
        await asyncio.Event().wait()


if __name__ == "__main__":
    main()
