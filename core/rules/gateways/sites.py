"""A site: the protected APIs that one server of a gateway answers for, because callers reach them at one address.

A gateway has one server for a scheme, host and port. Of two in two files Caddy takes none, and nginx the first alone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from textwrap import fill

from core.rules.api_urls import overlap
from core.rules.errors import Refusal
from core.rules.gateways.addresses import Address, public_of
from core.rules.gateways.parts import word
from core.rules.views.apis import ApiView

_WIDTH = 76
"""Columns of a comment: the console shows as many on a terminal of 80, and a line that it breaks has no sign."""
_SIGN = "# "


@dataclass(frozen=True, slots=True)
class Site:
    """At least one API, the longest path first, and the address of them all."""

    apis: tuple[ApiView, ...]
    address: Address

    @property
    def is_shared(self) -> bool:
        """Tell whether it has several APIs."""
        return len(self.apis) > 1

    @property
    def is_named(self) -> bool:
        """Tell whether callers are to come by its host alone; else nobody has said what they call it."""
        return all(api.gateway for api in self.apis)

    @property
    def file(self) -> str:
        """What its files are named after: the API, or the address where several share it."""
        if not self.is_shared:
            return self.apis[0].name
        return re.sub(r"[^a-z0-9.]+", "-", self.address.netloc.lower()).strip("-")

    @property
    def word(self) -> str:
        """The same as a part of variables; that of an address is never that of an API, which begins otherwise."""
        if not self.is_shared:
            return word(self.file)
        return "gateway_" + self.file.replace("-", "__").replace(".", "_")

    @property
    def names(self) -> str:
        """The names of its APIs, as the command takes them."""
        return " ".join(sorted(api.name for api in self.apis))

    @property
    def whose(self) -> str:
        """What it calls its APIs."""
        return "the APIs" if self.is_shared else "the API"

    def opening(self, behind: str) -> str:
        """Return the first lines of its text, a comment: which APIs, and behind what."""
        sentences = f"T{self.whose[1:]} {listed(self.apis)} behind {behind}"
        if self.is_shared:
            sentences += f" They share {self.address}; this text takes the place of those for each API alone."
        return fill(
            sentences,
            _WIDTH,
            initial_indent=_SIGN,
            subsequent_indent=_SIGN,
            break_long_words=False,
            break_on_hyphens=False,
        )


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The other APIs at the address of one, by name: those that go into one text with it, and those that do not."""

    joining: tuple[ApiView, ...] = ()
    left_out: tuple[ApiView, ...] = ()


def site_of(apis: Sequence[ApiView]) -> Site:
    """Return the site of some APIs, each counted once; refuses those that no server could answer for together."""
    each = sorted({api.id: api for api in apis}.values(), key=lambda api: (-len(public_of(api).path), api.name))
    _refuse_apart(each)
    _refuse_overlap(each)
    return Site(tuple(each), public_of(each[0]).origin)


def address_of(api: ApiView) -> Address | None:
    """Return at which address callers reach an API; None where no gateway should be given that."""
    try:
        return public_of(api).origin
    except Refusal:
        return None


def overlapping(api: ApiView, other: ApiView) -> bool:
    """Tell whether a call could be meant for both: their own paths never overlap, those of their gateways may."""
    return overlap(public_of(api).path, public_of(other).path)


def wants_new_text(before: ApiView, after: ApiView) -> bool:
    """Tell whether the texts of nginx and Caddy are out of date once an API has changed; that of HAProxy always is."""
    return _of_text(before) != _of_text(after)


def listed(apis: Sequence[ApiView]) -> str:
    """Return the names of APIs as a sentence has them, in their order."""
    *names, last = sorted(api.name for api in apis)
    return f"{', '.join(names)} and {last}" if names else last


def _of_text(api: ApiView) -> tuple[object, ...]:
    """Return what stands in a text: where calls come from and go to, what keydesk is asked, what is taken away."""
    return api.name, api.path, api.upstream, api.gateway, api.security, api.client_id_at, api.client_secret_at


def _refuse_apart(apis: Sequence[ApiView]) -> None:
    at: dict[str, list[ApiView]] = {}
    for api in apis:
        at.setdefault(str(public_of(api).origin), []).append(api)
    if len(at) > 1:
        places = "; ".join(f"{listed(some)} at {address}" for address, some in sorted(at.items()))
        raise Refusal(f"One text is for the APIs of one gateway address, and these are apart: {places}.")


def _refuse_overlap(apis: Sequence[ApiView]) -> None:
    for api, other in combinations(apis, 2):
        if overlapping(api, other):
            raise Refusal(
                f"“{api.name}” and “{other.name}” overlap at their gateways, {public_of(api)} and {public_of(other)}: "
                "a call could be meant for both. Change a path, or a gateway."
            )
