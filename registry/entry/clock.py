"""The days left until Dinas Sosial takes changes for the next DTSEN update, as words and as one tick for each day."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH, HEIGHT = 302, 14
NEAR = 3
# A supervisor needs about three working days; the fourth before the cut-off is the last one on which sending is safe.
WORKING_DAYS_TO_CHECK = 4
SATURDAY = 5


@dataclass(frozen=True)
class Tick:
    """One day as a rectangle of the drawing; `name` is the class: past, now or left."""

    name: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Clock:
    first: date
    today: date
    cutoff: date
    last_safe: date
    ticks: tuple[Tick, ...]

    @property
    def days_left(self) -> int:
        return (self.cutoff - self.today).days

    @property
    def is_near(self) -> bool:
        return self.days_left <= NEAR

    @property
    def still_safe(self) -> bool:
        return self.today <= self.last_safe


def clock(today: date, cutoff_day: int) -> Clock:
    """The clock of `today`. It runs from the first of the month, or after the cut-off from the day that followed it."""
    if today.day <= cutoff_day:
        first, cutoff = today.replace(day=1), today.replace(day=cutoff_day)
    else:
        first = today.replace(day=cutoff_day) + timedelta(days=1)
        cutoff = (today.replace(day=1) + timedelta(days=monthrange(today.year, today.month)[1])).replace(day=cutoff_day)
    return Clock(first, today, cutoff, _last_safe(cutoff), _ticks(first, today, cutoff))


def _last_safe(cutoff: date) -> date:
    day, working = cutoff, 0
    while working < WORKING_DAYS_TO_CHECK:
        day -= timedelta(days=1)
        working += day.weekday() < SATURDAY
    return day


def _ticks(first: date, today: date, cutoff: date) -> tuple[Tick, ...]:
    count = (cutoff - first).days + 1
    pitch = WIDTH // count
    gap = 4 if pitch > 12 else 2
    ticks = []
    for place in range(count):
        day = first + timedelta(days=place)
        tall = day in (today, cutoff)
        name = "now" if day == today else "past" if day < today else "left"
        ticks.append(Tick(name, place * pitch, 0 if tall else 4, max(pitch - gap, 1), HEIGHT if tall else 6))
    return tuple(ticks)
