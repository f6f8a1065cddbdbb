"""The part of the demo's story that stands behind gateways: four protected APIs, and who calls them."""

from core.rules.apis import Located, Place, Profile, Security
from core.rules.requests.apis import NewApi
from keydesk.demo.parts import Api, Deed, Subscribed, Used, ago

GATEWAY = "https://api.shop.example"

APIS = (
    Api(
        NewApi(
            name="bookings",
            title="Bookings of the ledger",
            path="/ledger/bookings",
            upstream="http://10.0.2.31:8080",
            gateway=GATEWAY,
            security=(Security.PAIR, Security.BEARER),
            scopes=("bookings:read",),
            subscribed_only=True,
        ),
        Deed(ago(days=301.091), "bob"),
        subscribed=(
            Subscribed(ago(days=301.09), "bob", "data-lake-export"),
            Subscribed(ago(days=5.028), "chandra", "reporting"),
        ),
        called=(("data-lake-export", Used(318, ago(hours=9), "10.0.2.44")),),
    ),
    Api(
        NewApi(
            name="echo",
            title="Answers what it was asked",
            path="/echo",
            upstream="http://10.0.6.9:8080",
            gateway=GATEWAY,
            security=(Security.BEARER,),
            profile=Profile.GRAVITEE_2016,
        ),
        Deed(ago(days=149.07), "alice"),
        called=(("status-page", Used(198_311, ago(seconds=48), "10.0.8.9")),),
    ),
    Api(
        NewApi(
            name="tracking",
            title="Where a parcel is",
            path="/tracking/v2",
            upstream="http://10.0.4.77:9000",
            gateway=GATEWAY,
            security=(Security.CLIENT_ID,),
            client_id_at=Located(Place.QUERY, "api_key"),
            subscribed_only=True,
            profile=Profile.IBM_V10,
        ),
        Deed(ago(days=198.12), "bob"),
        subscribed=(
            Subscribed(ago(days=198.119), "bob", "shipping-webhooks"),
            Subscribed(ago(days=12.21), "alice", "partner-gateway"),
        ),
        called=(
            ("shipping-webhooks", Used(76_920, ago(minutes=2.9), "10.0.4.77")),
            ("partner-gateway", Used(1_204, ago(hours=2.31), "10.0.9.3")),
        ),
    ),
    Api(
        NewApi(
            name="weather",
            title="Weather Provider API",
            path="/weather",
            upstream="http://10.0.6.20:8080",
            gateway=GATEWAY,
            subscribed_only=True,
            profile=Profile.IBM_V5,
        ),
        Deed(ago(days=60.14), "alice"),
        subscribed=(
            Subscribed(ago(days=60.139), "alice", "billing-api"),
            Subscribed(ago(days=44.18), "alice", "café-orders"),
            Subscribed(ago(days=2.052), "chandra", "pos-terminals"),
        ),
        called=(
            ("billing-api", Used(48_020, ago(minutes=6.4), "10.0.0.7")),
            ("café-orders", Used(2_911, ago(minutes=38.2), "10.0.5.62")),
        ),
    ),
)
