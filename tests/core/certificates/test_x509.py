"""Which certificates are taken, which are refused, and that each refusal says why (PRODUCT.md section 5)."""

import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat, PublicFormat, pkcs12
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from core.certificates.x509.facts import CertificateFacts, facts
from core.certificates.x509.reading import read
from core.rules.errors import Refusal
from core.rules.limits import CERTIFICATE_BYTES, CERTIFICATE_FILE_BYTES
from tests.certs import MD5, SHA_1, SIGNER, certificate, der, key_file, name, pem
from tests.staging import NOON

GOOD = certificate()
KEY_FORMS = [
    key_file(),
    key_file(form=PrivateFormat.TraditionalOpenSSL),
    key_file(password=b"secret"),
    key_file(form=PrivateFormat.TraditionalOpenSSL, password=b"secret"),
    key_file(form=PrivateFormat.OpenSSH),
    key_file(encoding=Encoding.DER),
    key_file(encoding=Encoding.DER, form=PrivateFormat.TraditionalOpenSSL),
    key_file(encoding=Encoding.DER, password=b"secret"),
    key_file().decode().encode("utf-16"),
    b"PuTTY-User-Key-File-3: ssh-ed25519\n",
]


def refusal(data: bytes) -> str:
    with pytest.raises(Refusal) as caught:
        read(data, NOON)
    assert caught.value.field == "certificate"
    return caught.value.sentence


def test_what_a_certificate_says_is_read() -> None:
    made = certificate(subject=name(cn="ö, ü"), issuer=name(cn="CA", o=None), serial=0xAB, signer=SIGNER)
    found = read(pem(made), NOON)
    assert (found.subject, found.issuer, found.serial) == ("CN=ö\\, ü,O=Shop", "CN=CA", "ab")
    assert found.thumbprint == made.fingerprint(hashes.SHA256()).hex()
    assert (found.not_before, found.not_after) == (made.not_valid_before_utc, made.not_valid_after_utc)
    assert found.pem.encode() == pem(made)


@pytest.mark.parametrize(
    "data",
    [
        pem(GOOD),
        der(GOOD),
        pem(GOOD).replace(b"\n", b"\r\n"),
        b"Certificate:\n    Data: text of openssl\n" + pem(GOOD) + b"\n\n",
        pem(GOOD).decode().encode("utf-16"),
        b"\xef\xbb\xbf" + pem(GOOD),
        pem(GOOD).rstrip(),
    ],
    ids=["PEM", "DER", "CRLF", "text before", "UTF-16", "UTF-8 with its mark", "no last line end"],
)
def test_every_form_of_a_file_is_the_same_certificate(data: bytes) -> None:
    assert read(data, NOON) == facts(der(GOOD))


@pytest.mark.parametrize(
    "key",
    [
        rsa.generate_private_key(65537, 2048),
        ec.generate_private_key(ec.SECP384R1()),
        ec.generate_private_key(ec.SECP521R1()),
        ed25519.Ed25519PrivateKey.generate(),
    ],
    ids=["RSA 2048", "P-384", "P-521", "Ed25519"],
)
def test_keys_that_are_strong_are_taken(key: object) -> None:
    assert isinstance(read(pem(certificate(key=key)), NOON), CertificateFacts)


def test_ed448_is_taken_where_another_key_has_signed() -> None:
    key = ed448.Ed448PrivateKey.generate()
    assert isinstance(read(pem(certificate(key=key, signer=SIGNER)), NOON), CertificateFacts)


@pytest.mark.parametrize("bits", [1024, 2040])
def test_a_short_rsa_key_is_refused_with_its_bits(bits: int) -> None:
    key = rsa.generate_private_key(65537, bits)
    assert refusal(pem(certificate(key=key))).startswith(f"Its RSA key has {bits} bits, which is too few; take RSA of")


@pytest.mark.parametrize("curve", [ec.SECP192R1(), ec.SECP224R1(), ec.SECP256K1(), ec.BrainpoolP256R1()])
def test_a_curve_that_tls_does_not_take_is_refused_by_its_name(curve: ec.EllipticCurve) -> None:
    key = ec.generate_private_key(curve)
    said = refusal(pem(certificate(key=key, signer=SIGNER)))
    assert said.startswith(f"Its key is on the curve {curve.name}, which is not taken; ")


def test_a_key_of_another_kind_is_refused() -> None:
    key = dsa.generate_private_key(2048)
    assert refusal(pem(certificate(key=key, signer=SIGNER))).startswith("Its key is of a kind that is not taken; ")


def test_sha_1_is_refused() -> None:
    assert refusal(SHA_1) == "It is signed with SHA-1, which is not taken; have it made anew with SHA-256."


def test_md5_is_refused() -> None:
    assert refusal(MD5) == "It is signed with MD5, which is not taken; have it made anew with SHA-256."


def test_an_expired_one_is_refused_with_when() -> None:
    end = NOON - timedelta(minutes=2)
    assert refusal(pem(certificate(end=end))) == "It expired on 2026-05-02 11:58 UTC; give one that is valid."
    assert refusal(pem(certificate(end=NOON))).startswith("It expired on")


def test_one_that_is_not_valid_yet_is_taken() -> None:
    assert read(pem(certificate(start=NOON + timedelta(days=3))), NOON).not_before > NOON


@pytest.mark.parametrize("key", KEY_FORMS, ids=range(len(KEY_FORMS)))
def test_a_private_key_is_refused(key: bytes) -> None:
    assert refusal(key) == (
        "It holds a private key, which belongs to the client alone; nothing was stored. "
        "Give the certificate without its key."
    )


@pytest.mark.parametrize(
    "data",
    [key_file() + pem(), pem() + key_file(), pem() + b"-----BEGIN PRIVATE KEY-----"],
    ids=["before", "after", "begun only"],
)
def test_a_private_key_beside_the_certificate_is_refused(data: bytes) -> None:
    assert "private key" in refusal(data)


def test_a_private_key_behind_the_der_is_refused_or_at_least_not_kept() -> None:
    assert refusal(der(GOOD) + key_file(encoding=Encoding.DER)).startswith("There is no certificate in it")


@pytest.mark.parametrize("password", [b"", b"secret"])
def test_pkcs12_is_refused_with_the_way_out(password: bytes) -> None:
    how = PrivateFormat.PKCS12.encryption_builder().hmac_hash(hashes.SHA256()).build(password or b"x")
    assert "openssl pkcs12 -in FILE" in refusal(pkcs12.serialize_key_and_certificates(b"x", SIGNER, GOOD, None, how))


def test_a_chain_is_refused_with_its_number_and_which_one_to_take() -> None:
    ca, root = name(cn="CA", o=None), name(cn="Root", o=None)
    leaf, middle = certificate(subject=name(cn="leaf"), issuer=ca), certificate(subject=ca, issuer=root)
    chain = (certificate(subject=root), middle, leaf)
    assert refusal(pem(*chain)) == (
        "It holds 3 certificates, a chain; give the client's own alone: number 3, “CN=leaf,O=Shop”."
    )


def test_a_chain_of_50_is_counted() -> None:
    assert refusal(pem(GOOD) * 50) == (
        "It holds 50 certificates, a chain; give the client's own alone, which usually is the first."
    )


def test_10_mb_is_too_large() -> None:
    assert refusal(pem(GOOD) + b"\n" * 10_000_000).startswith(f"It is larger than {CERTIFICATE_FILE_BYTES // 1024} KB")


def test_a_certificate_that_is_stuffed_is_too_large() -> None:
    stuffed = certificate(subject=name(cn="x" * CERTIFICATE_BYTES))
    assert refusal(pem(stuffed)).startswith("This certificate has 64 KB, and 32 KB are the most")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"-----BEGIN", "cut off"),
        (b"-----BEGIN CERTIFICATE-----\n", "cut off"),
        (pem(GOOD)[:300], "cut off"),
        (b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "damaged"),
        (b"-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n", "damaged"),
        (b"-----BEGIN CERTIFICATE REQUEST-----\n", "request for a certificate"),
        (SIGNER.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), "public key"),
        (b"-----BEGIN PKCS7-----\n", "PKCS #7"),
        (b"-----BEGIN PKCS12-----\n", "PKCS #12"),
        (b"-----BEGIN TRUSTED CERTIFICATE-----\n", "notes of openssl"),
        (b"-----BEGIN X509 CRL-----\n", "no certificate in it"),
        (b"", "empty"),
        (b" \n", "empty"),
        (b"hello", "no certificate in it"),
        (b"\x30\x82\xff\xff", "no certificate in it"),
        (b"\x00" * 4000, "no certificate in it"),
        ("Zertifikat \N{SNOWMAN}".encode("utf-16"), "no certificate in it"),
    ],
    ids=range(17),
)
def test_what_is_no_certificate_is_refused_as_what_it_is(data: bytes, said: str) -> None:
    assert said in refusal(data)


def test_odd_ones_are_read_without_a_warning_across_the_screen() -> None:
    odd = certificate(subject=name(cn="Germany", of=NameOID.COUNTRY_NAME))
    with pytest.warns(UserWarning, match="length"):
        assert odd.subject
    assert facts(der(odd)).subject == "C=Germany,O=Shop"


def test_names_that_are_no_text_are_refused_as_such() -> None:
    data = der(certificate(subject=name(cn="billing")))
    said = "Its names or times cannot be read; have it made anew."
    assert refusal(data.replace(b"billing", b"bill\xffng")) == said
    bits = data.replace(b"\x0c\x07billing", b"\x03\x07billing")
    assert refusal(bits) == said
    with pytest.raises(ValueError, match="BitString"):
        facts(bits)


def test_a_version_that_is_none_is_refused() -> None:
    data = der(GOOD).replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x03", 1)
    assert refusal(data).startswith("There is no certificate in it")
    with pytest.raises(ValueError, match="version"):
        facts(data)


def test_many_threads_may_read_at_once_and_warnings_are_what_they_were() -> None:
    data, before = der(GOOD), list(warnings.filters)
    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(facts, [data] * 400))) == 1
    assert list(warnings.filters) == before


def test_facts_refuses_nothing_but_what_is_none() -> None:
    assert facts(der(certificate(end=NOON - timedelta(days=1), start=NOON - timedelta(days=2)))).subject
    with pytest.raises(ValueError, match="asn1"):
        facts(b"hello")


@given(st.binary(max_size=400))
def test_noise_is_refused_in_a_sentence(data: bytes) -> None:
    refusal(data)


@given(st.integers(0, len(der(GOOD)) - 1), st.integers(1, 255))
def test_a_flipped_byte_is_read_or_refused_but_never_a_crash(place: int, flip: int) -> None:
    data = bytearray(der(GOOD))
    data[place] ^= flip
    with suppress(Refusal):
        read(bytes(data), NOON)
    with suppress(ValueError):
        facts(bytes(data))
