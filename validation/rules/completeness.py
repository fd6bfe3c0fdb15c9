"""What is still missing, by the stage from which it must be there (`registry.fields`), and what the kind asks (Permensos 8/2012)."""

from registry.enums import Fixer, Level, Stage, Subject
from registry.fields import required_fields
from registry.reference.kinds import computed_criteria
from validation.rules.engine import Finds, rule
from validation.rules.engine import marked as _
from validation.rules.record import Record

TEN_ATTRIBUTES = "Kepmensos 73/HUK/2024: sepuluh atribut minimum"
# These have a rule of their own, which says more than "not filled in".
ASKED_ELSEWHERE = ("person.nik", "case.criteria")
# A family or community of one is none; both go to DTSEN as their members (PPKS note 4.3).
FEWEST_MEMBERS = 2

# Path -> where the answer is found when nobody remembers it.
WHERE_TO_LOOK = {
    "person.mother_name": _("Nama ibu kandung belum diisi. Bila keluarga tidak ingat, lihat di KK atau tanya keuchik."),
    "person.birth_date": _("Tanggal lahir belum diisi. Lihat di KTP, KK, atau akta kelahiran."),
    "person.birth_place": _("Tempat lahir belum diisi. Lihat di KTP, KK, atau akta kelahiran."),
    "person.marital_status": _("Status kawin belum diisi. Lihat di KTP atau KK."),
    "person.relation": _("Hubungan dengan kepala keluarga belum diisi. Lihat di KK."),
    "household.kk": _("No. KK belum diisi. Lihat di bagian atas Kartu Keluarga, 16 angka."),
    "household.dusun": _("Dusun belum diisi. Tanyakan ke warga atau keuchik."),
}


@rule(
    "isian.kirim", Level.ERROR, field="person.name", fixer=Fixer.WORKER, stops=Stage.SUBMIT, source="registry.fields: wajib sejak dikirim"
)
def answers_for_submission(record: Record) -> Finds:
    for field in required_fields(Stage.SUBMIT, record.values):
        if record[field.path] is None and field.path not in ASKED_ELSEWHERE:
            yield *_missing(field.path), field.path


@rule("isian.siap", Level.INFO, field="person.mother_name", fixer=Fixer.WORKER, stops=Stage.READY, source=TEN_ATTRIBUTES)
def answers_for_dtsen(record: Record) -> Finds:
    for field in required_fields(Stage.READY, record.values):
        if field.required_from > Stage.SUBMIT and record[field.path] is None and field.path not in ASKED_ELSEWHERE:
            yield *_missing(field.path), field.path


def _missing(path: str) -> tuple[str, dict[str, str | int]]:
    if path in WHERE_TO_LOOK:
        return WHERE_TO_LOOK[path], {}
    return _("Belum diisi: %(field)s. Lengkapi di bagian %(step)s."), {"field": path, "step": path}


@rule(
    "nik.belum_ada",
    Level.INFO,
    field="person.nik",
    fixer=Fixer.DISDUKCAPIL,
    stops=Stage.READY,
    source="Permendagri 96/2019; DTSEN note 3.2",
)
def nik_is_there(record: Record) -> Finds:
    """A person without NIK can be approved and helped, and is never ready for DTSEN; the sentence says what comes next."""
    if record["person.nik"] is not None:
        return
    reason = record["person.no_nik_reason"]
    if reason == "hilang":
        yield _("NIK belum ada, jadi belum siap DTSEN. Tanyakan ke Disdukcapil dengan nama, tanggal lahir, dan nama ibunya."), {}
    elif reason == "menolak":
        yield _("Warga belum mau menunjukkan NIK, jadi belum siap DTSEN. Jelaskan gunanya. Tanpa NIK pun ia tetap bisa dibantu."), {}
    elif reason == "bayi":
        yield _("Bayi ini belum punya NIK, jadi belum siap DTSEN. NIK terbit bersama akta kelahiran: bantu mengurusnya di Disdukcapil."), {}
    else:
        yield (
            _("Tanpa NIK belum siap DTSEN, tetapi tetap bisa dibantu. Langkah berikutnya: ke Disdukcapil dengan surat pengantar keuchik."),
            {},
        )


@rule(
    "syarat.kosong",
    Level.ERROR,
    field="case.criteria",
    fixer=Fixer.WORKER,
    stops=Stage.SUBMIT,
    source="Permensos 8/2012; PPKS note 1.2: paling sedikit satu syarat",
)
def one_criterion_is_ticked(record: Record) -> Finds:
    """Criteria about age or sex are computed and do not count as found."""
    kind = record.kind
    if kind is None:
        return
    to_tick = set(range(1, len(kind.criteria) + 1)) - set(computed_criteria(kind.code))
    if not to_tick & set(record["case.criteria"] or ()):
        yield _("Belum ada syarat yang dicentang. Centang paling sedikit satu yang benar-benar Anda temukan."), {}


@rule("syarat.jenis_lain", Level.ERROR, field="case.criteria", fixer=Fixer.WORKER, stops=Stage.SUBMIT, source="Permensos 8/2012 lampiran")
def criteria_belong_to_kind(record: Record) -> Finds:
    """Ticks left over from another kind."""
    kind = record.kind
    if kind and any(not 1 <= number <= len(kind.criteria) for number in record["case.criteria"] or ()):
        yield _("Ada syarat tercentang yang bukan milik jenis ini. Buka daftarnya, lalu centang lagi."), {}


@rule(
    "bukti.kurang",
    Level.INFO,
    field="case.evidence",
    fixer=Fixer.WORKER,
    stops=Stage.READY,
    source="ppks_kinds.csv, kolom evidence (usulan)",
)
def evidence_is_attached(record: Record) -> Finds:
    kind = record.kind
    for one_of in kind.evidence if kind else ():
        if not record.evidence_at_hand & set(one_of):
            yield _("Bukti yang belum ada: %(evidence)s. Tambahkan di bagian Bukti."), {"evidence": "|".join(one_of)}


@rule(
    "anggota.kurang",
    Level.INFO,
    field="household.members",
    fixer=Fixer.WORKER,
    stops=Stage.READY,
    source="Kepmensos 73/HUK/2024; PPKS note 4.3",
)
def members_are_listed(record: Record) -> Finds:
    kind = record.kind
    if kind is None or kind.subject == Subject.INDIVIDUAL or record.member_count >= FEWEST_MEMBERS:
        return
    if kind.subject == Subject.FAMILY:
        yield _("Jenis ini tentang satu keluarga, dan anggotanya belum tercatat. Tambahkan paling sedikit dua orang."), {}
    else:
        yield _("Jenis ini tentang satu komunitas, dan daftar warganya belum tercatat. Tambahkan warganya satu per satu."), {}
