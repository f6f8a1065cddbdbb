"""Refusals that computed nothing wait until one that did would be over (PRODUCT.md section 4)."""

import pytest

from core.authentication.pace import Pace


class Stopwatch:
    """Time that passes when the test says so, or when somebody sleeps."""

    def __init__(self) -> None:
        self.time = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


@pytest.fixture
def watch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def pace(watch: Stopwatch) -> Pace:
    return Pace(watch.sleep, watch)


def refuse(pace: Pace, watch: Stopwatch, seconds: float) -> None:
    start = pace.timer()
    watch.time += seconds
    pace.measured(start)


def test_before_the_first_whole_refusal_there_is_nothing_to_go_by(pace: Pace, watch: Stopwatch) -> None:
    assert not pace.keep(watch.time)
    assert watch.slept == []


def test_what_took_less_waits_for_the_rest_of_the_median(pace: Pace, watch: Stopwatch) -> None:
    for seconds in (0.020, 0.030, 5.0):
        refuse(pace, watch, seconds)
    start = pace.timer()
    watch.time += 0.004
    assert pace.keep(start)
    assert watch.slept == [pytest.approx(0.026)]


def test_what_took_longer_waits_no_more(pace: Pace, watch: Stopwatch) -> None:
    refuse(pace, watch, 0.020)
    start = pace.timer()
    watch.time += 0.050
    assert pace.keep(start)
    assert watch.slept == []


def test_what_a_flood_has_measured_fades_by_time_alone(pace: Pace, watch: Stopwatch) -> None:
    refuse(pace, watch, 0.040)
    for _ in range(60):
        refuse(pace, watch, 0.005)
        watch.time -= 0.005
    pace.measured(watch.time - 0.500)
    for _ in range(50):
        pace.measured(watch.time - 0.500)
    left = []
    for seconds in (0, 10, 10, 10, 3600):
        watch.time += seconds
        left.append(pace.left(watch.time))
    assert left == [pytest.approx(each) for each in (0.500, 0.500, 0.25375, 0.0075, 0.0075)]


def test_the_median_follows_the_machine(pace: Pace, watch: Stopwatch) -> None:
    for seconds in [0.020] * 51 + [0.080] * 51:
        refuse(pace, watch, seconds)
    pace.keep(pace.timer())
    assert watch.slept == [pytest.approx(0.080)]
