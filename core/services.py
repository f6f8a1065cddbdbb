"""Every service behind one name: what the console, the commands and the HTTP face are given."""

from dataclasses import dataclass

from core.activity import Activity
from core.application_list import ApplicationList
from core.applications import Applications
from core.authentication import ClientAuthentication, Defer
from core.certificates import Certificates
from core.client_secrets import ClientSecrets
from core.desk import Desk
from core.expiring import Expiring
from core.locks import ClientIdLocks
from core.pace import Pace, Sleep
from core.rotation import Rotations
from core.servers import Servers
from core.trial import Trial
from core.verification import SecretVerification


@dataclass(frozen=True, slots=True)
class Services:
    """The service layer as a whole, on one desk."""

    desk: Desk
    applications: Applications
    application_list: ApplicationList
    client_secrets: ClientSecrets
    certificates: Certificates
    rotations: Rotations
    verification: SecretVerification
    locks: ClientIdLocks
    authentication: ClientAuthentication
    activity: Activity
    expiring: Expiring
    servers: Servers
    trial: Trial

    def change_mark(self) -> object:
        """Return a value that differs from the last one when another process has changed the data."""
        return self.desk.database.change_mark()

    def close(self) -> None:
        """Let go of the database."""
        self.desk.database.close()


def services_on(desk: Desk, *, sleep: Sleep, defer: Defer) -> Services:
    """Put the services together; `sleep` and `defer` are for client authentication."""
    servers = Servers(desk)
    return Services(
        desk=desk,
        applications=Applications(desk),
        application_list=ApplicationList(desk),
        client_secrets=ClientSecrets(desk),
        certificates=Certificates(desk),
        rotations=Rotations(desk),
        verification=SecretVerification(desk),
        locks=ClientIdLocks(desk),
        authentication=ClientAuthentication(desk, pace=Pace(sleep), defer=defer),
        activity=Activity(desk),
        expiring=Expiring(desk),
        servers=servers,
        trial=Trial(servers),
    )
