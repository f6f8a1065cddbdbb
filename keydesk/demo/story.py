"""The demo's story: the applications of a company that sells through shops of its own and of partners.

Ages are fractions of a day so small that operators work at about the hour at which the demo is opened.
"""

from core.rules.expiry import Lifetime
from core.rules.requests.applications import ApplicationChanges
from core.rules.scopes import ApiScope
from keydesk.demo.billing import BILLING
from keydesk.demo.parts import Application, Changed, Deed, Refused, Secret, Used, ago

_OPENID_ONLY = (ApiScope.OPENID,)

_PARTNERS = (
    *("Aalto Books", "Brno Tools", "Cádiz Foods", "Delft Bikes", "Évora Wine", "Fjord Outdoor", "Graz Optics"),
    *("Hull Marine", "Izmir Textiles", "Jena Glass", "Kyiv Audio", "Lviv Print", "Malmö Design", "Nice Travel"),
    *("Oulu Games", "Porto Shoes", "Quimper Faience", "Riga Amber", "Split Yachts", "Tartu Robotics"),
)

_GUESSERS = ("203.0.113.77", "198.51.100.23", "203.0.113.140", "198.51.100.61", "203.0.113.9")

STORY = (
    *BILLING,
    Application(
        "café-orders",
        "The staff café's order screen",
        Deed(ago(days=88.102), "chandra"),
        secrets=(
            Secret(
                "till by the door",
                Deed(ago(days=88.101), "chandra"),
                scopes=_OPENID_ONLY,
                used=Used(5_318, ago(minutes=41), "10.0.5.61"),
            ),
            Secret(
                "till by the stairs",
                Deed(ago(days=88.1), "chandra"),
                scopes=_OPENID_ONLY,
                used=Used(3_002, ago(minutes=38.2), "10.0.5.62"),
            ),
        ),
    ),
    Application(
        "data-lake-export",
        "Hands the day's bookings to the data lake: every booking once, in the order of its value date, with the "
        "ledger's own numbers and without card data. Runs at 02:15 UTC and again at 05:15 when the first run found the "
        "ledger open; a third run is started by hand. When it fails, call the ledger team before noon, because the "
        "regulator's report of the next day is built on it. Owner: finance platform. Its secret is kept in the "
        "scheduler's vault, never in the job's own configuration.",
        Deed(ago(days=301.192), "bob"),
        changed=(Changed(ago(days=301.19), "bob", ApplicationChanges(scopes=("bookings:read",), token_lifetime=240)),),
        secrets=(
            Secret(
                "vault", Deed(ago(days=301.187), "bob"), Lifetime.TWO_YEARS, used=Used(318, ago(hours=9), "10.0.2.44")
            ),
        ),
    ),
    Application(
        "edge-gateway",
        "Checks the tokens of every request that enters",
        Deed(ago(days=512.023), "alice"),
        changed=(Changed(ago(days=512.021), "alice", ApplicationChanges(introspects=True, token_lifetime=15)),),
        secrets=(
            Secret(
                "gateway 1",
                Deed(ago(days=147.0893), "deploy"),
                scopes=_OPENID_ONLY,
                used=Used(3_408_112, ago(seconds=34), "10.0.3.11"),
            ),
            Secret(
                "gateway 2",
                Deed(ago(days=147.089), "deploy"),
                scopes=_OPENID_ONLY,
                used=Used(3_377_903, ago(seconds=21), "10.0.3.12"),
            ),
        ),
    ),
    Application(
        "identity-sync",
        "Brings joiners and leavers from the HR system",
        Deed(ago(days=230.041), "chandra"),
        secrets=(
            Secret(
                None,
                Deed(ago(days=230.037), "chandra"),
                Lifetime.TWO_YEARS,
                scopes=(ApiScope.APPLICATION_USERS,),
                used=Used(22_080, ago(minutes=14.5), "10.0.6.20"),
            ),
        ),
        refused=(Refused(ago(days=12.111), "10.0.6.21", times=2),),
    ),
    Application(
        "ledger-sync",
        "Keeps the two ledgers in step",
        Deed(ago(days=395.082), "bob"),
        changed=(Changed(ago(days=395.08), "bob", ApplicationChanges(scopes=("ledger:read", "ledger:write"))),),
        secrets=(
            Secret("primary", Deed(ago(days=212.029), "bob"), used=Used(61_733, ago(minutes=26.6), "10.0.2.50")),
            Secret("standby", Deed(ago(days=212.027), "bob"), used=Used(118, ago(days=30.05), "10.0.2.51")),
            Secret("before the audit", Deed(ago(days=395.077), "bob"), revoked=Deed(ago(days=212.012), "alice")),
        ),
        refused=(
            Refused(ago(days=9.156), "10.0.2.51", times=5),
            *(Refused(ago(minutes=17.4 - 0.6 * number), source) for number, source in enumerate(_GUESSERS)),
            Refused(ago(minutes=11.8), "10.0.2.50", times=6, every=ago(seconds=30), presented="primary"),
            Refused(ago(minutes=3.5), "203.0.113.77"),
        ),
        unlocked=Deed(ago(days=9.152), "alice"),
    ),
    Application(
        "partner-gateway",
        "One secret for each partner shop",
        Deed(ago(days=702.225), "alice"),
        changed=(Changed(ago(days=702.222), "alice", ApplicationChanges(scopes=("orders:write", "stock:read"))),),
        secrets=tuple(
            Secret(
                partner,
                Deed(ago(days=698.13 - 34.003 * number), ("alice", "chandra", "deploy")[number % 3]),
                Lifetime.TWO_YEARS if number % 4 else Lifetime.ONE_YEAR,
                scopes=_OPENID_ONLY,
                used=Used(70_000 - 3_301 * number, ago(minutes=17.3 + 4.7 * number), f"192.0.2.{10 + number}")
                if number % 4
                else None,
            )
            for number, partner in enumerate(_PARTNERS)
        ),
    ),
    Application("payroll-export", None, Deed(ago(hours=2.33), "chandra")),
    Application(
        "pos-terminals",
        "Card terminals in the shops; they retry, so nothing locks them",
        Deed(ago(days=410.15), "bob"),
        changed=(Changed(ago(days=141.155), "bob", ApplicationChanges(locking_enabled=False)),),
        secrets=tuple(
            Secret(
                f"shop {number}",
                Deed(ago(days=141.103 - 0.0011 * number), "deploy"),
                Lifetime.NEVER,
                scopes=_OPENID_ONLY,
                used=Used(14_000 + 977 * number, ago(minutes=1.7 * number), f"10.0.5.{70 + number}"),
            )
            for number in range(1, 5)
        ),
        refused=(Refused(ago(hours=5.1), "10.0.5.73", times=7, every=ago(seconds=12)),),
    ),
    Application(
        "reporting",
        "Monthly figures",
        Deed(ago(days=364.1), "chandra"),
        secrets=(
            Secret("dashboard", Deed(ago(days=364.007), "chandra"), used=Used(9_410, ago(hours=1.45), "10.0.8.5")),
            Secret("dashboard, next", Deed(ago(days=5.03), "chandra"), scopes=_OPENID_ONLY),
        ),
    ),
    Application(
        "shipping-webhooks",
        "Tells the carriers what is packed",
        Deed(ago(days=199.053), "bob"),
        secrets=(Secret("worker", Deed(ago(days=199.05), "bob"), used=Used(77_140, ago(minutes=2.9), "10.0.4.77")),),
    ),
    Application(
        "status-page",
        "Asks each service once a minute whether it is well",
        Deed(ago(days=150.02), "alice"),
        secrets=(
            Secret(
                "probe",
                Deed(ago(days=138.175), "alice"),
                Lifetime.NEVER,
                scopes=_OPENID_ONLY,
                used=Used(199_004, ago(seconds=48), "10.0.8.9"),
            ),
        ),
    ),
    Application(
        "請求書発行",
        "Invoices of the Tokyo office",
        Deed(ago(days=74.225), "chandra"),
        secrets=(Secret("本番", Deed(ago(days=74.222), "chandra"), used=Used(1_877, ago(hours=6.2), "10.1.0.14")),),
    ),
    Application(
        "crm-trial",
        "Two weeks on trial",
        Deed(ago(days=40.082), "bob"),
        secrets=(Secret("vendor", Deed(ago(days=40.08), "bob"), used=Used(52, ago(days=33.15), "192.0.2.200")),),
        deleted=Deed(ago(days=26.102), "bob"),
    ),
)
