"""A secret in its forms, and in a file that only its owner can read."""

import json
import os
import resource
import shlex
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.rules.errors import Refusal
from core.rules.requests.client_secrets import NewSecret
from core.rules.views.applications import ApplicationView
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from tui.handout.new_file import own_directories
from tui.handout.secret_file import SecretForm, write_secret_file

NAME = "keydesk-test.env"


@pytest.fixture
def issued(services: Services, application: ApplicationView) -> IssuedSecret:
    return services.client_secrets.add(application.id, NewSecret())


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    here, home = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    home.mkdir()
    return here, home


@pytest.fixture
def somewhere(tmp_path: Path) -> Iterator[Path]:
    """A working directory of the test's own."""
    before = Path.cwd()
    os.chdir(tmp_path)
    yield tmp_path
    os.chdir(before)


@pytest.mark.parametrize("form", SecretForm)
def test_every_line_of_every_form_fits_eighty_columns(form: SecretForm, issued: IssuedSecret) -> None:
    lines = form.text(issued.client_id, issued.value).splitlines()
    assert max(map(len, lines)) <= 80


def test_forms_follow_each_other_in_a_ring() -> None:
    forms = [SecretForm.PLAIN]
    for _ in SecretForm:
        forms.append(forms[-1].following(80))
    assert forms == [*SecretForm, SecretForm.PLAIN]


@pytest.mark.parametrize("width", range(61, 85))
def test_only_forms_whose_lines_fit_follow(width: int, issued: IssuedSecret) -> None:
    for form in SecretForm:
        lines = form.text(issued.client_id, issued.value).splitlines()
        assert form.fits(width) == (max(map(len, lines)) <= width)
    assert SecretForm.PLAIN.following(width).fits(width)


@pytest.mark.parametrize("form", SecretForm)
@pytest.mark.parametrize("client_id", ["x\x1b]52;c;QUJD\x07", "$(id)", "é", "", "a\nb"])
def test_client_id_that_is_no_uuid_is_refused_in_every_form(
    form: SecretForm, client_id: str, issued: IssuedSecret
) -> None:
    with pytest.raises(Refusal, match="is no UUID") as refused:
        form.text(client_id, issued.value)
    assert issued.value not in str(refused.value)
    assert client_id not in refused.value.sentence or not client_id


def test_json_form_is_json(issued: IssuedSecret) -> None:
    text = SecretForm.JSON.text(issued.client_id, issued.value)
    assert json.loads(text) == {"client_id": issued.client_id, "client_secret": issued.value}


def test_environment_form_is_taken_by_a_shell(issued: IssuedSecret) -> None:
    text = SecretForm.ENV.text(issued.client_id, issued.value)
    script = f'{text}\nprintf "%s %s" "$CLIENT_ID" "$CLIENT_SECRET"'
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == f"{issued.client_id} {issued.value}"


def test_curl_form_keeps_the_secret_out_of_the_arguments(issued: IssuedSecret) -> None:
    text = SecretForm.CURL.text(issued.client_id, issued.value)
    command = next(line for line in text.splitlines() if line.startswith("curl"))
    assert "SECRET" not in command
    assert issued.value not in shlex.split(command)


def test_file_holds_the_environment_form_for_its_owner_only(issued: IssuedSecret, places: tuple[Path, Path]) -> None:
    before = os.umask(0)
    try:
        path = write_secret_file(NAME, places, issued)
    finally:
        os.umask(before)
    assert path == places[0] / NAME
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == SecretForm.ENV.text(issued.client_id, issued.value) + "\n"


def test_file_that_exists_is_left_as_it_is(issued: IssuedSecret, places: tuple[Path, Path]) -> None:
    (places[0] / NAME).write_text("mine")
    with pytest.raises(Refusal, match=r"^Rename or remove .* first: it exists already\.$"):
        write_secret_file(NAME, places, issued)
    assert (places[0] / NAME).read_text() == "mine"
    assert not (places[1] / NAME).exists()


def test_link_in_the_place_of_the_file_is_not_followed(issued: IssuedSecret, places: tuple[Path, Path]) -> None:
    (places[0] / NAME).symlink_to(places[1] / "elsewhere")
    with pytest.raises(Refusal):
        write_secret_file(NAME, places, issued)
    assert not (places[1] / "elsewhere").exists()


def test_directory_that_takes_no_file_gives_way_to_the_next(issued: IssuedSecret, places: tuple[Path, Path]) -> None:
    assert write_secret_file(NAME, (places[0] / "missing", places[1]), issued) == places[1] / NAME


def test_no_directory_that_takes_it_is_refused_without_the_value(issued: IssuedSecret, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="can be written to") as refused:
        write_secret_file(NAME, [tmp_path / "missing"], issued)
    assert issued.value not in str(refused.value)


def test_disk_that_fills_up_leaves_no_half_a_file(issued: IssuedSecret, places: tuple[Path, Path]) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40, before[1]))
    try:
        with pytest.raises(Refusal):
            write_secret_file(NAME, places, issued)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [list(place.iterdir()) for place in places] == [[], []]


def test_working_directory_comes_before_home(somewhere: Path) -> None:
    assert list(own_directories()) == [somewhere, Path.home()]


def test_working_directory_that_is_gone_is_passed_over(somewhere: Path) -> None:
    gone = somewhere / "gone"
    gone.mkdir()
    os.chdir(gone)
    gone.rmdir()
    assert list(own_directories()) == [Path.home()]
