"""The pictures in `screenshots/` show what the console draws now, and nothing that is a secret."""

import re
from collections.abc import Iterator
from difflib import unified_diff
from itertools import islice
from pathlib import Path

import pytest

import screenshots
from core.rules.views.client_secrets import IssuedSecret
from screenshots.scenes import WALKS
from screenshots.studio import Studio, name_of, studio
from screenshots.walking import Size, Walk

FOLDER = Path(screenshots.__file__).parent
TAKE_THEM_ANEW = "If that is as it should be: python -m screenshots, look at the pictures, and commit them."
SHOWN_LINES = 20

ROUNDS = [(walk, size) for walk in WALKS for size in walk.sizes]
AT_ONCE = ROUNDS[:1]
"""What is compared each time; the others are where there is time for them."""
NAMES = {name_of(scene, size) for walk, size in ROUNDS for scene in walk.scenes}


def _id(walk: Walk, size: Size) -> str:
    return name_of(walk.scenes[0], size) + "-and-on"


@pytest.fixture(scope="module")
def opened() -> Iterator[Studio]:
    with studio() as opened:
        yield opened


def difference(name: str, drawn: str) -> list[str]:
    """Return what differs between a picture and its file: each line is a text with its place and style."""
    file = FOLDER / f"{name}.svg"
    committed = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    lines = unified_diff(committed, drawn.splitlines(), f"{name}.svg as committed", "as drawn now", n=0, lineterm="")
    return list(islice(lines, SHOWN_LINES))


@pytest.mark.parametrize(
    ("walk", "size"),
    [pytest.param(*each, marks=[pytest.mark.slow] * (each not in AT_ONCE), id=_id(*each)) for each in ROUNDS],
)
async def test_committed_pictures_show_what_is_drawn_now(opened: Studio, walk: Walk, size: Size) -> None:
    found = [difference(name, drawn) async for name, drawn in opened.walk(walk, size)]
    differing = [lines for lines in found if lines]
    report = "\n".join(line for lines in differing for line in lines)
    assert not differing, f"{len(differing)} pictures are out of date.\n{TAKE_THEM_ANEW}\n{report}"


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_every_scene_has_its_files_and_every_file_its_scene(ending: str) -> None:
    assert {file.stem for file in FOLDER.glob(f"*.{ending}")} == NAMES, TAKE_THEM_ANEW


def values_in(svg: str) -> list[str]:
    """Return what looks like the value of a secret, or the beginning of one, in the texts of a picture."""
    return re.findall("kd_[0-9A-Za-z]{8}_[0-9A-Za-z]+", re.sub("<[^>]*>", "", svg))


def test_no_picture_holds_a_secret(issued: IssuedSecret) -> None:
    """A PNG is drawn from its SVG, whose texts can be read."""
    files = list(FOLDER.glob("*.svg"))
    assert {file.name: values_in(file.read_text(encoding="utf-8")) for file in files} == {
        file.name: [] for file in files
    }
    assert values_in(f"<text>{issued.value[:30]}</text><text>{issued.value[30:]}</text>") == [issued.value]


def test_pictures_of_the_shown_once_screen_keep_the_hint() -> None:
    shown = (FOLDER / "shown-once-80x24.svg").read_text(encoding="utf-8")
    assert re.search("kd_[0-9A-Za-z]{8}_•{49}<", shown)


def test_pictures_refer_to_nothing_outside() -> None:
    for file in FOLDER.glob("*.svg"):
        text = file.read_text(encoding="utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert not re.search(r"url\(|href|@import|@font-face|<script|src=", text), file.name
