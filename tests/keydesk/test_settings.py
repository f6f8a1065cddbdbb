"""Settings: which file and which variable wins, and what is said of a bad one."""

import os
from ipaddress import ip_network
from pathlib import Path

import pytest

from core.rules.errors import UnfitPlace
from keydesk.options import GlobalOptions, Theme
from keydesk.settings import Places, Settings, load, usual_places

KEYS = (
    "the keys are database, theme, clipboard, clear_after, mouse, proxy.trusted, proxy.client_cert, "
    "proxy.client_cert_header, mtls.ca, jwt.accept_token_endpoint_audience, expiring.thresholds."
)
FORMS = '"rfc9440" or "escaped-pem".'
FIELD = 'the name of a header field, such as "Client-Cert", and of none with another meaning, such as Authorization.'
DAYS = "a list of whole days from 1 to 730, each smaller than the one before, such as [30, 14, 3]."
NETWORKS = 'a list of addresses and networks, such as ["10.0.0.7", "10.1.0.0/16"].'


@pytest.fixture
def places(tmp_path: Path) -> Places:
    for name in ("etc", "own", "data"):
        (tmp_path / name).mkdir()
    return Places((tmp_path / "etc/config.toml", tmp_path / "own/config.toml"), tmp_path / "data/keydesk.db")


def loaded(places: Places, options: GlobalOptions | None = None, **environ: str) -> Settings:
    return load(options or GlobalOptions(), environ, places)


def test_defaults_hold_where_nobody_has_said_anything(places: Places) -> None:
    assert loaded(places) == Settings(str(places.database), Theme.DARK, "auto", 45, True)


def test_the_operators_own_file_overrides_the_systems_key_by_key(places: Places) -> None:
    system, own = places.configurations
    system.write_text('database = "/srv/keydesk.db"\ntheme = "ansi"\nclear_after = 0')
    own.write_text('theme = "dark"\nclipboard = "osc52"\nmouse = false')
    assert loaded(places) == Settings("/srv/keydesk.db", Theme.DARK, "osc52", 0, False)


def test_keydesk_config_stands_alone(places: Places, tmp_path: Path) -> None:
    places.configurations[0].write_text('theme = "ansi"')
    alone = tmp_path / "alone.toml"
    alone.write_text("clear_after = 5")
    assert loaded(places, KEYDESK_CONFIG=str(alone)) == Settings(str(places.database), clear_after=5)
    assert loaded(places, KEYDESK_CONFIG=os.devnull) == Settings(str(places.database))
    assert loaded(places, KEYDESK_CONFIG="").theme is Theme.ANSI


def test_the_option_wins_over_the_variable_and_that_over_the_file(places: Places) -> None:
    places.configurations[1].write_text('database = "/file.db"\ntheme = "dark"')
    assert loaded(places).database == "/file.db"
    assert loaded(places, KEYDESK_DATABASE="variable.db").database == "variable.db"
    given = GlobalOptions(database="option.db", theme=Theme.ANSI, no_mouse=True)
    assert loaded(places, given, KEYDESK_DATABASE="variable.db") == Settings("option.db", Theme.ANSI, mouse=False)


def test_a_relative_path_in_a_file_starts_at_the_file(places: Places) -> None:
    places.configurations[1].write_text('database = "keydesk.db"')
    assert loaded(places).database == str(places.configurations[1].parent / "keydesk.db")


@pytest.mark.parametrize("kind", ["sqlite:///", "sqlite+pysqlite:///"])
def test_a_relative_path_in_an_sqlite_url_starts_at_the_file_too(places: Places, kind: str) -> None:
    file = places.configurations[1]
    for path, expected in (("data/x.db", f"{file.parent}/data/x.db"), ("/srv/x.db", "/srv/x.db"), ("~/x.db", "~/x.db")):
        file.write_text(f'database = "{kind}{path}"')
        assert loaded(places).database == f"{kind}{expected}"
    file.write_text(f'database = "{kind}"')
    assert loaded(places).database == kind, "no file at all, which is refused later"


def test_a_tilde_is_the_home_directory(places: Places) -> None:
    places.configurations[1].write_text('database = "~/keydesk.db"')
    assert loaded(places).database == str(Path("~/keydesk.db").expanduser())


def test_a_url_stays_as_it_is(places: Places) -> None:
    places.configurations[1].write_text('database = "postgresql://db/keydesk"')
    assert loaded(places).database == "postgresql://db/keydesk"


def test_trusted_proxies_are_addresses_and_networks_of_both_kinds(places: Places) -> None:
    places.configurations[0].write_text('[proxy]\ntrusted = ["192.0.2.1"]')
    assert loaded(places).trusted == (ip_network("192.0.2.1/32"),)
    places.configurations[1].write_text('[proxy]\ntrusted = ["10.0.0.0/8", "2001:db8::7"]')
    assert loaded(places).trusted == (ip_network("10.0.0.0/8"), ip_network("2001:db8::7/128"))
    assert loaded(places, KEYDESK_CONFIG=os.devnull).trusted == ()


def test_thresholds_are_thirty_fourteen_and_three_days_or_as_configured(places: Places) -> None:
    assert loaded(places).thresholds == (30, 14, 3)
    places.configurations[0].write_text("[expiring]\nthresholds = [60, 7]")
    assert loaded(places).thresholds == (60, 7)
    places.configurations[1].write_text("expiring.thresholds = [10]")
    assert loaded(places).thresholds == (10,)


def test_no_color_takes_the_terminals_colours(places: Places) -> None:
    assert loaded(places, GlobalOptions(theme=Theme.DARK), NO_COLOR="1").theme is Theme.ANSI
    assert loaded(places, NO_COLOR="").theme is Theme.DARK


def test_how_clients_may_authenticate_without_a_secret(places: Places) -> None:
    assert (loaded(places).client_cert, loaded(places).mtls_ca) == (None, None)
    assert (loaded(places).client_cert_header, loaded(places).accept_token_endpoint_audience) == ("Client-Cert", False)
    file = places.configurations[1]
    file.write_text(
        '[proxy]\nclient_cert = "escaped-pem"\nclient_cert_header = "X-Client-1"\n'
        '[mtls]\nca = "ca.pem"\n[jwt]\naccept_token_endpoint_audience = true\n'
    )
    read = loaded(places)
    assert (read.client_cert, read.client_cert_header) == ("escaped-pem", "X-Client-1")
    assert (read.mtls_ca, read.accept_token_endpoint_audience) == (str(file.parent / "ca.pem"), True)
    file.write_text('[mtls]\nca = "~/ca.pem"')
    assert loaded(places).mtls_ca == str(Path("~/ca.pem").expanduser())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('colour = "red"', f"there is no key “colour”; {KEYS}"),
        ("[proxy]\ncolour = 1", f"there is no key “proxy.colour”; {KEYS}"),
        ("proxy = 1", f"there is no key “proxy”; {KEYS}"),
        ('trusted = ["10.0.0.7"]', f"there is no key “trusted”; {KEYS}"),
        ('theme = "neon"', "theme must be dark or ansi."),
        ("theme = 1", "theme must be dark or ansi."),
        ("theme = []", "theme must be dark or ansi."),
        ('clipboard = "x11"', "clipboard must be one of auto, tmux, osc52, native, off."),
        ("clear_after = true", "clear_after must be whole seconds from 0 (never) to 86400."),
        ("clear_after = 4.5", "clear_after must be whole seconds from 0 (never) to 86400."),
        ("clear_after = -1", "clear_after must be whole seconds from 0 (never) to 86400."),
        ('mouse = "no"', "mouse must be true or false."),
        ('database = ""', "database must be a path or an SQLAlchemy URL."),
        ('database = "a\\u0000b"', "database must be a path or an SQLAlchemy URL."),
        ("database = 7", "database must be a path or an SQLAlchemy URL."),
        ('[proxy]\ntrusted = "10.0.0.7"', f"proxy.trusted must be {NETWORKS}"),
        ('[proxy]\ntrusted = ["gateway"]', f"proxy.trusted must be {NETWORKS}"),
        ('[proxy]\ntrusted = ["10.0.0.7/8"]', f"proxy.trusted must be {NETWORKS}"),
        ("[proxy]\ntrusted = [1]", f"proxy.trusted must be {NETWORKS}"),
        ("[proxy]\nclient_cert = true", f"proxy.client_cert must be {FORMS}"),
        ('[proxy]\nclient_cert = "pem"', f"proxy.client_cert must be {FORMS}"),
        ('[proxy]\nclient_cert_header = ""', f"proxy.client_cert_header must be {FIELD}"),
        ('[proxy]\nclient_cert_header = "A: b"', f"proxy.client_cert_header must be {FIELD}"),
        *(
            (f'[proxy]\nclient_cert_header = "{taken}"', f"proxy.client_cert_header must be {FIELD}")
            for taken in ("Authorization", "host", "X-Forwarded-For", "Content-Length", "CONNECTION")
        ),
        ("[proxy]\nclient_cert_header = 1", f"proxy.client_cert_header must be {FIELD}"),
        ("[mtls]\nca = 1", "mtls.ca must be the path of a file of certificates in PEM."),
        ('[mtls]\nca = ""', "mtls.ca must be the path of a file of certificates in PEM."),
        ("[mtls]\nkey = 1", f"there is no key “mtls.key”; {KEYS}"),
        ("[jwt]\naccept_token_endpoint_audience = 1", "jwt.accept_token_endpoint_audience must be true or false."),
        ("[expiring]\nthresholds = 30", f"expiring.thresholds must be {DAYS}"),
        ("[expiring]\nthresholds = []", f"expiring.thresholds must be {DAYS}"),
        ("[expiring]\nthresholds = [30, true]", f"expiring.thresholds must be {DAYS}"),
        ("[expiring]\nthresholds = [30, 0]", f"expiring.thresholds must be {DAYS}"),
        ("[expiring]\nthresholds = [731]", f"expiring.thresholds must be {DAYS}"),
        ("[expiring]\nthresholds = [3, 14, 30]", f"expiring.thresholds must be {DAYS}"),
        ("[expiring]\nthresholds = [14, 14]", f"expiring.thresholds must be {DAYS}"),
        ("[expiring]\ndays = [14]", f"there is no key “expiring.days”; {KEYS}"),
    ],
)
def test_a_bad_value_names_file_and_key(places: Places, text: str, sentence: str) -> None:
    places.configurations[1].write_text(text)
    with pytest.raises(UnfitPlace) as refused:
        loaded(places)
    assert refused.value.sentence == f"{places.configurations[1]}: {sentence}"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"theme = ", "is not TOML"),
        (b"a = [[" * 40, "is not TOML"),
        (b'theme = "\xff"', "is not UTF-8, as TOML must be."),
    ],
)
def test_a_file_that_is_no_toml_is_named(places: Places, content: bytes, words: str) -> None:
    places.configurations[0].write_bytes(content)
    with pytest.raises(UnfitPlace) as refused:
        loaded(places)
    assert refused.value.sentence.startswith(f"{places.configurations[0]} {words}")


def test_a_configuration_that_is_no_file_is_not_waited_for(places: Places) -> None:
    os.mkfifo(places.configurations[0])
    with pytest.raises(UnfitPlace, match="is not a regular file"):
        loaded(places)


def test_a_named_configuration_must_be_there(places: Places, tmp_path: Path) -> None:
    with pytest.raises(UnfitPlace, match="does not exist; KEYDESK_CONFIG names it"):
        loaded(places, KEYDESK_CONFIG=str(tmp_path / "missing.toml"))


def test_a_dangling_link_is_not_taken_for_no_configuration(places: Places) -> None:
    places.configurations[1].symlink_to("gone.toml")
    with pytest.raises(UnfitPlace, match=r"cannot be read: No such file or directory\."):
        loaded(places)


def test_an_unknown_home_is_said(places: Places) -> None:
    with pytest.raises(UnfitPlace, match="has no home directory here"):
        loaded(places, KEYDESK_DATABASE="~nobody-of-this-name/keydesk.db")


def test_the_usual_places_are_the_systems_and_the_operators_own() -> None:
    usual = usual_places()
    assert [file.name for file in usual.configurations] == ["config.toml", "config.toml"]
    assert usual.configurations[0] == Path("/etc/keydesk/config.toml")
    assert usual.database.parts[-2:] == ("keydesk", "keydesk.db")


def test_the_repr_keeps_a_password_of_the_url() -> None:
    assert "geheim" not in repr(Settings("postgresql://keydesk:geheim@db/keydesk"))
