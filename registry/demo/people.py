"""Invented people with everything a record asks, some with faults and some written down twice. Pure: everything comes from the seed."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from registry.demo.names import person_name, respelled
from registry.enums import State
from registry.reference.evidence import REPORT
from registry.reference.kinds import KINDS, RESTRICTED_KINDS, computed_criteria

# Ages at finding that fit each kind, inclusive.
AGES = {
    "01": (0, 4), "02": (6, 16), "03": (14, 17), "04": (8, 16), "05": (2, 16), "06": (5, 16), "07": (7, 16), "08": (62, 88), "09": (19, 75),
    "10": (20, 45), "11": (25, 70), "12": (30, 75), "13": (25, 65), "14": (20, 50), "15": (20, 55), "16": (20, 55), "17": (19, 45),
    "18": (19, 40), "19": (19, 60), "20": (20, 50), "21": (20, 75), "22": (20, 70), "23": (20, 56), "24": (25, 75), "25": (25, 55),
    "26": (30, 65),
}  # fmt: skip
# After one of every kind: how often each comes.
OFTEN = {
    "24": 26,
    "08": 22,
    "09": 14,
    "23": 10,
    "13": 8,
    "02": 8,
    "05": 6,
    "01": 4,
    "20": 4,
    "21": 5,
    "12": 3,
    "04": 2,
    "11": 2,
    "06": 2,
    "19": 2,
    "17": 2,
}
# Where records stand: twenty of every hundred approved, twenty sent, and so on; each state comes early in the list.
TARGETS = (
    State.TERKIRIM, State.DIAJUKAN, State.DISETUJUI, State.DRAF, State.DIKEMBALIKAN, State.DITOLAK, State.NONAKTIF, State.DIAJUKAN,
    State.DISETUJUI, State.TERKIRIM, State.DIAJUKAN, State.DRAF, State.TERKIRIM, State.DISETUJUI, State.DIAJUKAN, State.DISETUJUI,
    State.DIKEMBALIKAN, State.TERKIRIM, State.DISETUJUI,
)  # fmt: skip
# Days before today on which a record of each state was begun.
BEGUN = {
    State.DRAF: (1, 12), State.DIAJUKAN: (1, 16), State.DIKEMBALIKAN: (5, 30), State.DISETUJUI: (12, 90), State.TERKIRIM: (40, 130),
    State.DITOLAK: (20, 90), State.NONAKTIF: (60, 130),
}  # fmt: skip
FAULTS = ("nik_date", "no_mother", "no_nik", "province", "age", "no_evidence", "nik_sex", "short_nik")
# An error that stops sending leaves the record a draft.
ONLY_DRAFT = ("age", "short_nik")
FAULT_EVERY, DOUBLE_EVERY, JOIN_CHANCE = 4, 20, 0.25
DUSUN = ("Tunong", "Baroh", "Teungoh", "Barat", "Timur", "Cot", "Blang", "Keude")
ADDRESSES = (
    "Belakang meunasah", "Samping masjid", "Jalan gampong, rumah papan cat biru", "Dekat simpang empat", "Tepi sawah, ujung jalan beton",
    "Depan sekolah dasar", "Lorong ketiga dari jalan besar", "Samping kedai kopi", "Dekat jembatan kecil", "Rumah panggung dekat alur",
)  # fmt: skip
BIRTH_PLACES = ("Bireuen", "Peusangan", "Matangglumpangdua", "Samalanga", "Jeunieb", "Lhokseumawe", "Takengon", "Aceh Utara")
NOTES = (
    "Makan sehari dua kali, sering dibantu tetangga.", "Rumahnya bocor di bagian dapur.", "Tinggal bersama cucu yang masih sekolah.",
    "Bekerja bila dipanggil orang, tidak setiap hari.", "Sudah lama sakit dan jarang keluar rumah.", "",
)  # fmt: skip
REPORTS = (
    "Dikunjungi di rumahnya bersama keuchik. Keadaannya seperti yang dicentang.",
    "Keterangan diperoleh dari keluarga dan kepala dusun, lalu dilihat sendiri.",
    "Ditemui dua kali. Yang bersangkutan menjawab sendiri.",
)
# First registered elsewhere: Aceh Utara, Lhokseumawe, Bener Meriah.
OTHER_DISTRICTS = ("110804", "110806", "117302", "111702")


@dataclass
class Plan:
    """One person to be recorded: the answers, who records them how many days ago, where the record shall stand, what is wrong with it."""

    values: dict[str, Any]
    kind: str
    worker: int
    days_ago: int
    target: State
    fault: str = ""
    double_of: int | None = None
    evidence: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Desk:
    """A worker of the demo as the plan needs them: gampong of theirs and whether they see restricted kinds."""

    gampong: str
    restricted: bool


class Planner:
    """Makes plans one after the other; all randomness comes from the seed."""

    def __init__(self, seed: int, desks: list[Desk], today: date) -> None:
        self.rng = Random(seed)  # noqa: S311 (invented people, no secret)
        self.desks = desks
        self.today = today
        self.numbers: set[str] = set()
        self.faulty = 0

    def plans(self, people: int) -> list[Plan]:
        """The first 26 are one of every kind; states follow TARGETS."""
        made: list[Plan] = []
        for number in range(people):
            earlier = self._to_double(made) if number >= len(KINDS) and number % DOUBLE_EVERY == DOUBLE_EVERY - 1 else None
            made.append(self._double(made, earlier) if earlier is not None else self._new(made, number))
        return made

    def _new(self, made: list[Plan], number: int) -> Plan:
        rng = self.rng
        kind = f"{number + 1:02d}" if number < len(KINDS) else rng.choices(list(OFTEN), list(OFTEN.values()))[0]
        target = TARGETS[number % len(TARGETS)]
        fault = ""
        if number % FAULT_EVERY == FAULT_EVERY - 1 and target in (State.DRAF, State.DIAJUKAN, State.DIKEMBALIKAN, State.DISETUJUI):
            fault = self._next_fault(kind)
            target = State.DRAF if fault in ONLY_DRAFT else target
        desks = [n for n, desk in enumerate(self.desks) if desk.restricted or kind not in RESTRICTED_KINDS]
        # A worker goes out every third day and writes several records then.
        days_ago = max(1, rng.randint(*BEGUN[target]) // 3 * 3)
        plan = Plan({}, kind, rng.choice(desks), days_ago, target, fault)
        previous = made[-1] if made else None
        joins = previous is not None and self._fits_beside(plan, previous)
        if joins:
            plan.worker, plan.days_ago = previous.worker, previous.days_ago
        self._fill(plan, previous if joins else None)
        return plan

    def _next_fault(self, kind: str) -> str:
        """In turn; a wrong age waits for a kind that has a bound of age."""
        fault = FAULTS[self.faulty % len(FAULTS)]
        if fault == "age" and KINDS[kind].age_min is None and KINDS[kind].age_max is None:
            return "no_mother"
        self.faulty += 1
        return fault

    def _fits_beside(self, plan: Plan, previous: Plan) -> bool:
        """Whether to put this person into the house of the one before. A family or community of one is none, so there somebody follows."""
        if plan.kind in RESTRICTED_KINDS and not self.desks[previous.worker].restricted:
            return False
        return previous.days_ago >= BEGUN[plan.target][0] and (previous.kind in ("25", "26") or self.rng.random() < JOIN_CHANCE)

    # --- the answers

    def _fill(self, plan: Plan, housemate: Plan | None) -> None:
        rng, kind = self.rng, KINDS[plan.kind]
        age = rng.randint(*AGES[plan.kind])
        if plan.fault == "age":
            age = kind.age_max + rng.randint(2, 9) if kind.age_max else max(0, (kind.age_min or 30) - rng.randint(3, 20))
        sex = str(kind.sex or rng.choice("LP"))
        found = self.today - timedelta(days=plan.days_ago)
        born = birth_date(rng, age, found)
        place = housemate.values["case.place"] if housemate else self.desks[plan.worker].gampong
        name = person_name(rng, sex, age)
        values = {
            "person.nik": self._nik(place, born, sex),
            "person.name": name,
            "person.birth_place": rng.choice(BIRTH_PLACES),
            "person.birth_date": born,
            "person.sex": sex,
            "person.mother_name": person_name(rng, "P", age + 25),
            "person.marital_status": marital(rng, age),
        }
        values |= self._house(place, name, sex, age, housemate)
        values |= {"case.place": place, "case.found_on": found, "case.kind": plan.kind, "case.criteria": self._criteria(plan.kind)}
        if plan.kind == "03":
            values["case.detail.peran_dalam_perkara"] = rng.choice(["pelaku", "korban", "saksi"])
        if not kind.restricted:
            values["case.note"] = rng.choice(NOTES) or None
        plan.values = values | self._consent(age, found)
        self._evidence(plan)
        self._break(plan)

    def _house(self, place: str, name: str, sex: str, age: int, housemate: Plan | None) -> dict[str, Any]:
        rng = self.rng
        if housemate:
            shared = {path: value for path, value in housemate.values.items() if path.startswith("household.")}
            return shared | {"person.relation": relation_beside(housemate.values, sex, age)}
        heads = age >= 25 and rng.random() < 0.7
        return {
            "household.gampong": place,
            "household.dusun": rng.choice(DUSUN),
            "household.address": rng.choice(ADDRESSES),
            "household.kk": self._kk(place),
            "household.head_name": name if heads else person_name(rng, "L", age + 20),
            "person.relation": "kepala_keluarga" if heads else relation_alone(age),
        }

    def _consent(self, age: int, found: date) -> dict[str, Any]:
        rng = self.rng
        if rng.random() < 0.04:
            return {
                "case.consent_basis": "tugas_publik",
                "case.consent_note": "Warga sulit ditemui; dicatat atas surat tugas Dinas Sosial.",
            }
        giver = rng.choice(["orang_tua", "wali"]) if age < 18 else rng.choices(["sendiri", "keluarga", "pendamping"], [8, 2, 1])[0]
        return {"case.consent_basis": rng.choice(["lisan", "tertulis"]), "case.consent_by": giver, "case.consent_on": found}

    def _criteria(self, kind: str) -> list[int]:
        to_tick = [n for n in range(1, len(KINDS[kind].criteria) + 1) if n not in computed_criteria(kind)]
        return sorted(self.rng.sample(to_tick, min(len(to_tick), self.rng.randint(1, 3))))

    def _evidence(self, plan: Plan) -> None:
        for one_of in KINDS[plan.kind].evidence:
            chosen = REPORT if REPORT in one_of and self.rng.random() < 0.7 else one_of[0]
            if chosen == REPORT:
                plan.values["case.report"] = self.rng.choice(REPORTS)
            else:
                plan.evidence.append(chosen)

    # --- numbers

    def _nik(self, place: str, born: date, sex: str) -> str:
        district = place.replace(".", "")[:6] if self.rng.random() < 0.9 else self.rng.choice(OTHER_DISTRICTS)
        return self._numbered(f"{district}{born.day + (40 if sex == 'P' else 0):02d}{born:%m%y}")

    def _kk(self, place: str) -> str:
        issued = date(2008, 1, 1) + timedelta(days=self.rng.randrange(5800))
        return self._numbered(f"{place.replace('.', '')[:6]}{issued:%d%m%y}")

    def _numbered(self, start: str) -> str:
        """Sixteen digits that no other person here has; serials run from 9000 and are never given out in practice."""
        serial = self.rng.randrange(9000, 10000)
        while f"{start}{serial}" in self.numbers:
            serial = 9000 + (serial + 1 - 9000) % 1000
        self.numbers.add(f"{start}{serial}")
        return f"{start}{serial}"

    # --- faults and doubles

    def _break(self, plan: Plan) -> None:
        values, nik = plan.values, plan.values["person.nik"]
        if plan.fault == "nik_date":
            values["person.birth_date"] += timedelta(days=1 if values["person.birth_date"].day < 28 else -1)
        elif plan.fault == "no_mother":
            values["person.mother_name"] = None
        elif plan.fault == "no_nik":
            values |= {"person.nik": None, "person.no_nik_reason": self.rng.choice(["belum_terdaftar", "hilang", "menolak"])}
        elif plan.fault == "province":
            values["person.nik"] = f"99{nik[2:]}"
        elif plan.fault == "nik_sex":
            values["person.nik"] = f"{nik[:6]}{(int(nik[6:8]) + 40) % 80:02d}{nik[8:]}"
        elif plan.fault == "short_nik":
            values["person.nik"] = nik[:15]
        elif plan.fault == "no_evidence":
            plan.evidence = []
            values.pop("case.report", None)

    def _to_double(self, made: list[Plan]) -> int | None:
        fit = [
            n for n, plan in enumerate(made)
            if not plan.fault and plan.double_of is None and plan.kind not in RESTRICTED_KINDS and plan.kind != "26"
            and plan.target in (State.DISETUJUI, State.DIAJUKAN)
        ]  # fmt: skip
        taken = {plan.double_of for plan in made}
        fit = [n for n in fit if n not in taken]
        return self.rng.choice(fit) if fit else None

    def _double(self, made: list[Plan], earlier: int) -> Plan:
        """The same person, written down by another worker in other words: with the same NIK, or without one but under the same name."""
        rng, first = self.rng, made[earlier]
        others = [n for n in range(len(self.desks)) if n != first.worker]
        plan = Plan({}, first.kind, rng.choice(others), rng.randint(1, 10), rng.choice([State.DIAJUKAN, State.DRAF]), double_of=earlier)
        self._fill(plan, None)
        same = ("person.birth_date", "person.birth_place", "person.sex", "person.mother_name", "person.marital_status")
        plan.values |= {path: first.values[path] for path in same}
        if len([p for p in made if p.double_of is not None]) % 2 == 0:
            plan.values |= {"person.nik": first.values["person.nik"], "person.name": respelled(first.values["person.name"])}
        else:
            plan.values |= {"person.nik": None, "person.no_nik_reason": "hilang", "person.name": first.values["person.name"]}
        return plan


def birth_date(rng: Random, age: int, on: date) -> date:
    """A birth date with which somebody has completed `age` years on a day."""
    birthday = on.replace(year=on.year - age, day=min(on.day, 28))
    return birthday - timedelta(days=rng.randrange(2, 360))


def marital(rng: Random, age: int) -> str:
    if age < 19:
        return "belum_kawin"
    if age < 60:
        return rng.choices(["kawin", "belum_kawin", "cerai_hidup", "cerai_mati"], [6, 2, 1, 1])[0]
    return rng.choices(["kawin", "cerai_mati"], [4, 6])[0]


def relation_alone(age: int) -> str:
    if age < 25:
        return "anak"
    return "orang_tua" if age >= 60 else "famili_lain"


def relation_beside(housemate: dict[str, Any], sex: str, age: int) -> str:
    """Relation to the head of somebody who lives with a person recorded before."""
    if housemate["person.relation"] != "kepala_keluarga":
        return relation_alone(age)
    return "cucu" if age < 8 else "anak" if age < 25 else "famili_lain"
