"""The list of JWT trusts on 80 columns: rows that differ look unlike."""

from datetime import UTC, datetime

from core.rules.views.jwt_trusts import TrustKind, TrustView
from tui.columns.trusts import columns
from tui.widgets.table.columns import lay_out

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def trust(*, issuer: str | None = None, jwks_uri: str | None = None, subject: str | None = None) -> TrustView:
    return TrustView(
        id="1",
        kind=TrustKind.ISSUER if issuer else TrustKind.JWKS_URI,
        issuer=issuer,
        jwks_uri=jwks_uri,
        discovered=jwks_uri is None,
        subject=subject,
        audience=None,
        refresh_hours=24,
        description=None,
        keys=(),
        fetched_at=None,
        failed_at=None,
        failure=None,
        created_at=NOW,
        created_by="me",
        last_used_at=None,
        last_used_from=None,
        use_count=0,
    )


def line(row: TrustView, width: int) -> str:
    """Return the line of a row on a terminal of this width."""
    return "".join(cell.text for cell in lay_out(columns(lambda: NOW, lambda _: False), width).line(row)).strip()


def test_trusts_of_one_host_look_unlike() -> None:
    host = "https://login.corporation.example/realms"
    rows = [
        trust(issuer=f"{host}/production", subject="repo:invoices:main"),
        trust(issuer=f"{host}/staging", subject="repo:invoices:main"),
        trust(issuer=f"{host}/staging", subject="repo:invoices:next"),
        trust(jwks_uri=f"{host}/one/certs"),
        trust(jwks_uri=f"{host}/two/certs"),
    ]
    lines = [line(row, 80) for row in rows]
    assert len(set(lines)) == len(rows)
    assert lines[0].startswith("login.corpo…/production  repo:…:main  ")
    assert lines[3].startswith("login.corpo…s/one/certs  client ID    ")


def test_https_goes_without_saying_and_http_does_not() -> None:
    assert line(trust(issuer="https://login.example/realms/production"), 120).startswith(
        "login.example/realms/production "
    )
    assert line(trust(jwks_uri="http://127.0.0.1:9/keys"), 120).startswith("http://127.0.0.1:9/keys ")
