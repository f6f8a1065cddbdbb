"""Every service behind one name: what the console, the commands and the HTTP face are given."""

from dataclasses import dataclass

from core.activity.activity import Activity
from core.apis.apis import Apis
from core.apis.gatekeeper import Gatekeeper
from core.apis.gateways import Gateways
from core.apis.invoking import Invoking
from core.apis.status import ApiStatus
from core.apis.subscriptions import Subscriptions
from core.applications.application_list import ApplicationList
from core.applications.applications import Applications
from core.applications.locks import ClientIdLocks
from core.authentication.authentication import ClientAuthentication, Defer
from core.authentication.pace import Pace
from core.authentication.trial import Trial
from core.certificates.certificates import Certificates
from core.client_secrets.client_secrets import ClientSecrets
from core.client_secrets.rotation import Rotations
from core.client_secrets.verification import SecretVerification
from core.desk import Desk
from core.expiring import Expiring
from core.jwt_trusts.jwt_trusts import JwtTrusts
from core.jwt_trusts.trusted_keys import TrustedKeys
from core.outbound.exchange import Exchange, exchange
from core.rules.forwarding import DEFAULT_HEADER
from core.servers import Servers


@dataclass(frozen=True, slots=True)
class Services:
    """The service layer as a whole, on one desk."""

    desk: Desk
    applications: Applications
    application_list: ApplicationList
    client_secrets: ClientSecrets
    certificates: Certificates
    rotations: Rotations
    jwt_trusts: JwtTrusts
    apis: Apis
    subscriptions: Subscriptions
    gateways: Gateways
    api_status: ApiStatus
    trusted_keys: TrustedKeys
    verification: SecretVerification
    locks: ClientIdLocks
    authentication: ClientAuthentication
    gatekeeper: Gatekeeper
    activity: Activity
    expiring: Expiring
    servers: Servers
    trial: Trial
    invoking: Invoking

    def change_mark(self) -> object:
        """Return a value that differs from the last one when another process has changed the data."""
        return self.desk.database.change_mark()

    def close(self) -> None:
        """Let go of the database, and of the threads that use it."""
        self.trusted_keys.close()
        self.desk.database.close()


def services_on(
    desk: Desk, *, pace: Pace, defer: Defer, send: Exchange = exchange, client_cert: str = DEFAULT_HEADER
) -> Services:
    """Put the services together; `pace` and `defer` are for client authentication, `send` for the keys of trusts.

    `client_cert` is the header in which a trusted proxy passes a client's certificate on.
    """
    servers = Servers(desk)
    apis = Apis(desk)
    trusted_keys = TrustedKeys(desk, send)
    authentication = ClientAuthentication(desk, pace=pace, defer=defer)
    return Services(
        desk=desk,
        applications=Applications(desk),
        application_list=ApplicationList(desk),
        client_secrets=ClientSecrets(desk),
        certificates=Certificates(desk),
        rotations=Rotations(desk),
        jwt_trusts=JwtTrusts(desk, trusted_keys),
        apis=apis,
        subscriptions=Subscriptions(desk),
        gateways=Gateways(desk, servers, apis, client_cert),
        api_status=ApiStatus(),
        trusted_keys=trusted_keys,
        verification=SecretVerification(desk),
        locks=ClientIdLocks(desk),
        authentication=authentication,
        gatekeeper=Gatekeeper(desk, authentication),
        activity=Activity(desk),
        expiring=Expiring(desk),
        servers=servers,
        trial=Trial(servers),
        invoking=Invoking(),
    )
