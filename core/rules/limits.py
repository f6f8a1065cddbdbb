"""The figures of the product, each in this one place."""

from datetime import timedelta

SECRETS_PER_APPLICATION = 20
CLOCKS_DIFFER = timedelta(days=1)
"""How far two servers' clocks, or one before and after it was set, may be apart without harm to what counts once."""
CERTIFICATES_PER_APPLICATION = 80
CERTIFICATE_FILE_BYTES = 256 * 1024
"""What is read of a file: enough to tell a long chain by its number."""
CERTIFICATE_BYTES = 32 * 1024
"""One certificate in DER; a usual one has 1 to 2 KB."""
RSA_BITS = 2048
THUMBPRINT_HINT = 16
"""So many digits of a thumbprint name a certificate."""
COMMON_NAME_LENGTH = 64
"""RFC 5280, appendix A.1: `ub-common-name`."""
PKCS12_PASSWORD_LENGTH = range(8, 129)
TRUSTS_PER_KIND = 20
"""JWT trusts of an application by issuer, and as many by JWKS URI."""
REFRESH_HOURS = (24, 12)
"""How often the keys of a JWT trust may be fetched; the first holds unless another is chosen."""
FETCHES_APART = timedelta(minutes=1)
"""The least time between two fetches of one trust's keys, whatever is asked of it."""
KEYS_PER_SET = 50
URL_LENGTH = 500
API_NAME_LENGTH = 63
PARAMETER_NAME_LENGTH = 64
"""The longest name of a header field or a query parameter in which a credential stands."""
CLAIM_LENGTH = 255
"""The longest subject or audience of a JWT trust."""
NAME_LENGTH = 100
DESCRIPTION_LENGTH = 500
SECRET_DESCRIPTION_LENGTH = 200
OAUTH_SCOPES_LENGTH = 2000
TOKEN_LIFETIME_MINUTES = range(1, 721)
DEFAULT_TOKEN_LIFETIME_MINUTES = 60

FAILED_LOGONS = 5
LOCKED_FOR = timedelta(minutes=60)
EXPIRING_WITHIN = timedelta(days=30)
THRESHOLDS = (30, 14, 3)
"""Days before an end at which it is marked as nearer, unless the configuration says others."""
THRESHOLD_DAYS = range(1, 731)
REPEATS_WITHIN = timedelta(minutes=5)
