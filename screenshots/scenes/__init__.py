"""What the pictures show, and which keys lead there: a room for each noun."""

from screenshots.scenes.activity import ACTIVITY
from screenshots.scenes.apis import APIS, TEST_PANEL
from screenshots.scenes.applications import APPLICATIONS, FIRST_START
from screenshots.scenes.certificates import CERTIFICATES
from screenshots.scenes.client_secrets import BILLING, ELSEWHERE, NEW_SECRET
from screenshots.scenes.expiring import EXPIRING
from screenshots.scenes.jwt_trusts import TRUSTS
from screenshots.scenes.looks import OWN_COLOURS, TOO_SMALL
from screenshots.scenes.serve import SERVED

WALKS = (
    APPLICATIONS,
    BILLING,
    CERTIFICATES,
    TRUSTS,
    ACTIVITY,
    NEW_SECRET,
    ELSEWHERE,
    EXPIRING,
    SERVED,
    APIS,
    TEST_PANEL,
    FIRST_START,
    OWN_COLOURS,
    TOO_SMALL,
)
