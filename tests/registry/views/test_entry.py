"""Recording as a browser without scripts does it: each part saved and resumed, clash, return, check, send, delete."""

import re
from typing import Any

import pytest
from django.urls import reverse

from registry import cases, workflow
from registry.enums import State
from registry.fields import Step
from registry.forms.steps import grouped
from registry.models import Case, CaseWrite, Mutation, Person
from registry.workflow import PinNote
from tests.pages import form_on, words
from tests.people import GAMPONG, NEXT_DOOR, NOON, TODAY, complete_values, invented_nik, seen

pytestmark = pytest.mark.django_db
NIK = "1111054708589003"
ANSWERS = {
    Step.IDENTITY: {
        "nik": "1111 0547 0858 9003", "person.name": "Aisyah Hamid", "person.birth_place": "Bireuen",
        "person.birth_date": "07-08-1958", "person.sex": "P", "person.mother_name": "Nyak Maneh", "person.marital_status": "cerai_mati",
    },
    Step.ADDRESS: {
        "household.gampong": GAMPONG, "household.dusun": "Tunong", "household.address": "Belakang meunasah", "case.place": GAMPONG,
        "case.found_on": "24-11-2026",
    },
    Step.FAMILY: {"kk": "1111 0501 0319 9014", "person.relation": "kepala_keluarga"},
    Step.CONSENT: {"case.consent_basis": "lisan", "case.consent_by": "sendiri", "case.consent_on": "24-11-2026"},
}  # fmt: skip


def url(name: str, case: Case, *args: Any) -> str:
    return reverse(name, args=[case.public_id, *args])


def save(client, case: Case, step: Step, changes: dict[str, Any], query: str = ""):
    """Open a page, type, send."""
    where = url("case_step", case, step)
    data = form_on(client.get(where + query), "mutation_id") if step != Step.EVIDENCE else form_on(client.get(where), "case.report")
    return client.post(where, data | changes)


def fresh(case: Case) -> Case:
    return Case.objects.with_record().get(pk=case.pk)


@pytest.fixture
def draft(make_case):
    return make_case(values={"case.place": GAMPONG}, attach=False)


# --- the parts


def test_every_part_is_saved_and_can_be_resumed(client_of, draft):
    client = client_of("psm")
    order = [Step.IDENTITY, Step.ADDRESS, Step.FAMILY]
    for step, following in zip(order, [*order[1:], Step.KIND], strict=True):
        assert save(client, draft, step, ANSWERS[step]).headers["Location"] == url("case_step", draft, following)
    here = url("case_step", draft, Step.KIND)
    assert save(client, draft, Step.KIND, {"case.kind": "08"}).headers["Location"] == here
    assert save(client, draft, Step.KIND, {"case.criteria": ["2", "3"]}).headers["Location"] == url("case_step", draft, Step.EVIDENCE)
    report = save(client, draft, Step.EVIDENCE, {"case.report": "Dilihat di rumahnya."})
    assert report.headers["Location"] == url("case_step", draft, Step.CONSENT)
    assert save(client, draft, Step.CONSENT, ANSWERS[Step.CONSENT]).headers["Location"] == url("case_tasks", draft)
    expected = complete_values(person__nik=NIK, case__kind="08", case__criteria=[2, 3]) | {"case.report": "Dilihat di rumahnya."}
    values = fresh(draft).values()
    assert {path: values[path] for path in expected} == expected
    for step, answers in ANSWERS.items():
        shown = form_on(client.get(url("case_step", draft, step)), "mutation_id")
        assert {path: shown[path] for path in answers} == {path: [answer] for path, answer in answers.items()}
    assert "5 dari 6 bagian selesai." in words(client.get(url("case_tasks", draft)))


def test_a_part_sent_twice_has_one_effect(client_of, draft):
    client = client_of("psm")
    data = form_on(client.get(url("case_step", draft, Step.IDENTITY)), "mutation_id") | ANSWERS[Step.IDENTITY]
    answers = [client.post(url("case_step", draft, Step.IDENTITY), data) for _ in range(2)]
    assert [a.headers["Location"] for a in answers] == [url("case_step", draft, Step.ADDRESS)] * 2
    assert (CaseWrite.objects.filter(case=draft).count(), fresh(draft).revision) == (2, 2)


def test_a_page_from_the_browsers_memory_loses_nothing(client_of, draft):
    """The same page sent again with another answer is another act, not a repetition."""
    client = client_of("psm")
    data = form_on(client.get(url("case_step", draft, Step.IDENTITY)), "mutation_id") | ANSWERS[Step.IDENTITY]
    client.post(url("case_step", draft, Step.IDENTITY), data)
    answer = client.post(url("case_step", draft, Step.IDENTITY), data | {"person.mother_name": "Nyak Manis"})
    assert answer.status_code == 409
    assert "Nyak Manis Isian Anda" in words(answer)


def test_unreadable_answers_keep_everything_typed(client_of, draft):
    client = client_of("psm")
    answer = save(client, draft, Step.IDENTITY, ANSWERS[Step.IDENTITY] | {"person.birth_date": "31-02-1958"})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "<title>Kesalahan:" in html and 'href="#id_person.birth_date"' in html
    kept = form_on(answer, "mutation_id")
    assert (kept["person.name"], kept["person.birth_date"]) == (["Aisyah Hamid"], ["31-02-1958"])
    assert fresh(draft).person.name is None
    assert client.post(url("case_step", draft, Step.IDENTITY), kept | {"person.birth_date": "07-08-1958"}).status_code == 302
    assert fresh(draft).person.name == "Aisyah Hamid"


def test_what_the_rules_say_is_shown_once_and_holds_up_nothing(client_of, draft):
    client = client_of("psm")
    here = url("case_step", draft, Step.IDENTITY)
    answers = ANSWERS[Step.IDENTITY] | {"person.birth_date": "17-08-1958"}
    assert save(client, draft, Step.IDENTITY, answers).headers["Location"] == here
    page = client.get(here)
    assert "Tersimpan. Ada 1 hal untuk dilihat di halaman ini." in words(page)
    assert "di NIK 7 Agustus 1958, tertulis 17 Agustus 1958" in words(page)
    assert client.post(here, form_on(page, "mutation_id")).headers["Location"] == url("case_step", draft, Step.ADDRESS)


def test_the_nik_is_read_aloud(client_of, make_case):
    case = make_case(person__nik=NIK, attach=False)
    text = words(client_of("psm").get(url("case_step", case, Step.IDENTITY)))
    assert "111105 Kec. Peusangan, Kabupaten Bireuen tempat pertama kali terdaftar 470858 7 Agustus 1958, perempuan" in text


def test_a_resident_without_a_nik(client_of, draft):
    client = client_of("psm")
    answers = ANSWERS[Step.IDENTITY] | {"nik": "", "person.no_nik_reason": "hilang"}
    assert save(client, draft, Step.IDENTITY, answers).status_code == 302
    person = fresh(draft).person
    assert (person.nik, person.nik_index, person.no_nik_reason) == (None, None, "hilang")
    page = client.get(url("case_step", draft, Step.IDENTITY)).content.decode()
    assert '<details class="mt" open>' in page and "nikread" not in page
    save(client, draft, Step.IDENTITY, {"nik": NIK})
    person = fresh(draft).person
    assert (person.nik, person.no_nik_reason) == (NIK, None)


def test_restricted_kinds_are_offered_with_the_grant_only(client_of, make_case):
    plain, granted = make_case(attach=False, case__kind=None), make_case(attach=False, keeper="psm_restricted", case__kind=None)
    without = client_of("psm").get(url("case_step", plain, Step.KIND)).content.decode()
    assert 'value="18"' not in without and "trafficking" not in without
    assert 'value="18"' in client_of("psm_restricted").get(url("case_step", granted, Step.KIND)).content.decode()
    hostile = save(client_of("psm"), plain, Step.KIND, {"case.kind": "18"})
    assert hostile.status_code == 422 and "trafficking" not in hostile.content.decode()
    assert fresh(plain).kind is None


def test_the_role_in_a_case_is_asked_of_kind_03(client_of, make_case):
    child = {"person__birth_date": None, "person__birth_year": 2012, "person__nik": None, "person__no_nik_reason": "hilang"}
    case = make_case(attach=False, keeper="psm_restricted", case__kind=None, case__criteria=None, **child)
    client = client_of("psm_restricted")
    save(client, case, Step.KIND, {"case.kind": "03"})
    save(client, case, Step.KIND, {"case.criteria": ["1"], "case.detail.peran_dalam_perkara": "korban"})
    values = fresh(case).values()
    assert (values["case.criteria"], values["case.detail.peran_dalam_perkara"]) == ([1], "korban")
    page = client.get(url("case_step", case, Step.KIND))
    assert "hukum" not in re.search(r"<title>.*?</title>", page.content.decode(), re.DOTALL)[0]
    assert "case.note" not in form_on(page, "mutation_id")


def test_changing_the_kind_shows_its_criteria_unticked(client_of, make_case):
    case = make_case(attach=False)
    client = client_of("psm")
    save(client, case, Step.KIND, {"case.kind": "08"}, "?ganti=1")
    assert (fresh(case).kind, fresh(case).values().get("case.criteria")) == ("08", None)
    page = client.get(url("case_step", case, Step.KIND))
    assert "68 tahun, dihitung dari tanggal lahir" in words(page) and "case.criteria" not in form_on(page, "mutation_id")


def test_free_words_are_not_kept_where_the_kind_is_secret(client_of, make_case):
    case = make_case(attach=False, keeper="psm_restricted", case__note="Tinggal sendiri.")
    client = client_of("psm_restricted")
    answer = save(client, case, Step.KIND, {"case.kind": "18"}, "?ganti=1")
    assert (fresh(case).kind, fresh(case).values().get("case.note")) == ("18", None)
    assert "Cerita singkat tidak disimpan untuk jenis yang dirahasiakan" in words(client.get(answer.headers["Location"]))


# --- two people at once


def test_a_clash_is_shown_field_by_field_and_loses_nothing(client_of, member_of, make_case):
    case = make_case(attach=False)
    client, where = client_of("psm"), url("case_step", case, Step.ADDRESS)
    data = form_on(client.get(where), "mutation_id")
    theirs = {"household.dusun": "Baroh", "household.address": "Dekat pasar"}
    cases.update([cases.Edit(case.pk, theirs)], actor=member_of("supervisor"), now=NOON)
    answer = client.post(where, data | {"household.dusun": "Teungoh", "case.place_note": "Di teras"})
    assert answer.status_code == 409
    assert "Teungoh Isian Anda Baroh Supervisor" in words(answer)
    assert fresh(case).values()["household.dusun"] == "Baroh"
    again = form_on(answer, "clashing")
    assert (again["household.dusun"], again["case.place_note"], again["clashing"]) == (["Teungoh"], ["Di teras"], ["household.dusun"])
    assert "clash:household.dusun" not in again
    undecided = client.post(where, again)
    assert undecided.status_code == 422 and "Dusun: pilih mana yang benar." in words(undecided)
    decided = client.post(where, form_on(undecided, "clashing") | {"clash:household.dusun": "mine"})
    assert decided.status_code == 302
    values = fresh(case).values()
    assert (values["household.dusun"], values["household.address"], values["case.place_note"]) == ("Teungoh", "Dekat pasar", "Di teras")


def test_theirs_may_stay(client_of, member_of, make_case):
    case = make_case(attach=False)
    client, where = client_of("psm"), url("case_step", case, Step.ADDRESS)
    data = form_on(client.get(where), "mutation_id")
    cases.update([cases.Edit(case.pk, {"household.dusun": "Baroh"})], actor=member_of("supervisor"), now=NOON)
    answer = client.post(where, data | {"household.dusun": "Teungoh", "case.place_note": "Di teras"})
    client.post(where, form_on(answer, "clashing") | {"clash:household.dusun": "theirs"})
    values = fresh(case).values()
    assert (values["household.dusun"], values["case.place_note"]) == ("Baroh", "Di teras")


def test_two_numbers_that_clash_are_masked(client_of, member_of, make_case):
    case = make_case(attach=False)
    client, where = client_of("psm"), url("case_step", case, Step.IDENTITY)
    data = form_on(client.get(where), "mutation_id")
    theirs, mine = invented_nik(serial=9301), invented_nik(serial=9302)
    cases.update([cases.Edit(case.pk, {"person.nik": theirs})], actor=member_of("supervisor"), now=NOON)
    answer = client.post(where, data | {"nik": mine})
    assert answer.status_code == 409
    html = answer.content.decode()
    assert f"{mine[:4]}••••••••9302" in html and f"{theirs[:4]}••••••••9301" in html
    assert theirs not in html and html.count(grouped(mine)) == 1  # in the input it was typed into


# --- returned, checked, sent


def test_notes_of_a_return_stand_at_their_fields(client_of, member_of, make_case):
    case = make_case(State.DIAJUKAN)
    pins = [PinNote("person.mother_name", "Belum diisi, lihat KK."), PinNote("case.evidence", "Foto KK kabur.")]
    workflow.perform([seen(case)], "kembalikan", actor=member_of("supervisor"), now=NOON, reason="kurang", note="Dua hal.", pins=pins)
    client = client_of("psm")
    tasks = words(client.get(url("case_tasks", case)))
    assert "Dikembalikan oleh Supervisor" in tasks and "Isian kurang. Dua hal." in tasks
    assert "1 Nama ibu kandung Belum diisi, lihat KK. 2 Bukti terlampir Foto KK kabur." in tasks
    identity = client.get(url("case_step", case, Step.IDENTITY)).content.decode()
    assert identity.index("Belum diisi, lihat KK.") < identity.index('name="person.mother_name"')
    assert "Foto KK kabur." in words(client.get(url("case_step", case, Step.EVIDENCE)))
    assert "Foto KK kabur." not in identity
    assert save(client, case, Step.IDENTITY, {"person.mother_name": "Fatimah"}).headers["Location"] == url("case_step", case, Step.EVIDENCE)
    assert "Sudah diubah" in words(client.get(url("case_tasks", case)))


def test_check_and_send_once(client_of, make_case):
    case = make_case(person__mother_name=None)
    client, where = client_of("psm"), url("case_check", case)
    page = client.get(where)
    text = words(page)
    assert "Cukup untuk diverifikasi. Untuk DTSEN masih kurang 1 hal." in text
    assert "Nama ibu kandung Tidak diisi" in text
    data = form_on(page, "mutation_id")
    unticked = client.post(where, data)
    assert unticked.status_code == 422 and "Centang kotak ini dulu" in words(unticked)
    assert fresh(case).state == State.DRAF
    answers = [client.post(where, data | {"met": "on"}) for _ in range(2)]
    assert [a.headers["Location"] for a in answers] == [url("case_sent", case)] * 2
    assert (fresh(case).state, case.steps.count()) == (State.DIAJUKAN, 1)
    receipt = words(client.get(url("case_sent", case)))
    assert case.registry_no in receipt and "Penyelia Kec. Peusangan memeriksanya" in receipt


def test_what_is_not_finished_cannot_be_sent_and_says_why(client_of, draft):
    client = client_of("psm")
    tasks = words(client.get(url("case_tasks", draft)))
    assert "Terbuka setelah lengkap: Identitas, Jenis PPKS dan syarat, Persetujuan" in tasks
    page = client.get(url("case_check", draft))
    assert "Harus diperbaiki dulu" in words(page) and f"{url('case_step', draft, Step.IDENTITY)}#id_person.name" in page.content.decode()
    answer = client.post(url("case_check", draft), {"met": "on"})
    assert answer.status_code == 422 and "hal yang harus diperbaiki dulu." in words(answer)
    assert fresh(draft).state == State.DRAF


def test_a_change_after_approval_goes_back_to_the_record(client_of, make_case):
    case = make_case(State.DISETUJUI)
    client = client_of("psm")
    assert "Catatan ini sudah disetujui." in words(client.get(url("case_step", case, Step.IDENTITY)))
    answer = save(client, case, Step.IDENTITY, {"person.mother_name": "Fatimah"})
    assert (answer.headers["Location"], fresh(case).state) == (url("case", case), State.DIAJUKAN)


def test_a_draft_is_deleted_after_asking(client_of, draft):
    client, where = client_of("psm"), url("case_delete", draft)
    assert "0 bagian isian dan 0 foto akan hilang." in words(client.get(where))
    assert Case.objects.count() == 1
    assert client.post(where).headers["Location"] == reverse("home")
    assert (Case.objects.count(), Person.objects.count()) == (0, 0)
    assert client.post(where).headers["Location"] == reverse("home")  # a second tap
    assert client.get(where).status_code == client_of("psm_same_gampong").post(where).status_code == 404


def test_what_was_submitted_is_not_deleted(client_of, make_case):
    case = make_case(State.DIAJUKAN)
    assert client_of("psm").post(url("case_delete", case)).headers["Location"] == url("case", case)
    assert Case.objects.count() == 1


# --- who may, and what leaks


@pytest.mark.parametrize("name", ["case_tasks", "case_step", "case_check", "case_delete"])
@pytest.mark.parametrize(
    ("persona", "status"),
    [
        ("psm", 200), ("psm_same_gampong", 403), ("psm_next_door", 404), ("psm_elsewhere", 404), ("supervisor_elsewhere", 404),
        ("admin", 403), ("disabled", 302),
    ],
)  # fmt: skip
def test_who_opens_the_pages(client_of, make_case, name, persona, status):
    case = make_case(attach=False)
    where = url(name, case, *([Step.IDENTITY] if name == "case_step" else []))
    assert client_of(persona).get(where).status_code == status


@pytest.mark.parametrize("persona", ["psm_same_gampong", "psm_next_door", "admin"])
def test_nobody_else_writes(client_of, make_case, persona):
    case = make_case(attach=False)
    data = form_on(client_of("psm").get(url("case_step", case, Step.IDENTITY)), "mutation_id") | {"person.name": "Lain"}
    client = client_of(persona)
    assert client.post(url("case_step", case, Step.IDENTITY), data).status_code in (403, 404)
    assert client.post(url("case_check", case), {"met": "on"}).status_code in (403, 404)
    assert client.post(url("case_delete", case)).status_code in (403, 404)
    assert (fresh(case).person.name, fresh(case).state) == ("Aisyah Hamid", State.DRAF)


def test_a_mutation_id_of_somebody_else_is_refused(client_of, make_case, monkeypatch):
    case, other = make_case(attach=False), make_case(attach=False, keeper="psm_same_gampong", person__name="Mawardi Daud")
    data = form_on(client_of("psm").get(url("case_step", case, Step.IDENTITY)), "mutation_id") | {"person.mother_name": "Fatimah"}
    assert client_of("psm").post(url("case_step", case, Step.IDENTITY), data).status_code == 302
    Mutation.objects.update(account=other.worker)
    assert client_of("psm").post(url("case_step", case, Step.IDENTITY), data).status_code == 403


def test_a_number_stands_only_in_the_input_it_is_typed_into(client_of, make_case):
    case = make_case(person__nik=NIK, person__mother_name=None)
    client, numbers = client_of("psm"), re.compile(r"(?:\d[ .]?){16}")
    pages = [url("case_tasks", case), url("case_check", case), url("case_delete", case), reverse("home")]
    pages += [url("case_step", case, step) for step in Step]
    for where in pages:
        html = client.get(where).content.decode()
        html = re.sub(r'<input type="hidden" name="(?:mutation_id|shown:[^"]+|csrfmiddlewaretoken)"[^>]*>', "", html)
        html = re.sub(r'<input type="text" name="(?:nik|kk)"[^>]*>', "", html)
        html = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", html)
        assert not numbers.search(html), where
        assert not numbers.search(where.replace(str(case.public_id), ""))


def test_titles_never_name_a_person_or_a_restricted_kind(client_of, make_case):
    case = make_case(keeper="psm_restricted", case__kind="18", case__criteria=[1], person__name="Nama Rahasia", attach=False)
    client = client_of("psm_restricted")
    pages = [url("case_tasks", case), url("case_check", case), url("case_delete", case), *(url("case_step", case, step) for step in Step)]
    for where in pages:
        title = re.search(r"<title>.*?</title>", client.get(where).content.decode(), re.DOTALL)[0]
        assert "Nama Rahasia" not in title and "trafficking" not in title.lower()
    client.post(url("case_check", case), form_on(client.get(url("case_check", case)), "mutation_id") | {"met": "on"})
    receipt = words(client.get(url("case_sent", case)))
    assert case.registry_no in receipt and "Nama Rahasia" not in receipt and "trafficking" not in receipt.lower()


@pytest.mark.parametrize("step", [Step.IDENTITY, Step.ADDRESS, Step.FAMILY, Step.EVIDENCE, Step.CONSENT])
@pytest.mark.parametrize(
    "data", [{}, {"mutation_id": "'"}, {"clashing": "person.name"}, {"clashing": "no.such"}, {"shown:person.nik": "x"}]
)
def test_spoiled_sends_change_nothing(client_of, make_case, step, data):
    case = make_case(attach=False)
    before = fresh(case).values()
    assert client_of("psm").post(url("case_step", case, step), data).status_code in (302, 409, 422)
    assert fresh(case).values() == before


def test_a_step_that_is_none(client_of, draft):
    assert client_of("psm").get(url("case_tasks", draft) + "rahasia/").status_code == 404
    assert client_of("psm").put(url("case_step", draft, Step.IDENTITY)).status_code == 405


def test_a_place_out_of_the_own_area_is_refused(client_of, draft):
    answer = save(client_of("psm"), draft, Step.ADDRESS, {"case.place": NEXT_DOOR})
    assert answer.status_code == 422
    assert fresh(draft).place_id == GAMPONG


def test_pages_are_small(client_of, draft):
    """The longest page, with the gampong of the whole regency, before compression."""
    sizes = {step: len(client_of("psm").get(url("case_step", draft, step)).content) for step in Step}
    assert max(sizes.values()) < 60_000, sizes


def test_the_day_of_the_finding_is_today_unless_told(client_of, draft):
    assert form_on(client_of("psm").get(url("case_step", draft, Step.ADDRESS)), "mutation_id")["case.found_on"] == [f"{TODAY:%d-%m-%Y}"]
