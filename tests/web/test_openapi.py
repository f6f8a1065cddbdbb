"""The OpenAPI document: it holds together, and tells of what is served."""

from collections.abc import Iterator
from typing import Any

import pytest

from core.rules import endpoints
from core.rules.requests.apis import NewApi
from core.services import Services
from tests.web.client import Client
from tests.web.conftest import ISSUER


@pytest.fixture
async def document(client: Client) -> dict[str, Any]:
    answer = await client.get("/openapi.json")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    read: dict[str, Any] = answer.document
    return read


def references(part: Any) -> Iterator[str]:
    """Yield every `$ref` in *part*."""
    if isinstance(part, dict):
        yield from (value for key, value in part.items() if key == "$ref")
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


async def test_it_is_openapi_3_1_of_this_server(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    assert document["servers"] == [{"url": ISSUER}]


async def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    assert set(references(document))
    for reference in references(document):
        part = document
        for name in reference.removeprefix("#/").split("/"):
            part = part[name]


async def test_it_tells_of_every_path(document: dict[str, Any]) -> None:
    known = {value for name, value in vars(endpoints).items() if name.endswith("_PATH")}
    assert set(document["paths"]) == {*known, *endpoints.METADATA_PATHS, "/openapi.json"}


async def test_every_path_has_the_methods_it_tells_of(
    client: Client, services: Services, document: dict[str, Any]
) -> None:
    services.apis.create(NewApi("weather", "/weather"))
    for target, operations in document["paths"].items():
        answer = await client.ask("DELETE", target.format(api="weather"))
        assert answer.status == 405
        assert set(operations) == {answer.headers["allow"].lower().split(", ")[0]}


async def test_every_operation_has_its_own_name(document: dict[str, Any]) -> None:
    names = [each["operationId"] for operations in document["paths"].values() for each in operations.values()]
    assert len(set(names)) == len(names)
