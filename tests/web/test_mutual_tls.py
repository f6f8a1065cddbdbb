"""Client authentication by certificate (RFC 8705), as a trusted proxy passes it on, and tokens bound to one."""

import hashlib
import os
from base64 import b64encode, urlsafe_b64encode
from ipaddress import ip_network

import jwt
import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from core.certificates.x509.chain_of_trust import Authorities
from core.rules.errors import UnfitPlace
from core.rules.requests.applications import ApplicationChanges, NewApplication
from core.rules.views.applications import ApplicationView
from core.rules.views.certificates import CertificateView
from core.rules.views.client_secrets import IssuedSecret
from core.services import Services
from core.tokens.authorization_server import AuthorizationServer, Trusting
from core.tokens.sealing import Seal
from core.tokens.signing_keys import SigningKeys
from store.database import Database
from tests.staging import NOON, Clock, fetched, lock_out, plain_sql
from tests.web.certifying import DAY, Certified, certificate, twin
from tests.web.client import Answer, Client, basic, bearer
from tests.web.conftest import ISSUER
from web.app import application as http_face
from web.client_certificate import Forwarded

TOKEN = "/oauth2/token"
FIELD = "client-cert"
PROXY = [ip_network("10.0.0.0/24")]
LONG = NOON + 3_000 * DAY
AUTHORITY = certificate("Our CA", key=90, authority=True, end=LONG)
BETWEEN = certificate("Issuing CA", AUTHORITY, key=91, authority=True, end=LONG)
OTHER_AUTHORITY = certificate("Our CA", key=92, authority=True)
OWN = certificate("billing", key=1)
"""The certificate that the application has registered, signed by itself."""
ISSUED = certificate("billing.example", AUTHORITY, key=2)
"""The one that it has registered, and that our CA has issued."""


def face(services: Services, *authorities: Certified, form: str = "rfc9440", header: str = "Client-Cert") -> Client:
    keys = SigningKeys(services.desk, Seal(b"k" * 32, os.urandom))
    trusting = Trusting(Authorities([each.certificate for each in authorities]))
    server = AuthorizationServer(services, keys, ISSUER, trusting)
    return Client(http_face(server, trusted=PROXY, forwarded=Forwarded(form, header)))


@pytest.fixture
def client(services: Services) -> Client:
    """Comes by way of the proxy."""
    return face(services, AUTHORITY, BETWEEN)


@pytest.fixture
def registered(services: Services, application: ApplicationView) -> CertificateView:
    return services.certificates.add(application.id, OWN.pem)


@pytest.fixture
def named(services: Services, application: ApplicationView) -> CertificateView:
    return services.certificates.add(application.id, ISSUED.pem)


async def asked(client: Client, client_id: str, shown: Certified, endpoint: str = TOKEN, **more: str) -> Answer:
    form = {"grant_type": "client_credentials", "client_id": client_id, **more}
    return await client.post(endpoint, form, (FIELD, shown.rfc9440))


async def refused(client: Client, client_id: str, shown: Certified) -> bool:
    """Tell whether a certificate gets the answer of a wrong secret, to the byte."""
    wrong = await client.post(TOKEN, {"grant_type": "client_credentials"}, basic("x", "kd_wrong"))
    assert (wrong.status, wrong.error) == (401, "invalid_client")
    return await asked(client, client_id, shown) == wrong


def reasons(services: Services) -> list[object]:
    statement = "SELECT reason FROM audit_events WHERE action = 'logon.refused' ORDER BY id"
    return [reason for (reason,) in fetched(services.desk.database, statement)]


def thumbprint(of: Certified) -> str:
    return urlsafe_b64encode(hashlib.sha256(of.der).digest()).rstrip(b"=").decode()


@pytest.mark.usefixtures("registered", "named")
@pytest.mark.parametrize("endpoint", [TOKEN, "/oauth2/introspect", "/oauth2/revoke"])
async def test_certificates_authenticate_at_every_endpoint(
    client: Client, application: ApplicationView, endpoint: str
) -> None:
    for shown in (OWN, ISSUED, certificate("billing.example", BETWEEN, key=3)):
        answer = await asked(client, application.client_id, shown, endpoint, token="x")
        assert answer.status == 200


@pytest.mark.usefixtures("registered")
async def test_nginx_s_way_to_pass_it_on_is_read_too(services: Services, application: ApplicationView) -> None:
    client = face(services, form="escaped-pem", header="X-Client-Certificate")
    form = {"grant_type": "client_credentials", "client_id": application.client_id}
    assert (await client.post(TOKEN, form, ("x-client-certificate", OWN.escaped))).status == 200
    for other in (OWN.rfc9440, OWN.escaped * 2, OWN.escaped[:-9], "%", "x", b64encode(OWN.der).decode()):
        assert (await client.post(TOKEN, form, ("x-client-certificate", other))).status == 401
    assert (await client.post(TOKEN, form, (FIELD, OWN.rfc9440))).status == 401


@pytest.mark.usefixtures("registered", "named")
@pytest.mark.parametrize(
    ("shown", "reason"),
    [
        (certificate("shipping", key=1), "self_signed_tls_client_auth: certificate not registered"),
        (certificate("billing", key=4), "self_signed_tls_client_auth: certificate not registered"),
        (certificate("billing", AUTHORITY, key=4), "tls_client_auth: subject not registered"),
        (certificate("other.example", AUTHORITY, key=2), "tls_client_auth: subject not registered"),
        (certificate("", AUTHORITY, key=2), "tls_client_auth: subject not registered"),
        (certificate("billing.example", key=2), "tls_client_auth: certificate of an unknown authority"),
        (
            certificate("billing.example", OTHER_AUTHORITY, key=2),
            "tls_client_auth: certificate of an unknown authority",
        ),
        (certificate("billing.example", ISSUED, key=4), "tls_client_auth: certificate of an unknown authority"),
        (
            certificate("billing.example", AUTHORITY, key=2, purpose=ExtendedKeyUsageOID.SERVER_AUTH),
            "tls_client_auth: certificate of an unknown authority",
        ),
        (
            certificate("billing.example", AUTHORITY, key=2, end=NOON - DAY / 2),
            "tls_client_auth: certificate expired",
        ),
        (
            certificate("billing.example", AUTHORITY, key=2, start=NOON + DAY),
            "tls_client_auth: certificate not yet valid",
        ),
    ],
)
async def test_any_other_certificate_is_refused_and_the_activity_tells_why(
    client: Client, services: Services, application: ApplicationView, shown: Certified, reason: str
) -> None:
    assert await refused(client, application.client_id, shown)
    assert reasons(services) == [reason]
    assert services.locks.show(application.id).failed_logons == 0


async def test_a_registered_certificate_counts_from_its_first_to_its_last_second(
    client: Client, services: Services, application: ApplicationView, clock: Clock
) -> None:
    shown = certificate("later", key=5, start=NOON + DAY, end=NOON + 2 * DAY)
    services.certificates.add(application.id, shown.pem)
    assert await refused(client, application.client_id, shown)
    clock.advance(days=1)
    assert (await asked(client, application.client_id, shown)).status == 200
    clock.advance(days=1)
    assert await refused(client, application.client_id, shown)
    assert reasons(services)[0] == "self_signed_tls_client_auth: certificate not yet valid"


@pytest.mark.usefixtures("named")
async def test_what_is_registered_for_its_subject_lets_nobody_in_once_it_has_expired(
    client: Client, services: Services, application: ApplicationView, clock: Clock
) -> None:
    renewed = certificate("billing.example", BETWEEN, key=6, end=NOON + 400 * DAY)
    assert (await asked(client, application.client_id, renewed)).status == 200
    clock.advance(days=101)
    assert await refused(client, application.client_id, renewed)
    assert reasons(services) == ["tls_client_auth: registered certificate expired"]


@pytest.mark.usefixtures("named")
async def test_without_authorities_a_subject_opens_nothing(services: Services, application: ApplicationView) -> None:
    client = face(services)
    assert await refused(client, application.client_id, certificate("billing.example", AUTHORITY, key=7))
    assert (await asked(client, application.client_id, ISSUED)).status == 200, "the very one that is registered"


@pytest.mark.usefixtures("registered")
async def test_another_application_s_certificate_is_refused(client: Client, services: Services) -> None:
    other = services.applications.create(NewApplication("other"))
    assert await refused(client, other.client_id, OWN)
    assert await refused(client, "nobody", OWN)
    assert len(reasons(services)) == 1


@pytest.mark.usefixtures("registered")
async def test_the_header_counts_from_the_proxy_alone(services: Services, application: ApplicationView) -> None:
    client = face(services)
    outside = Client(client.app, source="192.0.2.9")
    assert await refused(outside, application.client_id, OWN)
    assert await refused(Client(client.app, source="not an address"), application.client_id, OWN)
    unconfigured = Client(
        http_face(
            AuthorizationServer(services, SigningKeys(services.desk, Seal(b"k" * 32, os.urandom)), ISSUER),
            trusted=PROXY,
        )
    )
    assert reasons(services) == []
    assert await refused(unconfigured, application.client_id, OWN)
    said = "self_signed_tls_client_auth: certificate passed on, but [proxy] client_cert is not set"
    assert reasons(services) == [said]
    assert await refused(unconfigured, "nobody", OWN)
    assert await refused(Client(unconfigured.app, source="192.0.2.9"), application.client_id, OWN)
    assert reasons(services) == [said]


@pytest.mark.usefixtures("registered")
async def test_given_twice_or_in_another_form_it_is_refused(client: Client, application: ApplicationView) -> None:
    form = {"grant_type": "client_credentials", "client_id": application.client_id}
    good, field = OWN.rfc9440, FIELD
    assert (await client.post(TOKEN, form, (field, good), (field, good))).status == 401
    for odd in (
        "",
        ":",
        "::",
        ":x:",
        good[1:],
        good[:-1],
        f"{good}, {good}",
        ":" + "A" * 20_000 + ":",
        "\x80",
        ":QUJD:",
    ):
        answer = await client.post(TOKEN, form, (field, odd))
        assert (answer.status, answer.error) == (401, "invalid_client"), odd


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ((OWN.rfc9440, OWN.rfc9440), "certificate passed on twice"),
        ((OWN.escaped,), "certificate passed on in another form than [proxy] client_cert says"),
        ((":" + "A" * 20_000 + ":",), "certificate passed on is too long"),
        ((":QUJD:",), "certificate cannot be read"),
    ],
)
async def test_what_is_wrong_with_how_it_is_passed_on_is_a_row_of_the_activity(
    client: Client, application: ApplicationView, services: Services, fields: tuple[str, ...], reason: str
) -> None:
    for client_id in (application.client_id, "nobody"):
        form = {"grant_type": "client_credentials", "client_id": client_id}
        answer = await client.post(TOKEN, form, *((FIELD, field) for field in fields))
        assert (answer.status, answer.error) == (401, "invalid_client")
    assert reasons(services) == [f"self_signed_tls_client_auth: {reason}"]


@pytest.mark.usefixtures("registered")
async def test_without_a_client_id_nobody_is_meant(client: Client) -> None:
    answer = await client.post(TOKEN, {"grant_type": "client_credentials"}, (FIELD, OWN.rfc9440))
    assert answer.status == 401


@pytest.mark.usefixtures("registered")
async def test_beside_a_secret_it_is_no_second_method_and_binds_nothing(
    client: Client, issued: IssuedSecret, application: ApplicationView, services: Services
) -> None:
    proof = basic(issued.client_id, issued.value)
    for shown in (OWN, certificate("stranger", key=8)):
        for _ in range(2):
            answer = await client.post(TOKEN, {"grant_type": "client_credentials"}, proof, (FIELD, shown.rfc9440))
            assert answer.status == 200
            assert "cnf" not in said(answer)
    wrong = await client.post(
        TOKEN, {"grant_type": "client_credentials"}, basic(issued.client_id, "wrong"), (FIELD, OWN.rfc9440)
    )
    assert wrong.status == 401, "the certificate does not help a wrong secret"
    assert services.certificates.list(application.id)[0].use_count == 0


def said(answer: Answer) -> dict[str, object]:
    """Return the claims of the token in an answer."""
    read: dict[str, object] = jwt.decode(answer.document["access_token"], options={"verify_signature": False})
    return read


@pytest.mark.usefixtures("registered", "named")
async def test_its_tokens_are_bound_and_count_with_the_same_certificate_alone(
    client: Client, application: ApplicationView
) -> None:
    answer = await asked(client, application.client_id, OWN)
    token = answer.document["access_token"]
    assert said(answer)["cnf"] == {"x5t#S256": thumbprint(OWN)}
    told = await asked(client, application.client_id, OWN, "/oauth2/introspect", token=token)
    assert (told.document["active"], told.document["cnf"]) == (True, {"x5t#S256": thumbprint(OWN)})
    own, other = (FIELD, OWN.rfc9440), (FIELD, ISSUED.rfc9440)
    for _ in range(2):
        assert (await client.get("/verify", bearer(token), own)).status == 200
        for wrong in ((other,), (), (own, own), (own, other), ((FIELD, "x"),)):
            refusal = await client.get("/verify", bearer(token), *wrong)
            assert (refusal.status, refusal.headers["www-authenticate"]) == (401, 'Bearer error="invalid_token"')
    outside = Client(client.app, source="192.0.2.9")
    assert (await outside.get("/verify", bearer(token), own)).status == 401


@pytest.mark.usefixtures("registered")
async def test_a_token_that_is_not_bound_needs_no_certificate(client: Client, issued: IssuedSecret) -> None:
    proof = basic(issued.client_id, issued.value)
    token = (await client.post(TOKEN, {"grant_type": "client_credentials"}, proof)).document["access_token"]
    for fields in ((), ((FIELD, OWN.rfc9440),), ((FIELD, "x"),)):
        assert (await client.get("/verify", bearer(token), *fields)).status == 200


async def test_deleting_the_certificate_ends_its_tokens_at_once(
    client: Client, application: ApplicationView, services: Services, registered: CertificateView
) -> None:
    token = (await asked(client, application.client_id, OWN)).document["access_token"]
    own = (FIELD, OWN.rfc9440)
    assert (await client.get("/verify", bearer(token), own)).status == 200
    services.certificates.delete(application.id, registered.id)
    assert (await client.get("/verify", bearer(token), own)).status == 401
    assert await refused(client, application.client_id, OWN)


@pytest.mark.usefixtures("named")
async def test_a_deleted_certificate_is_refused_by_its_subject_too_until_it_is_added_again(
    client: Client, application: ApplicationView, services: Services
) -> None:
    renewed, lost = (certificate("billing.example", AUTHORITY, key=key) for key in (20, 21))
    before = (await asked(client, application.client_id, lost)).document["access_token"]  # by the subject alone
    deleted = services.certificates.add(application.id, lost.pem)
    services.certificates.add(application.id, renewed.pem)
    services.certificates.delete(application.id, deleted.id)
    assert await refused(client, application.client_id, lost)
    assert reasons(services) == ["tls_client_auth: certificate deleted"]
    for shown in (renewed, ISSUED, certificate("billing.example", BETWEEN, key=22)):
        assert (await asked(client, application.client_id, shown)).status == 200
    token = bearer(before)
    assert (await client.get("/verify", token, (FIELD, lost.rfc9440))).status == 401, "though another one let it in"
    services.certificates.add(application.id, lost.pem)
    assert (await asked(client, application.client_id, lost)).status == 200
    assert (await client.get("/verify", token, (FIELD, lost.rfc9440))).status == 200


@pytest.mark.usefixtures("named")
async def test_a_deleted_certificate_whose_signature_is_written_in_another_way_is_the_same(
    client: Client, application: ApplicationView, services: Services
) -> None:
    lost = certificate("billing.example", AUTHORITY, key=21, end=NOON + 50 * DAY)
    written = twin(lost)
    assert thumbprint(written) != thumbprint(lost)
    deleted = services.certificates.add(application.id, lost.pem)
    before = bearer((await asked(client, application.client_id, written)).document["access_token"])
    assert (await client.get("/verify", before, (FIELD, written.rfc9440))).status == 200
    services.certificates.delete(application.id, deleted.id)
    assert await refused(client, application.client_id, written)
    assert reasons(services) == ["tls_client_auth: certificate deleted"]
    assert (await client.get("/verify", before, (FIELD, written.rfc9440))).status == 401
    assert (await asked(client, application.client_id, ISSUED)).status == 200
    services.certificates.add(application.id, written.pem)
    assert (await asked(client, application.client_id, lost)).status == 200


async def test_a_certificate_is_deleted_for_its_own_application(
    client: Client, application: ApplicationView, services: Services, registered: CertificateView
) -> None:
    other = services.applications.create(NewApplication("other"))
    services.certificates.add(other.id, OWN.pem)
    services.certificates.delete(application.id, registered.id)
    assert await refused(client, application.client_id, OWN)
    assert reasons(services) == ["self_signed_tls_client_auth: certificate deleted"]
    assert (await asked(client, other.client_id, OWN)).status == 200


async def test_the_last_use_of_a_certificate_is_kept_and_the_first_at_once(
    client: Client,
    application: ApplicationView,
    services: Services,
    registered: CertificateView,
    clock: Clock,
) -> None:
    for count in (1, 2, 3):
        clock.advance(seconds=1)
        assert (await asked(client, application.client_id, OWN)).status == 200
        if count > 1:
            services.authentication.uses.flush()
        view = services.certificates.resolve(application.id, registered.id)
        assert (view.last_used_at, view.last_used_from, view.use_count) == (clock(), "10.0.0.7", count)


@pytest.mark.usefixtures("registered")
async def test_the_lock_neither_blocks_certificates_nor_counts_them(
    client: Client, application: ApplicationView, services: Services
) -> None:
    for _ in range(9):
        assert await refused(client, application.client_id, certificate("stranger", key=8))
    assert services.locks.show(application.id).failed_logons == 0
    lock_out(services, application)
    assert (await asked(client, application.client_id, OWN)).status == 200
    assert services.locks.show(application.id).locked


@pytest.mark.usefixtures("registered")
async def test_a_disabled_application_is_refused(
    client: Client, application: ApplicationView, services: Services
) -> None:
    services.applications.change(application.id, ApplicationChanges(enabled=False))
    assert await refused(client, application.client_id, OWN)
    assert reasons(services) == ["self_signed_tls_client_auth: application disabled"]


async def test_the_metadata_list_certificates_where_they_are_configured(services: Services) -> None:
    both, own = ["tls_client_auth", "self_signed_tls_client_auth"], ["self_signed_tls_client_auth"]
    for authorities, methods in (([AUTHORITY], both), ([], own)):
        document = (await face(services, *authorities).get("/.well-known/oauth-authorization-server")).document
        for endpoint in ("token", "introspection", "revocation"):
            assert document[f"{endpoint}_endpoint_auth_methods_supported"][3:] == methods
        assert document["tls_client_certificate_bound_access_tokens"] is True


def test_a_file_without_certificates_is_no_list_of_authorities(database: Database) -> None:
    for content in (b"", b"x", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        with pytest.raises(UnfitPlace, match=r"ca\.pem holds no certificates"):
            Authorities.read(content, "ca.pem")
    assert Authorities.read(AUTHORITY.pem + BETWEEN.pem, "ca.pem").objection(ISSUED.der, NOON) is None


@pytest.mark.usefixtures("named")
@pytest.mark.parametrize("column", ["not_before", "not_after", "created_at", "last_used_at"])
async def test_one_with_a_planted_time_lets_nobody_in_and_stops_no_other(
    client: Client, services: Services, application: ApplicationView, registered: CertificateView, column: str
) -> None:
    plain_sql(services.desk.database, f"UPDATE certificates SET {column} = 'soon' WHERE id = :id", id=registered.id)
    assert await refused(client, application.client_id, OWN)
    assert reasons(services) == [
        "self_signed_tls_client_auth: registered certificate has a time that cannot be read",
    ]
    assert (await asked(client, application.client_id, ISSUED)).status == 200


@pytest.mark.usefixtures("registered")
async def test_one_with_a_planted_time_lets_nobody_in_by_its_subject(
    client: Client, services: Services, application: ApplicationView, named: CertificateView
) -> None:
    of_same_subject = certificate("billing.example", BETWEEN, key=3)
    assert (await asked(client, application.client_id, of_same_subject)).status == 200
    plain_sql(services.desk.database, "UPDATE certificates SET not_after = 'soon' WHERE id = :id", id=named.id)
    assert await refused(client, application.client_id, of_same_subject)
    assert reasons(services) == ["tls_client_auth: subject not registered"]
    assert (await asked(client, application.client_id, OWN)).status == 200
