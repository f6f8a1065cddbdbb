"""Who works: the account that the system vouches for, and the name that was only claimed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Operator:
    """`account` is the real uid's name; `claimed` is what SUDO_USER and SSH say, which anyone can set."""

    account: str
    claimed: str | None = None

    def __str__(self) -> str:
        return f"{self.claimed} (claimed, as {self.account})" if self.claimed else self.account
