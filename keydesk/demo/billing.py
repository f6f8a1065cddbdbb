"""The part of the demo's story that shows most: billing, with a secret in every state."""

from core.rules.expiry import Lifetime
from core.rules.requests.applications import ApplicationChanges
from core.rules.requests.client_secrets import SecretChanges
from core.rules.requests.jwt_trusts import NewTrust
from core.rules.rotation import Grace
from core.rules.scopes import ApiScope
from keydesk.demo.issuers import CI, PARTNER
from keydesk.demo.parts import (
    Application,
    Certificate,
    Changed,
    Deed,
    Edited,
    Refused,
    Rotated,
    Secret,
    Trust,
    Used,
    ago,
)

_APPLICATION_ONLY = (ApiScope.APPLICATION,)
_USERS = (ApiScope.APPLICATION_USERS, ApiScope.OPENID)
_OPENID_ONLY = (ApiScope.OPENID,)

_API_SECRETS = (
    Secret(
        "ci",
        Deed(ago(days=203.034), "alice"),
        used=Used(48_211, ago(minutes=6.4), "10.0.0.7"),
        rotated=Rotated(ago(hours=1.9), "alice", Grace.DAY),
    ),
    Secret(
        "web shop",
        Deed(ago(days=61.081), "deploy"),
        Lifetime.TWO_YEARS,
        used=Used(912_604, ago(minutes=5.1), "10.0.4.18"),
        edited=Edited(ago(days=60.226), "alice", SecretChanges(scopes=_OPENID_ONLY)),
    ),
    Secret(
        "laptop of Chandra",
        Deed(ago(days=355.153), "chandra"),
        scopes=_APPLICATION_ONLY,
        used=Used(37, ago(days=61.052), "10.8.0.23"),
    ),
    Secret(
        "nightly reconciliation",
        Deed(ago(days=412.064), "deploy"),
        Lifetime.NEVER,
        scopes=_USERS,
        used=Used(824, ago(hours=11.52), "10.0.2.31"),
    ),
    Secret("load test", Deed(ago(hours=3.21), "bob"), scopes=_OPENID_ONLY),
    Secret(
        "old ci",
        Deed(ago(days=385.105), "bob"),
        used=Used(20_951, ago(days=26.008), "10.0.0.6"),
    ),
    Secret(
        "staging, seen in a log",
        Deed(ago(days=122.011), "bob"),
        used=Used(1_204, ago(days=88.079), "10.0.9.12"),
        revoked=Deed(ago(days=88.073), "alice"),
    ),
    Secret(
        "ci before the move",
        Deed(ago(days=498.101), "alice"),
        Lifetime.TWO_YEARS,
        used=Used(33_870, ago(days=203.046), "10.0.0.4"),
        revoked=Deed(ago(days=202.238), "alice"),
    ),
)

_API_CERTIFICATES = (
    Certificate(
        "acquirer's settlement",
        "CN=settlement.acquirer.example,O=Nordic Acquiring,C=FI",
        "CN=Nordic Acquiring Client CA 2,O=Nordic Acquiring,C=FI",
        Deed(ago(days=141.08), "alice"),
        ago(days=2.31),
        ago(days=365),
        used=Used(20_118, ago(minutes=9.2), "192.0.2.81"),
    ),
    Certificate(
        None,
        "CN=tax-filing,OU=Finance,O=Web Shop",
        "CN=tax-filing,OU=Finance,O=Web Shop",
        Deed(ago(days=345.09), "bob"),
        ago(hours=3.2),
        ago(days=365),
        used=Used(47, ago(days=11.14), "10.0.2.60"),
    ),
)

_API_TRUSTS = (
    Trust(
        NewTrust(CI, subject="repo:invoices:main", description="builds that send test invoices"),
        Deed(ago(days=33.07), "chandra"),
        fetched=ago(hours=7.31),
        used=Used(1_318, ago(minutes=52.5), "10.0.0.9"),
    ),
    Trust(
        NewTrust(jwks_uri=f"{PARTNER}/settlement.json", refresh_hours=12, description="settlement runs of the bank"),
        Deed(ago(days=118.044), "alice"),
        fetched=ago(hours=19.4),
        failed=ago(hours=1.2),
        used=Used(236, ago(hours=1.197), "192.0.2.71"),
    ),
)

BILLING = (
    Application(
        "billing-api",
        "Invoices, payments and refunds for the web shop",
        Deed(ago(days=731.051), "alice"),
        changed=(
            Changed(ago(days=730.238), "alice", ApplicationChanges(scopes=("invoices:read", "invoices:write"))),
            Changed(
                ago(days=17.072),
                "bob",
                ApplicationChanges(
                    scopes=("invoices:read", "invoices:write", "payments:write", "refunds:write"), token_lifetime=30
                ),
            ),
        ),
        secrets=_API_SECRETS,
        trusts=_API_TRUSTS,
        refused=(
            Refused(ago(days=9.028), "10.0.9.12", presented="staging, seen in a log"),
            Refused(ago(days=1.204), "10.0.7.40", times=24, presented="old ci"),
            Refused(ago(minutes=4.3), "198.51.100.23", times=2),
        ),
        certificates=_API_CERTIFICATES,
    ),
    Application(
        "billing-batch",
        "Nightly invoice runs",
        Deed(ago(days=640.13), "alice"),
        changed=(Changed(ago(days=640.127), "alice", ApplicationChanges(scopes=("invoices:read", "runs:write"))),),
        secrets=(
            Secret("scheduler", Deed(ago(days=352.153), "bob"), used=Used(706, ago(hours=3.17), "10.0.2.31")),
            Secret(
                "scheduler, first year",
                Deed(ago(days=640.101), "alice"),
                used=Used(610, ago(days=352.164), "10.0.2.31"),
                revoked=Deed(ago(days=352.101), "bob"),
            ),
        ),
    ),
    Application(
        "billing-old",
        "Replaced by billing-api",
        Deed(ago(days=1_402.158), "alice"),
        changed=(Changed(ago(days=61.075), "alice", ApplicationChanges(enabled=False)),),
        secrets=(
            Secret(
                "mainframe",
                Deed(ago(days=640.078), "alice"),
                Lifetime.TWO_YEARS,
                used=Used(2_114, ago(days=61.105), "10.0.1.2"),
                revoked=Deed(ago(days=61.073), "alice"),
            ),
        ),
        refused=(Refused(ago(days=3.094), "10.0.1.2", times=3),),
    ),
)
