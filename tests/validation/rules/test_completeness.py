"""What is missing by stage, criteria, evidence and members of every kind, people without NIK."""

import pytest

from registry.enums import Fixer, Level, Stage
from registry.reference.kinds import KINDS
from tests.validation.rules.records import TODAY, found, record, the
from validation.rules import Record, judge

# Written by hand: the ten attributes of Kepmensos 73/HUK/2024 and where they are asked from.
STAGES = {
    "person.name": Stage.SUBMIT,
    "person.sex": Stage.SUBMIT,
    "case.place": Stage.SUBMIT,
    "case.found_on": Stage.SUBMIT,
    "case.kind": Stage.SUBMIT,
    "case.consent_basis": Stage.SUBMIT,
    "person.birth_place": Stage.READY,
    "person.mother_name": Stage.READY,
    "person.marital_status": Stage.READY,
    "household.gampong": Stage.READY,
    "household.dusun": Stage.READY,
    "household.address": Stage.READY,
    "household.kk": Stage.READY,
    "person.relation": Stage.READY,
}
RULE_OF = {Stage.SUBMIT: "isian.kirim", Stage.READY: "isian.siap"}


@pytest.mark.parametrize(("path", "stage"), STAGES.items())
def test_a_missing_answer_stops_its_stage(path, stage):
    finding = next(finding for finding in judge(record({path: None})) if finding.field == path)
    assert (finding.rule, finding.stops, finding.fixer) == (RULE_OF[stage], stage, Fixer.WORKER)
    assert finding.level == (Level.ERROR if stage == Stage.SUBMIT else Level.INFO)


def test_an_empty_draft_is_told_everything_once():
    fields = [finding.field for finding in judge(Record({}, TODAY))]
    assert len(fields) == len(set(fields))
    assert {"person.name", "person.no_nik_reason", "person.nik", "case.kind", "household.head_name"} <= set(fields)
    assert "case.criteria" not in fields


def test_a_sentence_says_where_to_look():
    assert the(record({"person.mother_name": None}), "isian.siap").text == (
        "Nama ibu kandung belum diisi. Bila keluarga tidak ingat, lihat di KK atau tanya keuchik."
    )
    assert the(record({"person.name": None}), "isian.kirim").text == "Belum diisi: Nama lengkap (sesuai KTP). Lengkapi di bagian Identitas."


def test_the_head_of_the_family_is_asked_of_the_others():
    assert found(record({"person.relation": "anak"})) == [("isian.siap", "household.head_name")]


def test_a_year_of_birth_does_for_sending_but_not_for_dtsen():
    assert found(record({"person.birth_date": None, "person.birth_year": 1958})) == [("isian.siap", "person.birth_date")]
    assert found(record({"person.birth_date": None}), "isian.kirim") == [("isian.kirim", "person.birth_year")]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_one_criterion_that_is_not_computed_must_be_ticked(kind):
    count = len(KINDS[kind].criteria)
    computed = {1} if kind in ("06", "07", "08", "15", "16", "23") else set()
    for number in range(1, count + 1):
        speaks = found(record({"case.kind": kind, "case.criteria": [number]}), "syarat.kosong", "syarat.jenis_lain")
        assert speaks == ([("syarat.kosong", "case.criteria")] if number in computed else [])
    assert found(record({"case.kind": kind, "case.criteria": None}), "syarat.kosong") == [("syarat.kosong", "case.criteria")]
    assert found(record({"case.kind": kind, "case.criteria": [count, count + 1]}), "syarat.jenis_lain") != []


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_asks_its_evidence(kind):
    def missing(evidence, **report):
        judged = record({"case.kind": kind} | report, evidence=frozenset(evidence))
        return [finding.params["evidence"] for finding in judge(judged) if finding.rule == "bukti.kurang"]

    asked = KINDS[kind].evidence
    assert missing([]) == ["|".join(one_of) for one_of in asked]
    for pick in range(max(map(len, asked))):
        assert missing({one_of[min(pick, len(one_of) - 1)] for one_of in asked}) == []
    with_report = missing([], **{"case.report": "Dilihat di rumahnya, 1 November, oleh petugas."})
    assert with_report == ["|".join(one_of) for one_of in asked if "laporan_petugas" not in one_of]


def test_evidence_is_named_in_words():
    assert the(record(evidence=frozenset({"foto_rumah"})), "bukti.kurang").text == (
        "Bukti yang belum ada: foto KTP atau KK. Tambahkan di bagian Bukti."
    )
    assert the(record(evidence=frozenset({"foto_ktp_atau_kk"})), "bukti.kurang").text == (
        "Bukti yang belum ada: foto rumah, atau surat keterangan gampong. Tambahkan di bagian Bukti."
    )


@pytest.mark.parametrize("reason", ["belum_terdaftar", "bayi", "hilang", "tidak_diketahui", "menolak", "lainnya"])
def test_without_nik_a_record_is_never_ready_and_never_stopped(reason):
    [finding] = judge(record({"person.nik": None, "person.no_nik_reason": reason}))
    assert (finding.rule, finding.level, finding.stops, finding.fixer) == ("nik.belum_ada", Level.INFO, Stage.READY, Fixer.DISDUKCAPIL)
    assert "belum siap DTSEN" in finding.text


def test_without_nik_the_reason_is_asked():
    assert found(record({"person.nik": None})) == [("isian.kirim", "person.no_nik_reason"), ("nik.belum_ada", "person.nik")]


@pytest.mark.parametrize(
    ("kind", "members", "speaks"), [("25", 0, True), ("25", 1, True), ("25", 2, False), ("26", 1, True), ("26", 2, False), ("24", 0, False)]
)
def test_families_and_communities_need_members(kind, members, speaks):
    findings = [finding for finding in judge(record({"case.kind": kind}, member_count=members)) if finding.rule == "anggota.kurang"]
    assert [(finding.level, finding.stops) for finding in findings] == ([(Level.INFO, Stage.READY)] if speaks else [])
