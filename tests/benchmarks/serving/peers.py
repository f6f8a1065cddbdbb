"""The peers, installed by package name in whatever version is current, outside the checkout."""

import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

SCRIPTS = Path(__file__).parent.parent / "peers"
NODE_PACKAGE = "oidc-provider"
PYTHON_PACKAGES = ("django-oauth-toolkit", "gunicorn")
NODE_SCRIPT = "oidc_provider.mjs"
PYTHON_MODULE = "django_oauth_toolkit"


class Peers:
    """The directory of the installed peers; what is there already stays as it is."""

    def __init__(self, directory: Path) -> None:
        self.node = directory / "node"
        self._python = directory / "python"

    @property
    def programs(self) -> Path:
        """Where the Python peer's interpreter and server are."""
        return self._python / "bin"

    def install(self) -> None:
        """Install what is missing, with npm and pip as they are configured here."""
        self.install_node()
        if not (self.programs / "gunicorn").is_file():
            venv.create(self._python, with_pip=True)
            _run(str(self.programs / "pip"), "install", "--quiet", *PYTHON_PACKAGES)

    def install_node(self) -> None:
        """Install the peer of npm, where it is missing."""
        if not (self.node / "node_modules" / NODE_PACKAGE).is_dir():
            self.node.mkdir(parents=True, exist_ok=True)
            _run("npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(self.node), NODE_PACKAGE)
        # Node looks for packages beside the script that imports them.
        shutil.copy(SCRIPTS / NODE_SCRIPT, self.node)

    def versions(self) -> str:
        """Tell in one line what ours is compared with."""
        package = json.loads((self.node / "node_modules" / NODE_PACKAGE / "package.json").read_text())
        asked = "from importlib.metadata import version as v; import sys; print(*map(v, sys.argv[1:]))"
        toolkit, server = _run(str(self.programs / "python"), "-c", asked, *PYTHON_PACKAGES).split()
        return (
            f"{NODE_PACKAGE} {package['version']} on Node.js {_run('node', '--version').strip().lstrip('v')}; "
            f"{PYTHON_PACKAGES[0]} {toolkit} with {PYTHON_PACKAGES[1]} {server}; "
            f"Python {sys.version.split()[0]}; {os.cpu_count()} cores"
        )


def _run(*command: str) -> str:
    """Run a command that has to succeed, and return what it printed; what it complains of is shown."""
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
