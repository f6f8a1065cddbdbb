"""Services that answer when the test lets them, or fail: what a slow disk or a defect does."""

import threading
from collections.abc import Callable
from typing import Any

SECONDS = 20


class Gated:
    """Stands before a service; each of its answers waits until the gate is open."""

    def __init__(self, service: object) -> None:
        self._service = service
        self.gate = threading.Event()
        self.gate.set()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        answer = getattr(self._service, name)

        def wait(*given: Any, **named: Any) -> Any:
            self.gate.wait(SECONDS)
            return answer(*given, **named)

        return wait


class Failing:
    """Stands before a service; each of its answers is *error*, once there is one."""

    def __init__(self, service: object) -> None:
        self._service = service
        self.error: Exception | None = None

    def __getattr__(self, name: str) -> Callable[..., Any]:
        answer = getattr(self._service, name)

        def fail(*given: Any, **named: Any) -> Any:
            if self.error is not None:
                raise self.error
            return answer(*given, **named)

        return fail
