"""PyPI django-oauth-toolkit as its documentation configures it: hashed secrets, SQLite, one process.

Run once with credentials as JSON on standard input, `[[CLIENT_ID, SECRET], …]`, to make the database; then serve
`django_oauth_toolkit:application`. The database is the file that `BENCHMARK_DATABASE` names. Knows nothing of ours.
"""

import json
import os
import secrets
import sys

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.urls import include, path

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["BENCHMARK_DATABASE"]}},
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "oauth2_provider"],
    OAUTH2_PROVIDER={"SCOPES": {"read": "Read"}},
    ROOT_URLCONF=__name__,
    SECRET_KEY=secrets.token_hex(),
    USE_TZ=True,
)
django.setup()
urlpatterns = [path("", include("oauth2_provider.urls"))]
application = get_wsgi_application()


def fill() -> None:
    """Make the tables, and an application for each credential; saving one hashes its secret."""
    from oauth2_provider.models import Application

    call_command("migrate", verbosity=0)
    for client_id, secret in json.load(sys.stdin):
        Application.objects.create(
            client_id=client_id,
            client_secret=secret,
            client_type=Application.CLIENT_CONFIDENTIAL,
            authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
        )


if __name__ == "__main__":
    fill()
