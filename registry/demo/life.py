"""The invented life of the records: begun, sent, returned, approved, sent on, day by day and only through the doors of the product."""

from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from django.conf import settings
from django.utils.timezone import localtime

from registry import cases, evidence, workflow
from registry.demo.office import Office
from registry.demo.people import Plan
from registry.demo.pictures import picture
from registry.enums import State
from registry.exchange import dispatch
from registry.fieldtypes import plain
from registry.models import Case, Member
from registry.reference.kinds import RESTRICTED_KINDS

# What supervisors wrote: reason, note, notes pinned to fields.
RETURNS = (
    ("kurang", "Isian belum lengkap, lihat catatannya.", {"person.mother_name": "Tanyakan lagi, atau lihat di KK."}),
    ("keliru", "Ada isian yang perlu dicocokkan.", {"person.birth_date": "Beda dengan yang di KTP. Lihat fotonya."}),
    ("bukti", "Fotonya buram.", {"case.evidence": "Ulangi foto KTP, semua tulisan harus terbaca."}),
    ("jenis", "Syaratnya belum cocok dengan ceritanya.", {"case.criteria": "Centang yang benar-benar ditemukan."}),
)
REJECTS = (("bukan_ppks", "Masih punya penghasilan tetap."), ("tidak_ditemukan", "Dua kali dikunjungi, tidak ada orangnya."))
ENDS = ("meninggal", "pindah", "mandiri", "usia_lewat")
LIFT_REASON = "Nomornya dicocokkan dengan KTP asli dan memang begitu."
PURPOSE = "Usulan DTSEN (data contoh)"
FAMILY_LATER = {"household.address": "Pindah ke rumah anaknya, gampong yang sama"}


@dataclass(frozen=True)
class Step:
    """One act on one record at a moment. `what`: begin, correct, or an action of TRANSITIONS."""

    at: datetime
    what: str
    plan: int
    reason: str = ""
    note: str = ""
    lift: str = ""
    pins: tuple[tuple[str, str], ...] = ()


@dataclass
class Life:
    """Runs the steps in the order of time; steps that one person did at one moment go through a door together."""

    office: Office
    plans: list[Plan]
    keys: dict[int, int] = field(default_factory=dict)

    def live(self, steps: list[Step]) -> None:
        groups: dict[tuple, list[Step]] = defaultdict(list)
        for step in steps:
            groups[(step.at, step.what, self._actor(step).id, step.reason, step.note, step.lift, step.pins)].append(step)
        acts: dict[str, Callable[[list[Step], Member], None]] = {"begin": self._begin, "correct": self._correct, "kirim": self._send}
        for (_at, what, *_rest), together in sorted(groups.items(), key=lambda group: group[0][:3]):
            acts.get(what, self._perform)(together, self._actor(together[0]))

    def _actor(self, step: Step) -> Member:
        plan = self.plans[step.plan]
        restricted = plan.kind in RESTRICTED_KINDS
        if step.what in ("begin", "correct", "ajukan", "tarik"):
            return self.office.workers[plan.worker]
        if step.what == "kirim":
            return self.office.admin_of(restricted)
        return self.office.supervisor_of(plan.values["case.place"], restricted)

    def _begin(self, steps: list[Step], actor: Member) -> None:
        entries = [cases.NewCase({k: v for k, v in self.plans[s.plan].values.items() if v is not None}, actor.id) for s in steps]
        for step, case in zip(steps, cases.begin(entries, actor=actor, now=steps[0].at), strict=True):
            self.keys[step.plan] = case.pk
            for number, kind in enumerate(self.plans[step.plan].evidence):
                upload = evidence.Upload(kind, picture(kind, (step.plan + number) % 4))
                evidence.attach(case.pk, upload, actor=actor, now=step.at + timedelta(minutes=1 + number))

    def _correct(self, steps: list[Step], actor: Member) -> None:
        for step in steps:
            cases.update([cases.Edit(self.keys[step.plan], dict(step.pins))], actor=actor, now=step.at)

    def _send(self, steps: list[Step], actor: Member) -> None:
        """A file to Dinas Sosial, with its line in the ledger; what a double keeps from being ready stays approved."""
        chosen = Case.objects.filter(pk__in=[self.keys[s.plan] for s in steps])
        with suppress(dispatch.NothingToSend):
            dispatch.dispatch(chosen, receiver=settings.RECEIVER, purpose=PURPOSE, actor=actor, now=steps[0].at)

    def _perform(self, steps: list[Step], actor: Member) -> None:
        first = steps[0]
        revisions = dict(Case.objects.filter(pk__in=[self.keys[s.plan] for s in steps]).values_list("pk", "revision"))
        seen = [workflow.Seen(key, revisions[key]) for key in sorted(revisions)]
        pins = [workflow.PinNote(path, note) for path, note in first.pins]
        workflow.perform(seen, first.what, actor=actor, now=first.at, reason=first.reason, note=first.note, pins=pins, lift=first.lift)


def steps_of(plans: list[Plan], *, rng: Random, now: datetime) -> list[Step]:
    """What happens to each record, by where it shall stand."""
    steps: list[Step] = []
    for number, plan in enumerate(plans):
        begun = at(now, plan.days_ago, hour=8 + plan.worker % 4)
        steps.append(Step(begun, "begin", number))
        steps += [step for step in _then(number, plan, begun, rng, now) if step.at < now]
    return steps


def _then(number: int, plan: Plan, begun: datetime, rng: Random, now: datetime) -> list[Step]:
    if plan.target == State.DRAF:
        return _draft(number, plan, begun)
    sent = Step(begun + timedelta(hours=2), "ajukan", number)
    # Supervisors sit down in the morning of some later day.
    decided = at(now, max(0, plan.days_ago - rng.randint(1, 4)), hour=9)
    if plan.target == State.DIAJUKAN:
        return [sent, *_edited_after_approval(number, plan, decided)]
    if plan.target == State.DIKEMBALIKAN:
        reason, note, pins = RETURNS[number % len(RETURNS)]
        return [sent, Step(decided, "kembalikan", number, reason, note, pins=tuple(pins.items()))]
    if plan.target == State.DITOLAK:
        reason, note = REJECTS[number % len(REJECTS)]
        return [sent, Step(decided, "tolak", number, reason, note)]
    approved = Step(decided, "setujui", number, lift=LIFT_REASON if plan.fault == "province" else "")
    if plan.target == State.NONAKTIF:
        return [sent, approved, Step(decided + timedelta(days=30), "nonaktifkan", number, ENDS[number % len(ENDS)], "")]
    if plan.target == State.TERKIRIM:
        # Files leave on two days of each month.
        leaves = next(n for n in range(max(plan.days_ago - 5, 1), 0, -1) if (now - timedelta(days=n)).day in (3, 17) or n == 1)
        return [sent, approved, Step(at(now, leaves, hour=14), "kirim", number)]
    return [sent, *_returned_first(number, decided), approved]


def _draft(number: int, plan: Plan, begun: datetime) -> list[Step]:
    if plan.fault or number % 4:
        return []
    return [Step(begun + timedelta(hours=2), "ajukan", number), Step(begun + timedelta(hours=3), "tarik", number)]


def _edited_after_approval(number: int, plan: Plan, decided: datetime) -> list[Step]:
    """Now and then a family moves after the approval, and the record waits for its supervisor again."""
    if number % 9 != 7 or plan.fault or plan.double_of is not None:
        return []
    moved = tuple(FAMILY_LATER.items())
    return [Step(decided, "setujui", number), Step(decided + timedelta(hours=3), "correct", number, pins=moved)]


def _returned_first(number: int, decided: datetime) -> list[Step]:
    """Now and then the supervisor asks before approving."""
    if number % 7 != 2:
        return []
    reason, note, pins = RETURNS[0]
    return [
        Step(decided - timedelta(minutes=30), "kembalikan", number, reason, note, pins=tuple(pins.items())),
        Step(decided - timedelta(minutes=10), "ajukan", number, note=plain("Sudah dicocokkan dengan KK.")),
    ]


def at(now: datetime, days_ago: int, *, hour: int) -> datetime:
    """A working hour of a day before `now`; never later than an hour before it."""
    day = (localtime(now) - timedelta(days=days_ago)).replace(hour=hour, minute=0, second=0, microsecond=0)
    return min(day, now - timedelta(hours=1))
