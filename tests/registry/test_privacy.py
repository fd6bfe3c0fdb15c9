"""Who reads what in clear: every field x viewer x child or not, against a table written by hand; masks, titles, the logged click."""

from datetime import date

import pytest

from registry import privacy
from registry.enums import Protection
from registry.fields import FIELDS
from registry.models import AuditEvent, Case, Person
from registry.privacy import DOTS, Viewer, mask, mask_number
from tests.people import NOON, TODAY

KEEPER, WORKER, SUPERVISOR, ADMIN = "petugas catatan", "petugas lain", "penyelia", "admin"
# path -> class, then who reads it: "all", "trusted" (keeper, supervisor, admin) or "nobody"; of a grown-up, of a child.
TABLE = {
    "person.nik": ("nomor_identitas", "nobody", "nobody"),
    "person.no_nik_reason": ("umum", "all", "all"),
    "person.name": ("umum", "all", "trusted"),
    "person.birth_place": ("pribadi", "trusted", "trusted"),
    "person.birth_date": ("pribadi", "trusted", "trusted"),
    "person.birth_year": ("umum", "all", "all"),
    "person.sex": ("umum", "all", "all"),
    "person.mother_name": ("pribadi", "trusted", "trusted"),
    "person.marital_status": ("pribadi", "trusted", "trusted"),
    "household.gampong": ("umum", "all", "all"),
    "household.dusun": ("pribadi", "trusted", "trusted"),
    "household.address": ("pribadi", "trusted", "trusted"),
    "household.rt": ("pribadi", "trusted", "trusted"),
    "household.rw": ("pribadi", "trusted", "trusted"),
    "case.place": ("umum", "all", "all"),
    "case.place_note": ("pribadi", "trusted", "trusted"),
    "case.found_on": ("umum", "all", "all"),
    "household.kk": ("nomor_identitas", "nobody", "nobody"),
    "person.relation": ("pribadi", "trusted", "trusted"),
    "household.head_name": ("pribadi", "trusted", "trusted"),
    "case.kind": ("umum", "all", "all"),
    "case.criteria": ("pribadi", "trusted", "trusted"),
    "case.detail.peran_dalam_perkara": ("spesifik_pidana", "trusted", "trusted"),
    "case.note": ("pribadi", "trusted", "trusted"),
    "case.evidence": ("umum", "all", "all"),
    "case.report": ("pribadi", "trusted", "trusted"),
    "case.consent_basis": ("pribadi", "trusted", "trusted"),
    "case.consent_by": ("pribadi", "trusted", "trusted"),
    "case.consent_on": ("pribadi", "trusted", "trusted"),
    "case.consent_note": ("pribadi", "trusted", "trusted"),
}
WHO = {"all": {KEEPER, WORKER, SUPERVISOR, ADMIN}, "trusted": {KEEPER, SUPERVISOR, ADMIN}, "nobody": set()}


def test_every_field_has_a_row_here():
    assert {path: field.protection for path, field in FIELDS.items()} == {path: Protection(row[0]) for path, row in TABLE.items()}


@pytest.mark.parametrize("path", TABLE)
@pytest.mark.parametrize("child", [False, True])
def test_who_reads_a_field_in_clear(path, child):
    readers = {who.value for who in Viewer if privacy.sees_clear(who, FIELDS[path], child=child)}
    assert readers == WHO[TABLE[path][2 if child else 1]]


@pytest.mark.parametrize("protection", Protection)
def test_every_class_has_a_rule(protection):
    """Also the classes that no field has yet: only what is open is open to all, and a number to nobody."""
    readers = {who.value for who in privacy.CLEAR[protection]}
    assert readers == WHO[{"umum": "all", "nomor_identitas": "nobody"}.get(protection, "trusted")]


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("1111054708589001", f"1111{DOTS}9001"),
        ("111105470858900", DOTS),
        ("11110547085890011", DOTS),
        ("1111O54708589001", DOTS),
        ("１１１１０５４７０８５８９００１", DOTS),
        ("", DOTS),
        (None, DOTS),
    ],
)
def test_masks_of_numbers(number, masked):
    assert mask_number(number) == masked
    assert DOTS == "••••••••"


@pytest.mark.parametrize(
    ("path", "value", "masked"),
    [
        ("person.nik", "1111054708589001", "1111••••••••9001"),
        ("household.kk", "1111050103199014", "1111••••••••9014"),
        ("person.name", "Aisyah Hamid", "A•••••"),
        ("person.mother_name", "Nyak Maneh", "N•••••"),
        ("household.head_name", "Husin", "H•••••"),
        ("person.birth_date", date(1958, 8, 7), "1958"),
        ("household.address", "Belakang meunasah", "tertutup"),
        ("case.criteria", [1], "tertutup"),
        ("case.consent_on", date(2026, 11, 1), "tertutup"),
    ],
)
def test_masks_of_other_answers(path, value, masked):
    assert mask(FIELDS[path], value) == masked


@pytest.mark.parametrize(
    ("born", "year", "expected"),
    [
        (date(2008, 11, 24), None, (18, False)),
        (date(2008, 11, 25), None, (17, True)),
        (date(2026, 11, 24), None, (0, True)),
        (None, 2009, (17, True)),
        (None, 2008, (18, False)),
        (date(1958, 8, 7), 2020, (68, False)),
        (None, None, (None, False)),
    ],
)
def test_who_is_a_child(born, year, expected):
    person = Person(birth_date=born, birth_year=year)
    assert (privacy.age(person, TODAY), privacy.is_child(person, TODAY)) == expected


def a_case(kind="24", **person):
    return Case(kind=kind, registry_no="R4K-82WT", person=Person(**person))


@pytest.mark.parametrize(
    ("case", "title", "kind"),
    [
        (a_case(name="Aisyah", birth_date=date(1958, 8, 7)), "Aisyah", "Fakir miskin"),
        (a_case(name="Aisyah", birth_date=date(2018, 8, 7)), "A•••••, anak 8 tahun", "Fakir miskin"),
        (a_case(name=None, birth_date=date(2018, 8, 7)), "••••••, anak 8 tahun", "Fakir miskin"),
        (a_case(name=None), "Belum ada nama", "Fakir miskin"),
        (a_case(None, name="Aisyah"), "Aisyah", "Jenis belum dipilih"),
        (a_case("18", name="Aisyah", birth_date=date(1958, 8, 7)), "Kasus terbatas, nomor R4K-82WT", "Kasus terbatas"),
        (a_case("18", name="Aisyah", birth_date=date(2018, 8, 7)), "Kasus terbatas, nomor R4K-82WT", "Kasus terbatas"),
    ],
)
def test_how_a_case_is_called_in_lists(case, title, kind):
    assert privacy.list_title(case, TODAY) == title
    assert privacy.list_kind(case) == kind


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("persona", "who"),
    [
        ("psm", KEEPER), ("psm_same_gampong", WORKER), ("psm_restricted", WORKER), ("supervisor", SUPERVISOR), ("admin", ADMIN),
    ],
)  # fmt: skip
def test_a_record_is_shown_by_the_table(persona, who, make_case, member_of):
    for born, column in ((date(1958, 8, 7), 1), (date(2018, 8, 7), 2)):
        values = {"person__nik": None, "person__no_nik_reason": "bayi", "person__birth_date": born, "person__name": f"Nama {born.year}"}
        case = make_case(attach=False, **values, case__note="Tinggal sendiri.", household__head_name="Husin")
        shown = privacy.show(case, member_of(persona), TODAY)
        filled = {path: one for path, one in shown.items() if not one.empty}
        assert len(filled) > 15
        for path, one in filled.items():
            assert one.masked is (who not in WHO[TABLE[path][column]]), path
            assert one.revealable is (path == "household.kk" and who != WORKER)
        assert privacy.page_title(case, member_of(persona), TODAY) == ("N•••••" if column == 2 and who == WORKER else f"Nama {born.year}")
        assert "1111050103199014" not in str(shown)


@pytest.mark.django_db
def test_words_of_a_record(make_case, member_of):
    case = make_case(attach=False, person__nik=None, person__no_nik_reason="hilang")
    shown = privacy.show(case, member_of("psm"), TODAY)
    assert shown["person.nik"].text == "Tidak diisi"
    assert shown["case.place"].text == "Paya Cut, Kec. Peusangan"
    assert shown["person.birth_date"].text == "07-08-1958"
    assert shown["person.sex"].text == "Perempuan"
    assert shown["household.kk"].text == "1111••••••••9014"


@pytest.mark.django_db
def test_areas_of_a_record_are_read_in_one_query(make_case, member_of, django_assert_num_queries):
    case, member = make_case(attach=False), member_of("psm")
    with django_assert_num_queries(1):
        privacy.show(case, member, TODAY)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["person.nik", "household.kk"])
@pytest.mark.parametrize(
    ("persona", "allowed"), [("psm", True), ("supervisor", True), ("admin", True), ("psm_same_gampong", False), ("psm_restricted", False)]
)
def test_a_number_is_shown_to_who_may_and_the_look_is_recorded(path, persona, allowed, make_case, member_of):
    case, member = make_case(attach=False), member_of(persona)
    looks = AuditEvent.objects.filter(verb="lihat_nomor")
    if not allowed:
        with pytest.raises(PermissionError):
            privacy.reveal(case, path, member=member, now=NOON)
        assert not looks.exists()
        return
    number = privacy.reveal(case, path, member=member, now=NOON)
    assert number == case.values()[path]
    [event] = looks
    assert (event.actor_id, event.at, event.object_kind, event.object_id) == (member.id, NOON, "case", str(case.public_id))
    assert event.detail == {"path": path}
    assert number not in str(event.detail)


@pytest.mark.django_db
def test_only_numbers_have_a_click(make_case, member_of):
    with pytest.raises(PermissionError):
        privacy.reveal(make_case(attach=False), "person.name", member=member_of("supervisor"), now=NOON)


@pytest.mark.django_db
def test_a_restricted_number_needs_the_grant(make_case, member_of):
    case = make_case(attach=False, keeper="psm_restricted", case__kind="18")
    for persona in ("psm", "supervisor", "admin"):
        with pytest.raises(PermissionError):
            privacy.reveal(case, "person.nik", member=member_of(persona), now=NOON)
    assert privacy.reveal(case, "person.nik", member=member_of("admin_restricted"), now=NOON) == case.person.nik


@pytest.mark.django_db
def test_a_number_that_is_not_there_is_an_empty_word(make_case, member_of):
    case = make_case(attach=False)
    case.person.memberships.all().delete()
    case = Case.objects.with_record().get(pk=case.pk)
    assert privacy.reveal(case, "household.kk", member=member_of("psm"), now=NOON) == ""
