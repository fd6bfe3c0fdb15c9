"""The cut-off clock: days left, the last safe day, one tick for each day."""

from datetime import date

import pytest

from registry.entry.clock import WIDTH, clock


@pytest.mark.parametrize(
    ("today", "first", "cutoff", "days", "last_safe"),
    [
        (date(2026, 12, 8), date(2026, 12, 1), date(2026, 12, 17), 9, date(2026, 12, 11)),
        (date(2026, 11, 24), date(2026, 11, 18), date(2026, 12, 17), 23, date(2026, 12, 11)),
        (date(2026, 12, 17), date(2026, 12, 1), date(2026, 12, 17), 0, date(2026, 12, 11)),
        (date(2026, 12, 18), date(2026, 12, 18), date(2027, 1, 17), 30, date(2027, 1, 12)),
        (date(2027, 1, 31), date(2027, 1, 18), date(2027, 2, 17), 17, date(2027, 2, 11)),
    ],
)
def test_the_days_that_are_left(today, first, cutoff, days, last_safe):
    found = clock(today, 17)
    assert (found.first, found.cutoff, found.days_left, found.last_safe) == (first, cutoff, days, last_safe)


@pytest.mark.parametrize(("day", "near", "safe"), [(11, False, True), (12, False, False), (13, False, False), (14, True, False)])
def test_near_and_safe(day, near, safe):
    found = clock(date(2026, 12, day), 17)
    assert (found.is_near, found.still_safe) == (near, safe)


@pytest.mark.parametrize("day", [*range(1, 29)])
@pytest.mark.parametrize("cutoff", [1, 17, 28])
def test_one_tick_a_day_inside_the_drawing(day, cutoff):
    found = clock(date(2026, 12, day), cutoff)
    names = [tick.name for tick in found.ticks]
    assert len(names) == (found.cutoff - found.first).days + 1
    assert names.count("now") == 1
    assert sorted(names, key=["past", "now", "left"].index) == names
    assert all(tick.width > 0 and tick.x + tick.width <= WIDTH for tick in found.ticks)
    assert all(one.x + one.width < other.x for one, other in zip(found.ticks, found.ticks[1:], strict=False))
