"""What must never be false holds against plain SQL too: one test for each constraint, and named after it."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from store.database import Database
from store.tables import Table
from tests.store import test_api_constraints
from tests.store.inserting import APPLICATION, NOW, Insert, only_if, refused, rows

SECRET: dict[str, object] = {
    "id": "s",
    "application_id": "a",
    "slot": 1,
    "hint": "kd_00000000",
    "hash": "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA",
    "for_application": 1,
    "for_application_users": 0,
    "for_openid": 0,
    "created_at": NOW,
    "created_by": "operator",
    "use_count": 0,
}
CERTIFICATE: dict[str, object] = {
    "id": "c",
    "application_id": "a",
    "slot": 1,
    "subject": "CN=billing",
    "issuer": "CN=billing",
    "serial": "1",
    "thumbprint": "0" * 64,
    "pem": "-----BEGIN CERTIFICATE-----",
    "not_before": NOW,
    "not_after": NOW,
    "created_at": NOW,
    "created_by": "operator",
    "use_count": 0,
}
DELETED: dict[str, object] = {"application_id": "a", "thumbprint": "0" * 64, "not_after": NOW}
EVENT: dict[str, object] = {
    "id": 1,
    "at": NOW,
    "actor": "operator",
    "action": "application.created",
    "object": "billing",
    "object_id": "a",
    "application_id": "a",
    "count": 1,
    "hash": "0",
}
REPEAT: dict[str, object] = {
    "application_id": "a",
    "reason": "wrong secret",
    "hint": "",
    "source": "",
    "ends_at": NOW,
    "count": 0,
}
KEY: dict[str, object] = {"kid": "k", "public": "{}", "sealed": "x", "signer": 1, "created_at": NOW}
RETIRED: dict[str, object] = {"kid": "old", "public": "{}", "created_at": NOW, "published_until": NOW}
TOKEN: dict[str, object] = {"jti": "t", "expires_at": NOW}
ISSUED: dict[str, object] = {
    "id": "t",
    "application_id": "a",
    "slot": 1,
    "kind": "issuer",
    "issuer": "https://login.example",
    "subject": "billing",
    "refresh_hours": 24,
    "created_at": NOW,
    "created_by": "operator",
    "use_count": 0,
}
BY_URI = ISSUED | {"kind": "jwks_uri", "issuer": None, "subject": None, "jwks_uri": "https://login.example/keys"}
USED: dict[str, object] = {"id": "u", "expires_at": NOW}
SERVER: dict[str, object] = {"address": "http://127.0.0.1:8400", "issuer": "http://127.0.0.1:8400", "started_at": NOW}


@pytest.fixture
def a_secret(insert: Insert) -> Insert:
    """Insert a secret of an application that is there."""
    insert("applications", APPLICATION)
    return lambda **other: insert("client_secrets", SECRET, **other)


@pytest.fixture
def a_certificate(insert: Insert) -> Insert:
    """Insert a certificate of an application that is there."""
    insert("applications", APPLICATION)
    return lambda **other: insert("certificates", CERTIFICATE, **other)


@pytest.fixture
def a_trust(insert: Insert) -> Insert:
    """Insert a JWT trust, by issuer unless told otherwise, of an application that is there."""
    insert("applications", APPLICATION)
    return lambda row=ISSUED, **other: insert("jwt_trusts", row, **other)


def test_every_constraint_of_the_tables_has_its_test_here() -> None:
    constraints = [constraint for table in Table.metadata.tables.values() for constraint in table.constraints]
    tested = set(globals()) | set(vars(test_api_constraints))
    missing = {f"test_{constraint.name}" for constraint in constraints} - tested
    assert not missing


def test_pk_applications(insert: Insert) -> None:
    insert("applications", APPLICATION)
    with refused("applications.id"):
        insert("applications", APPLICATION, name_key="other", client_id="other")


def test_uq_applications_name_key(insert: Insert) -> None:
    insert("applications", APPLICATION)
    with refused("applications.name_key"):
        insert("applications", APPLICATION, id="b", client_id="client-b", name="BILLING")


def test_uq_applications_client_id(insert: Insert) -> None:
    insert("applications", APPLICATION)
    with refused("applications.client_id"):
        insert("applications", APPLICATION, id="b", name_key="other")


@pytest.mark.parametrize(("length", "fits"), [(0, False), (1, True), (100, True), (101, False)])
def test_ck_applications_name_length(insert: Insert, length: int, fits: bool) -> None:
    only_if(fits, "name_length", lambda: insert("applications", APPLICATION, name="ü" * length))


@pytest.mark.parametrize(("length", "fits"), [(0, True), (500, True), (501, False)])
def test_ck_applications_description_length(insert: Insert, length: int, fits: bool) -> None:
    only_if(fits, "description_length", lambda: insert("applications", APPLICATION, description="ü" * length))


@pytest.mark.parametrize(("minutes", "fits"), [(0, False), (1, True), (720, True), (721, False)])
def test_ck_applications_token_lifetime(insert: Insert, minutes: int, fits: bool) -> None:
    only_if(fits, "token_lifetime", lambda: insert("applications", APPLICATION, token_lifetime=minutes))


@pytest.mark.parametrize(("count", "fits"), [(-1, False), (0, True), (5, True), (6, False)])
def test_ck_applications_failed_logons(insert: Insert, count: int, fits: bool) -> None:
    only_if(fits, "failed_logons", lambda: insert("applications", APPLICATION, failed_logons=count))


@pytest.mark.parametrize("given", range(8), ids="{:03b}".format)
def test_ck_applications_lock_boot_whole(insert: Insert, given: int) -> None:
    columns = {"lock_boot": "b", "lock_boot_end": 1, "lock_boot_until": NOW}
    some = {name: value for bit, (name, value) in enumerate(columns.items()) if given >> bit & 1}
    only_if(given in (0, 7), "lock_boot_whole", lambda: insert("applications", APPLICATION, **some))


@pytest.mark.parametrize(("end", "fits"), [(-1, False), (0, True), (2**40, True), (10**16, False), ("soon", False)])
def test_ck_applications_lock_boot_end(insert: Insert, end: object, fits: bool) -> None:
    row = APPLICATION | {"lock_boot": "b", "lock_boot_end": end, "lock_boot_until": NOW}
    only_if(fits, "lock_boot_end", lambda: insert("applications", row))


def test_pk_client_secrets(a_secret: Insert) -> None:
    a_secret()
    with refused("client_secrets.id"):
        a_secret(slot=2, hint="kd_00000001")


def test_uq_client_secrets_hint(a_secret: Insert) -> None:
    a_secret()
    with refused("client_secrets.hint"):
        a_secret(id="t", slot=2)


def test_uq_client_secrets_application_id_slot(a_secret: Insert) -> None:
    a_secret()
    with refused("client_secrets.application_id, client_secrets.slot"):
        a_secret(id="t", hint="kd_00000001")


def test_any_number_of_revoked_secrets_needs_no_slot(a_secret: Insert) -> None:
    for number in range(25):
        a_secret(id=f"s{number}", hint=f"kd_000000{number:02}", slot=None, revoked_at=NOW, revoked_reason="revoked")


@pytest.mark.parametrize(("slot", "fits"), [(0, False), (1, True), (20, True), (21, False)])
def test_ck_client_secrets_slot_range(a_secret: Insert, slot: int, fits: bool) -> None:
    only_if(fits, "slot_range", lambda: a_secret(slot=slot))


def test_the_limit_of_20_holds_by_slot_range_and_uniqueness(a_secret: Insert) -> None:
    for number in range(1, 21):
        a_secret(id=f"s{number}", hint=f"kd_000000{number:02}", slot=number)
    for slot in range(-1, 23):
        with pytest.raises(IntegrityError):
            a_secret(id="t", hint="kd_00000099", slot=slot)


def test_ck_client_secrets_slot_held_until_revoked(a_secret: Insert) -> None:
    with refused("slot_held_until_revoked"):
        a_secret(slot=None)
    with refused("slot_held_until_revoked"):
        a_secret(revoked_at=NOW, revoked_reason="revoked")


def test_ck_client_secrets_revoked_with_reason(a_secret: Insert) -> None:
    with refused("revoked_with_reason"):
        a_secret(slot=None, revoked_at=NOW)
    with refused("revoked_with_reason"):
        a_secret(revoked_reason="revoked")


@pytest.mark.parametrize(("reason", "fits"), [("revoked", True), ("rotated", True), ("lost", False), ("", False)])
def test_ck_client_secrets_revoked_reason(a_secret: Insert, reason: str, fits: bool) -> None:
    only_if(fits, "revoked_reason", lambda: a_secret(slot=None, revoked_at=NOW, revoked_reason=reason))


def test_ck_client_secrets_retiring_has_twin(a_secret: Insert) -> None:
    with refused("retiring_has_twin"):
        a_secret(retires_at=NOW)
    a_secret()
    a_secret(id="t", slot=2, hint="kd_00000001", retires_at=NOW, replaced_by="s")


def test_ck_client_secrets_some_api_scope(a_secret: Insert) -> None:
    with refused("some_api_scope"):
        a_secret(for_application=0)


@pytest.mark.parametrize(("length", "fits"), [(0, True), (200, True), (201, False)])
def test_ck_client_secrets_description_length(a_secret: Insert, length: int, fits: bool) -> None:
    only_if(fits, "description_length", lambda: a_secret(description="ü" * length))


@pytest.mark.parametrize(
    "stored", ["", "kd_00000000_plain", "$argon2i$v=19$m=8", "$argon2d$v=19$m=8", "$2b$12$bcrypt", "$5$sha256"]
)
def test_ck_client_secrets_argon2id_only(a_secret: Insert, stored: str) -> None:
    with refused("argon2id_only"):
        a_secret(hash=stored)


def test_fk_client_secrets_application_id(a_secret: Insert) -> None:
    with refused("FOREIGN KEY"):
        a_secret(application_id="nobody")


def test_fk_client_secrets_replaced_by(a_secret: Insert) -> None:
    with refused("FOREIGN KEY"):
        a_secret(replaced_by="nothing")


def test_pk_certificates(a_certificate: Insert) -> None:
    a_certificate()
    with refused("certificates.id"):
        a_certificate(slot=2, thumbprint="1" * 64)


def test_uq_certificates_application_id_slot(a_certificate: Insert) -> None:
    a_certificate()
    with refused("certificates.application_id, certificates.slot"):
        a_certificate(id="d", thumbprint="1" * 64)


def test_uq_certificates_application_id_thumbprint(a_certificate: Insert, insert: Insert) -> None:
    a_certificate()
    with refused("certificates.application_id, certificates.thumbprint"):
        a_certificate(id="d", slot=2)
    insert("applications", APPLICATION, id="b", name_key="other", client_id="client-b")
    a_certificate(id="d", application_id="b")


@pytest.mark.parametrize(("slot", "fits"), [(0, False), (1, True), (80, True), (81, False)])
def test_ck_certificates_slot_range(a_certificate: Insert, slot: int, fits: bool) -> None:
    only_if(fits, "slot_range", lambda: a_certificate(slot=slot))


@pytest.mark.parametrize(("length", "fits"), [(0, True), (200, True), (201, False)])
def test_ck_certificates_description_length(a_certificate: Insert, length: int, fits: bool) -> None:
    only_if(fits, "description_length", lambda: a_certificate(description="ü" * length))


@pytest.mark.parametrize(("length", "fits"), [(0, False), (63, False), (64, True), (65, False)])
def test_ck_certificates_thumbprint_length(a_certificate: Insert, length: int, fits: bool) -> None:
    only_if(fits, "thumbprint_length", lambda: a_certificate(thumbprint="a" * length))


@pytest.mark.parametrize("kind", ["", "RSA ", "EC ", "ENCRYPTED ", "OPENSSH "])
def test_ck_certificates_public_only(a_certificate: Insert, kind: str) -> None:
    with refused("public_only"):
        a_certificate(pem=f"{CERTIFICATE['pem']}\n-----BEGIN {kind}PRIVATE KEY-----")


def test_fk_certificates_application_id(a_certificate: Insert) -> None:
    with refused("FOREIGN KEY"):
        a_certificate(application_id="nobody")


def test_deleting_an_application_deletes_its_certificates(a_certificate: Insert, database: Database) -> None:
    a_certificate()
    with database.transaction() as session:
        session.connection().execute(text("DELETE FROM applications"))
        assert rows(session, "certificates") == 0


def test_deleting_an_application_deletes_its_secrets_and_counts_but_not_its_activity(
    a_secret: Insert, insert: Insert, database: Database
) -> None:
    a_secret()
    a_secret(id="t", slot=2, hint="kd_00000001", replaced_by="s")
    insert("logon_repeats", REPEAT)
    insert("audit_events", EVENT)
    with database.transaction() as session:
        session.connection().execute(text("DELETE FROM applications"))
        assert [rows(session, table) for table in ("client_secrets", "logon_repeats", "audit_events")] == [0, 0, 1]


def test_pk_audit_events(insert: Insert) -> None:
    insert("audit_events", EVENT)
    with refused("audit_events.id"):
        insert("audit_events", EVENT)


def test_ck_audit_events_count(insert: Insert) -> None:
    with refused("ck_audit_events_count"):
        insert("audit_events", EVENT, count=0)


def test_pk_audit_head(insert: Insert) -> None:
    with refused("audit_head.id"):
        insert("audit_head", {"id": 1, "count": 0, "hash": "0"})


def test_ck_audit_head_single(insert: Insert) -> None:
    with refused("single"):
        insert("audit_head", {"id": 2, "count": 0, "hash": "0"})


def test_pk_logon_repeats(insert: Insert) -> None:
    insert("applications", APPLICATION)
    insert("logon_repeats", REPEAT)
    with refused("logon_repeats.application_id, logon_repeats.reason, logon_repeats.hint, logon_repeats.source"):
        insert("logon_repeats", REPEAT)


def test_fk_logon_repeats_application_id(insert: Insert) -> None:
    with refused("FOREIGN KEY"):
        insert("logon_repeats", REPEAT)


def test_pk_signing_keys(insert: Insert) -> None:
    insert("signing_keys", RETIRED)
    with refused("signing_keys.kid"):
        insert("signing_keys", RETIRED)


def test_uq_signing_keys_signer(insert: Insert) -> None:
    insert("signing_keys", KEY)
    insert("signing_keys", RETIRED)
    insert("signing_keys", RETIRED, kid="older")
    with refused("signing_keys.signer"):
        insert("signing_keys", KEY, kid="another")


def test_ck_signing_keys_single_signer(insert: Insert) -> None:
    with refused("single_signer"):
        insert("signing_keys", KEY, signer=2)


def test_ck_signing_keys_signs_or_ends(insert: Insert) -> None:
    with refused("signs_or_ends"):
        insert("signing_keys", KEY, published_until=NOW)
    with refused("signs_or_ends"):
        insert("signing_keys", RETIRED, published_until=None)


def test_ck_signing_keys_sealed_while_it_signs(insert: Insert) -> None:
    with refused("sealed_while_it_signs"):
        insert("signing_keys", KEY, sealed=None)
    with refused("sealed_while_it_signs"):
        insert("signing_keys", RETIRED, sealed="x")


def test_pk_revoked_tokens(insert: Insert) -> None:
    insert("revoked_tokens", TOKEN)
    with refused("revoked_tokens.jti"):
        insert("revoked_tokens", TOKEN)


def test_pk_servers(insert: Insert) -> None:
    insert("servers", SERVER)
    with refused("servers.address"):
        insert("servers", SERVER)


def test_pk_jwt_trusts(a_trust: Insert) -> None:
    a_trust()
    with refused("jwt_trusts.id"):
        a_trust(slot=2)


def test_fk_jwt_trusts_application_id(a_trust: Insert, database: Database) -> None:
    with refused("FOREIGN KEY"):
        a_trust(application_id="nobody")
    a_trust()
    with database.transaction() as session:
        session.connection().execute(text("DELETE FROM applications"))
        assert rows(session, "jwt_trusts") == 0


def test_uq_jwt_trusts_application_id_kind_slot(a_trust: Insert) -> None:
    a_trust()
    a_trust(BY_URI, id="t2")
    with refused("jwt_trusts.application_id, jwt_trusts.kind, jwt_trusts.slot"):
        a_trust(id="t3")


@pytest.mark.parametrize(("slot", "fits"), [(0, False), (1, True), (20, True), (21, False)])
def test_ck_jwt_trusts_slot_range(a_trust: Insert, slot: int, fits: bool) -> None:
    only_if(fits, "slot_range", lambda: a_trust(slot=slot))


@pytest.mark.parametrize("kind", ["", "jwks", "ISSUER"])
def test_ck_jwt_trusts_kind(a_trust: Insert, kind: str) -> None:
    with refused("ck_jwt_trusts_kind"):
        a_trust(BY_URI, kind=kind)


def test_ck_jwt_trusts_issuer_with_subject(a_trust: Insert) -> None:
    for missing in ("issuer", "subject"):
        with refused("issuer_with_subject"):
            a_trust(**{missing: None})
        with refused("issuer_with_subject"):
            a_trust(BY_URI, **{missing: ISSUED[missing]})


def test_ck_jwt_trusts_jwks_uri_alone(a_trust: Insert) -> None:
    for wrong in ({"jwks_uri": None}, {"audience": "somebody"}):
        with refused("jwks_uri_alone"):
            a_trust(BY_URI, **wrong)
    a_trust(jwks_uri="https://login.example/keys", audience="somebody")


@pytest.mark.parametrize(("hours", "fits"), [(12, True), (24, True), (0, False), (13, False), (-24, False)])
def test_ck_jwt_trusts_refresh_hours(a_trust: Insert, hours: int, fits: bool) -> None:
    only_if(fits, "refresh_hours", lambda: a_trust(refresh_hours=hours))


@pytest.mark.parametrize(("length", "fits"), [(0, True), (200, True), (201, False)])
def test_ck_jwt_trusts_description_length(a_trust: Insert, length: int, fits: bool) -> None:
    only_if(fits, "description_length", lambda: a_trust(description="ü" * length))


def test_ck_jwt_trusts_keys_since(a_trust: Insert) -> None:
    for half in ({"keys": "{}"}, {"fetched_at": NOW}):
        with refused("keys_since"):
            a_trust(**half)
    a_trust(keys="{}", fetched_at=NOW)


def test_ck_jwt_trusts_failure_since(a_trust: Insert) -> None:
    for half in ({"failure": "Nobody answers."}, {"failed_at": NOW}):
        with refused("failure_since"):
            a_trust(**half)
    a_trust(failure="Nobody answers.", failed_at=NOW, keys="{}", fetched_at=NOW)


def test_pk_deleted_certificates(insert: Insert) -> None:
    insert("applications", APPLICATION)
    insert("deleted_certificates", DELETED)
    with refused("deleted_certificates.application_id, deleted_certificates.thumbprint"):
        insert("deleted_certificates", DELETED)


def test_fk_deleted_certificates_application_id(insert: Insert, database: Database) -> None:
    with refused("FOREIGN KEY"):
        insert("deleted_certificates", DELETED)
    insert("applications", APPLICATION)
    insert("deleted_certificates", DELETED)
    with database.transaction() as session:
        session.connection().execute(text("DELETE FROM applications"))
        assert rows(session, "deleted_certificates") == 0


@pytest.mark.parametrize(("length", "fits"), [(63, False), (64, True), (65, False)])
def test_ck_deleted_certificates_thumbprint_length(insert: Insert, length: int, fits: bool) -> None:
    insert("applications", APPLICATION)
    only_if(fits, "thumbprint_length", lambda: insert("deleted_certificates", DELETED, thumbprint="0" * length))


@pytest.mark.parametrize(("length", "fits"), [(63, False), (64, True), (65, False)])
def test_ck_deleted_certificates_signed_length(insert: Insert, length: int, fits: bool) -> None:
    insert("applications", APPLICATION)
    only_if(fits, "signed_length", lambda: insert("deleted_certificates", DELETED, signed="0" * length))


def test_pk_used_assertions(insert: Insert) -> None:
    insert("used_assertions", USED)
    with refused("used_assertions.id"):
        insert("used_assertions", USED)
