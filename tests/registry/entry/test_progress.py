"""How far a record is."""

import pytest

from registry import cases, evidence, workflow
from registry.entry import progress
from registry.enums import State
from registry.fields import Step
from registry.models import Case
from registry.workflow import PinNote
from tests.people import GAMPONG, NOON, complete_values, seen
from tests.pictures import picture

pytestmark = pytest.mark.django_db


def told(case: Case) -> list[progress.Part]:
    return progress.parts(Case.objects.with_record().with_story().get(pk=case.pk))


def test_a_record_that_just_began(make_case):
    parts = told(make_case(values={"case.place": GAMPONG}, attach=False))
    assert [(part.step, part.done, part.started) for part in parts] == [(step, False, False) for step in Step]
    assert parts[0].missing == ("person.no_nik_reason", "person.name", "person.birth_year", "person.sex")
    assert [part.step for part in parts if part.holds_up] == [Step.IDENTITY, Step.KIND, Step.CONSENT]
    assert [progress.word_of(part) for part in parts] == ["Belum diisi"] * 6


def test_a_complete_record(make_case):
    parts = told(make_case())
    assert [part.done for part in parts] == [True] * 6
    assert progress.can_be_sent(parts)
    assert progress.next_step(parts, Step.IDENTITY) is None


@pytest.mark.parametrize(
    ("path", "value", "step", "word", "note"),
    [
        ("person.sex", None, Step.IDENTITY, "Belum lengkap", "Masih perlu: Jenis kelamin"),
        ("case.criteria", None, Step.KIND, "Belum lengkap", "Masih perlu: Syarat menurut aturan"),
        ("case.consent_by", None, Step.CONSENT, "Belum lengkap", "Masih perlu: Siapa yang menyetujui?"),
        ("person.mother_name", None, Step.IDENTITY, "", "Untuk DTSEN masih kurang 1 isian"),
        ("household.dusun", None, Step.ADDRESS, "", "Untuk DTSEN masih kurang 1 isian"),
    ],
)
def test_one_answer_short(make_case, path, value, step, word, note):
    parts = {part.step: part for part in told(make_case(values=complete_values() | {path: value}))}
    assert (parts[step].done, progress.note_of(parts[step])) == (not word, note)
    if word:
        assert progress.word_of(parts[step]) == word
        assert progress.next_step(list(parts.values()), Step.CONSENT) is None


def test_evidence_is_done_when_the_list_of_the_kind_is(make_case, member_of):
    case, member = make_case(attach=False), member_of("psm")
    states = []
    for kind in (None, "foto_ktp_atau_kk", "surat_keterangan_gampong"):
        if kind:
            evidence.attach(case.pk, evidence.Upload(kind, picture()), actor=member, now=NOON)
        part = {part.step: part for part in told(case)}[Step.EVIDENCE]
        states.append((part.done, progress.word_of(part), progress.note_of(part), part.holds_up))
    assert states == [
        (False, "Belum diisi", "", False),
        (False, "Belum lengkap", "Untuk DTSEN masih kurang 1 bukti", False),
        (True, "Belum lengkap", "", False),
    ]


def test_a_return_opens_the_noted_parts_until_they_are_written_to(make_case, member_of):
    case = make_case(State.DIAJUKAN)
    pins = [PinNote("case.note", "Kurang jelas."), PinNote("person.name", "Ejaan?")]
    workflow.perform([seen(case)], "kembalikan", actor=member_of("supervisor"), now=NOON, reason="keliru", note="Perbaiki.", pins=pins)
    case = Case.objects.with_record().get(pk=case.pk)
    back = progress.returned(case)
    assert (back.reason, back.step.note, list(back.pins)) == ("Isian keliru", "Perbaiki.", ["person.name", "case.note"])
    assert [part.step for part in told(case) if not part.done] == [Step.IDENTITY, Step.KIND]
    assert progress.can_be_sent(told(case))
    cases.update([cases.Edit(case.pk, {"person.name": "Aisyah Hamit"})], actor=member_of("psm"), now=NOON)
    assert [part.step for part in told(case) if not part.done] == [Step.KIND]
    assert progress.last_write(case, "person.name").actor.username == "psm"
    assert progress.last_write(case, "case.note") is None
