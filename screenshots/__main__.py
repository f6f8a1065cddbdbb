"""`python -m screenshots`: takes every picture anew, and removes those that no scene makes any more."""

import asyncio
from pathlib import Path

from screenshots.render import to_png
from screenshots.scenes import WALKS
from screenshots.studio import studio

HERE = Path(__file__).parent


async def take_all() -> dict[str, str]:
    """Return the SVG of every scene at each of its sizes, by the name of its files."""
    with studio() as opened:
        return {name: svg for walk in WALKS for size in walk.sizes async for name, svg in opened.walk(walk, size)}


def main() -> None:
    """Write the files."""
    pictures = asyncio.run(take_all())
    for name, svg in pictures.items():
        (HERE / f"{name}.svg").write_text(svg, encoding="utf-8")
        (HERE / f"{name}.png").write_bytes(to_png(svg))
    for file in [*HERE.glob("*.svg"), *HERE.glob("*.png")]:
        if file.stem not in pictures:
            file.unlink()
    print(f"{len(pictures)} pictures in {HERE.name}/")


if __name__ == "__main__":
    main()
