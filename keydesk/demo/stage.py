"""Plays the demo's story on a database, through the real services and in the order in which it happened."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import chain
from random import Random
from urllib.parse import urlsplit

from sqlmodel import col, update

from core.apis.apis import Apis
from core.authentication.pace import Pace
from core.desk import Desk
from core.hashing import Hasher
from core.rules.errors import LogonRefused
from core.rules.limits import REPEATS_WITHIN
from core.rules.requests.applications import NewApplication
from core.rules.requests.client_secrets import NewSecret
from core.rules.requests.jwt_trusts import NewTrust
from core.rules.scopes import ApiScope
from core.rules.secret_format import TokenBytes, new_value
from core.rules.views.applications import ApplicationView
from core.rules.views.certificates import CertificateView
from core.rules.views.client_secrets import IssuedSecret
from core.rules.views.jwt_trusts import TrustView
from core.services import Services, services_on
from keydesk.demo.certificates import issued
from keydesk.demo.issuers import Issuers
from keydesk.demo.parts import (
    OPERATORS,
    Api,
    Application,
    Certificate,
    Changed,
    Deed,
    Edited,
    Refused,
    Rotated,
    Secret,
    Subscribed,
    Trust,
    Used,
)
from store.database import Database
from store.tables import ApiCaller, ClientSecret, JwtTrust
from store.tables import Certificate as CertificateRow

Act = tuple[timedelta, Callable[[], object]]
"""How long ago, and what then happens."""

SecretKey = tuple[str, str | None]
"""The application's name and the secret's description: how the story tells its secrets apart."""


class Stage:
    """One performance. The values of its secrets are known to it alone, and end with it."""

    def __init__(
        self, database: Database, *, end: datetime, token_bytes: TokenBytes, hasher: Hasher, issuers: Issuers
    ) -> None:
        self._database = database
        self._issuers = issuers
        self._end = self._time = end
        self._token_bytes = token_bytes
        self._services = {
            name: services_on(
                Desk(database, operator, lambda: self._time, token_bytes, hasher),
                pace=Pace(lambda _seconds: None),
                defer=lambda _later: None,
                send=issuers.send,
            )
            for name, operator in OPERATORS.items()
        }
        self._applications: dict[str, ApplicationView] = {}
        self._issued: dict[SecretKey, IssuedSecret] = {}
        self._certificates: dict[Certificate, CertificateView] = {}
        self._trusts: dict[NewTrust, TrustView] = {}
        self._apis: dict[str, str] = {}

    def play(self, story: Iterable[Application], apis: Iterable[Api] = ()) -> None:
        """Let everything happen, oldest first, so that the activity's times ascend along its chain."""
        acts = chain(chain.from_iterable(map(self._life, story)), chain.from_iterable(map(self._life_of_api, apis)))
        for age, happen in sorted(acts, key=lambda act: act[0], reverse=True):
            self._time = self._end - age
            happen()

    def _life(self, told: Application) -> Iterator[Act]:
        yield told.made.at, partial(self._create, told)
        for secret in told.secrets:
            yield from self._life_of_secret(secret, (told.name, secret.description))
        for trust in told.trusts:
            yield from self._life_of_trust(trust, told.name)
        for change in told.changed:
            yield change.at, partial(self._change, told.name, change)
        for refused in told.refused:
            yield from self._refusals(refused, told.name)
        for certificate in told.certificates:
            yield from self._life_of_certificate(certificate, told.name)
        if told.unlocked:
            yield told.unlocked.at, partial(self._unlock, told.name, told.unlocked)
        if told.deleted:
            yield told.deleted.at, partial(self._delete, told.name, told.deleted)

    def _refusals(self, told: Refused, name: str) -> Iterator[Act]:
        made_up = new_value(self._token_bytes)  # one for all: a service that retries presents what it has
        for number in range(told.times):
            yield told.at - number * told.every, partial(self._refuse, told, name, made_up)
        seen = told.at - told.times * told.every - REPEATS_WITHIN
        if seen > timedelta(0):
            yield seen, self._look

    def _life_of_secret(self, told: Secret, key: SecretKey) -> Iterator[Act]:
        yield told.made.at, partial(self._add, told, key)
        if told.used:
            yield told.used.last, partial(self._use, key, told.used)
        if told.edited:
            yield told.edited.at, partial(self._edit, key, told.edited)
        if told.rotated:
            yield told.rotated.at, partial(self._rotate, key, told.rotated)
        if told.revoked:
            yield told.revoked.at, partial(self._revoke, key, told.revoked)

    def _life_of_certificate(self, told: Certificate, name: str) -> Iterator[Act]:
        yield told.made.at, partial(self._certify, told, name)
        if told.used:
            yield told.used.last, partial(self._use_certificate, told, told.used)

    def _certify(self, told: Certificate, name: str) -> None:
        start = self._time.replace(microsecond=0) - told.age
        der = issued(told.subject, told.issuer, start, start + told.lifetime, self._token_bytes)
        added = self._by(told.made).certificates.add(self._applications[name].id, der, told.description)
        self._certificates[told] = added

    def _use_certificate(self, told: Certificate, used: Used) -> None:
        """Write down the logons, whose private key nobody has."""
        row = col(CertificateRow.id) == self._certificates[told].id
        last = {"last_used_at": self._time, "last_used_from": used.source, "use_count": used.times}
        with self._database.transaction() as session:
            session.exec(update(CertificateRow).where(row).values(last))

    def _life_of_trust(self, told: Trust, name: str) -> Iterator[Act]:
        yield told.made.at, partial(self._trust, told, name)
        yield told.fetched, partial(self._fetch, told)
        if told.failed:
            yield told.failed, partial(self._fetch_in_vain, told)
        if told.used:
            yield told.used.last, partial(self._use_trust, told, told.used)

    def _life_of_api(self, told: Api) -> Iterator[Act]:
        yield told.made.at, partial(self._protect, told)
        for subscribed in told.subscribed:
            yield subscribed.at, partial(self._subscribe, told.asked.name, subscribed)
        for application, used in told.called:
            yield used.last, partial(self._call, told.asked.name, application, used)

    def _protect(self, told: Api) -> None:
        # Its id comes from a source of its own: whatever is random elsewhere stays as it was.
        dice = Random(told.asked.name).randbytes  # noqa: S311 - an id of throw-away data
        self._apis[told.asked.name] = Apis(replace(self._by(told.made).desk, token_bytes=dice)).create(told.asked).id

    def _subscribe(self, api: str, deed: Subscribed) -> None:
        self._by(deed).subscriptions.add(self._apis[api], self._applications[deed.application].id)

    def _call(self, api: str, application: str, used: Used) -> None:
        """Write down the calls, which no gateway asked about."""
        ids = {"api_id": self._apis[api], "application_id": self._applications[application].id}
        with self._database.transaction() as session:
            session.add(ApiCaller(**ids, last_called_at=self._time, calls=used.times))

    def _create(self, told: Application) -> None:
        new = NewApplication(told.name, told.description)
        self._applications[told.name] = self._by(told.made).applications.create(new)

    def _change(self, name: str, change: Changed) -> None:
        self._by(change).applications.change(self._applications[name].id, change.to)

    def _delete(self, name: str, deed: Deed) -> None:
        self._by(deed).applications.delete(self._applications[name].id, name)

    def _unlock(self, name: str, deed: Deed) -> None:
        self._by(deed).locks.unlock(self._applications[name].id)

    def _add(self, told: Secret, key: SecretKey) -> None:
        new = NewSecret(told.description, told.lifetime, told.scopes)
        self._issued[key] = self._by(told.made).client_secrets.add(self._applications[key[0]].id, new)

    def _edit(self, key: SecretKey, edit: Edited) -> None:
        self._by(edit).client_secrets.edit(self._applications[key[0]].id, self._issued[key].secret.id, edit.to)

    def _rotate(self, key: SecretKey, deed: Rotated) -> None:
        owner, old = self._applications[key[0]], self._issued[key].secret
        self._by(deed).rotations.rotate(owner.id, old.id, deed.grace)

    def _revoke(self, key: SecretKey, deed: Deed) -> None:
        self._by(deed).client_secrets.revoke(self._applications[key[0]].id, self._issued[key].secret.id)

    def _use(self, key: SecretKey, used: Used) -> None:
        """Log on once, and count the logons before it, which leave nothing but their number."""
        issued = self._issued[key]
        self._log_on(issued.client_id, issued.value, max(issued.secret.scopes), used.source)
        row = col(ClientSecret.id) == issued.secret.id
        with self._database.transaction() as session:
            session.exec(update(ClientSecret).where(row).values(use_count=used.times))

    def _trust(self, told: Trust, name: str) -> None:
        added = self._by(told.made).jwt_trusts.add(self._applications[name].id, told.asked)
        self._trusts[told.asked] = added

    def _fetch(self, told: Trust) -> None:
        self._anyone.trusted_keys.fetch(self._trusts[told.asked].id)

    def _fetch_in_vain(self, told: Trust) -> None:
        """Fetch from a server that is down from now on, to the end and beyond."""
        parts = urlsplit(self._trusts[told.asked].jwks_uri or "")
        self._issuers.down.add(f"{parts.scheme}://{parts.netloc}")
        self._fetch(told)

    def _use_trust(self, told: Trust, used: Used) -> None:
        """Write down the logons, whose private keys nobody has."""
        row = col(JwtTrust.id) == self._trusts[told.asked].id
        last = {"last_used_at": self._time, "last_used_from": used.source, "use_count": used.times}
        with self._database.transaction() as session:
            session.exec(update(JwtTrust).where(row).values(last))

    def _refuse(self, told: Refused, name: str, made_up: str) -> None:
        value = self._issued[name, told.presented].value if told.presented else made_up
        with suppress(LogonRefused):
            self._log_on(self._applications[name].client_id, value, ApiScope.OPENID, told.source)

    def _look(self) -> None:
        """Look at the activity once the repeats are over, so that their row carries a time close to theirs."""
        self._anyone.activity.page(None, limit=1)

    def _log_on(self, client_id: str, value: str, scope: ApiScope, source: str) -> None:
        self._anyone.authentication.by_secret(client_id, value, scope, source)

    @property
    def _anyone(self) -> Services:
        """What a client does is no operator's deed, so any of their desks will do."""
        return next(iter(self._services.values()))

    def _by(self, deed: Deed) -> Services:
        return self._services[deed.by]
