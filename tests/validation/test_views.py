"""The pages of pairs: who sees which side, marks from frozen evidence and today's answers, nothing of a side out of reach."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from registry import cases
from registry.enums import PairStatus
from registry.models import AuditEvent
from tests.people import ELSEWHERE, NEXT_DOOR, NOON, invented_nik, seen
from validation.models import Decision, DuplicatePair

pytestmark = pytest.mark.django_db
OUT_OF_REACH = "Warga lain di luar tugas Anda"


@pytest.fixture
def make_pair(make_case):
    """Two records with one NIK; `other`: changes of the second."""

    def make(born=date(1958, 8, 7), **other):
        shared = {"attach": False, "person__nik": invented_nik(born), "person__birth_date": born}
        differs = {"person__name": "Aisjah Hamid", "person__mother_name": "Fatimah", "household__kk": None}
        known = set(DuplicatePair.objects.values_list("pk", flat=True))
        make_case(**shared)
        make_case(**shared | differs | other)
        return DuplicatePair.objects.exclude(pk__in=known).get()

    return make


def elsewhere() -> dict:
    return {"keeper": "psm_elsewhere", "case__place": ELSEWHERE, "household__gampong": ELSEWHERE}


def restricted() -> dict:
    return {"keeper": "psm_restricted", "case__kind": "18", "case__criteria": [1]}


def url(pair, name="pair") -> str:
    return reverse(name, args=[pair.public_id])


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html)).strip()


def rows(html: str) -> dict[str, list[str]]:
    body = re.search(r"<tbody>.*?</tbody>", html, re.S)[0]
    return {
        text(re.search(r"<th.*?</th>", row, re.S)[0]): [text(cell) for cell in re.findall(r"<td.*?</td>", row, re.S)]
        for row in re.findall(r"<tr>.*?</tr>", body, re.S)
    }


@pytest.mark.parametrize(
    ("persona", "status"),
    [
        ("psm", 403), ("psm_elsewhere", 403), ("supervisor", 200), ("supervisor_restricted", 200), ("supervisor_elsewhere", 404),
        ("admin", 200), ("disabled", 302),
    ],
)  # fmt: skip
def test_who_may_open_a_pair(client_of, make_pair, persona, status):
    pair = make_pair()
    assert client_of(persona).get(url(pair)).status_code == status
    assert AuditEvent.objects.filter(verb="lihat", object_id=str(pair.public_id)).count() == (status == 200)


def test_both_sides_field_by_field(client_of, make_pair):
    pair = make_pair()
    html = client_of("supervisor").get(url(pair)).content.decode()
    nik = pair.low.nik
    masked = f"{nik[:4]}••••••••{nik[-4:]}"
    found = rows(html)
    found.pop("Catatan")
    assert found == {
        "NIK": [masked, f"sama: {masked}"],
        "Nama lengkap (sesuai KTP)": ["Aisyah Hamid", "beda: Aisjah Hamid"],
        "Tanggal lahir": ["07-08-1958", "sama: 07-08-1958"],
        "Jenis kelamin": ["Perempuan", "sama: Perempuan"],
        "Nama ibu kandung": ["Nyak Maneh", "beda: Fatimah"],
        "Tempat lahir": ["Bireuen", "sama: Bireuen"],
        "No. KK": ["1111••••••••9014", "salah satu kosong: Kosong"],
        "Gampong tempat tinggal": ["Paya Cut, Kec. Peusangan", "sama: Paya Cut, Kec. Peusangan"],
        "Dusun": ["Tunong", "sama: Tunong"],
        "Alamat": ["Belakang meunasah", "sama: Belakang meunasah"],
    }
    assert "NIK sama" in html
    assert not re.search(r"\d{16}", html)


def test_an_answer_that_changed_since_says_what_it_was(client_of, make_pair, member_of):
    pair = make_pair()
    case = pair.high.cases.get()
    [edited] = cases.update([cases.Edit(case.pk, {"person.mother_name": "Nyak Maneh"})], actor=member_of("psm"), now=NOON)
    assert edited.done
    found = rows(client_of("supervisor").get(url(pair)).content.decode())
    assert found["Nama ibu kandung"] == ["Nyak Maneh", "sama: Nyak Maneh Waktu ditemukan: beda"]


@pytest.mark.parametrize("make_other", [elsewhere, restricted])
def test_a_side_out_of_reach_is_closed(client_of, make_pair, make_other):
    pair = make_pair(**make_other())
    html = client_of("supervisor").get(url(pair)).content.decode()
    assert all(answers[1] == "tertutup" for answers in rows(html).values())
    for hidden in ("Aisjah", "Fatimah", "Simpan putusan", "NIK sama", "sama: ", "beda: ", "Kasus terbatas", "Samalanga"):
        assert hidden not in html
    assert OUT_OF_REACH in html
    assert "Bicarakan dengan penyelia wilayah itu" in html
    listed = client_of("supervisor").get(reverse("pair_list")).content.decode()
    assert re.findall(r'<a class="who hit24" href="[^"]+">([^<]+)</a>', listed) == [f"Aisyah Hamid dan {OUT_OF_REACH}"]
    assert "NIK sama" not in listed


def test_both_areas_meet_with_the_admin(client_of, make_pair):
    html = client_of("admin").get(url(make_pair(**elsewhere()))).content.decode()
    assert "Fatimah" in html
    assert "Simpan putusan" in html


def test_a_pair_of_two_restricted_persons_does_not_exist_without_the_grant(client_of, make_case):
    nik = invented_nik()
    for _side in range(2):
        make_case(attach=False, person__nik=nik, **restricted())
    pair = DuplicatePair.objects.get()
    plain, granted = client_of("supervisor"), client_of("supervisor_restricted")
    assert plain.get(url(pair)).status_code == 404
    assert "Tidak ada dugaan ganda" in plain.get(reverse("pair_list")).content.decode()
    assert granted.get(url(pair)).status_code == 200
    listed = granted.get(reverse("pair_list")).content.decode()
    names = re.findall(r'<a class="who hit24" href="[^"]+">([^<]+)</a>', listed)[0]
    assert re.fullmatch(r"Kasus terbatas, nomor [^ ]+ dan Kasus terbatas, nomor [^ ]+", names)


def test_a_child_is_veiled_in_the_list(client_of, make_pair):
    born = date(2017, 5, 2)
    make_pair(born, person__name="Cut Meutia", case__kind="02")
    html = client_of("supervisor").get(reverse("pair_list")).content.decode()
    assert "C•••••, anak 9 tahun" in html
    assert "Meutia" not in html


# --- deciding


def decide(client, pair, **given):
    return client.post(url(pair, "pair_decide"), given)


def test_different_people_needs_a_reason_which_is_remembered(client_of, account_of, make_pair):
    pair = make_pair()
    client = client_of("supervisor")
    refused = decide(client, pair, verdict="beda")
    assert refused.status_code == 422
    assert "Tulis alasan mengapa keduanya orang yang berbeda." in refused.content.decode()
    assert decide(client, pair, verdict="beda", reason="Ibunya lain.").url == reverse("pair_list")
    pair.refresh_from_db()
    kept = Decision.objects.get()
    assert (pair.status, kept.verdict, kept.reason, kept.actor) == ("beda", "beda", "Ibunya lain.", account_of("supervisor"))
    html = client.get(url(pair)).content.decode()
    assert "Orang berbeda" in html
    assert "Ibunya lain." in html
    assert "Simpan putusan" not in html


def test_the_same_person_waits_for_merging_and_is_not_ready(client_of, make_pair):
    pair = make_pair()
    client = client_of("supervisor")
    assert "Keduanya menunggu digabungkan" in client.get(decide(client, pair, verdict="sama").url).content.decode()
    assert DuplicatePair.objects.blocking().get().status == PairStatus.SAME
    assert "Mungkin ganda dengan catatan lain." in client.get(reverse("case", args=[pair.low.cases.get().public_id])).content.decode()


@pytest.mark.parametrize("given", [{}, {"verdict": "terbuka"}, {"verdict": "lain"}])
def test_nothing_is_decided_without_a_verdict(client_of, make_pair, given):
    pair = make_pair()
    assert decide(client_of("supervisor"), pair, **given).status_code == 422
    assert not Decision.objects.exists()


@pytest.mark.parametrize(
    ("persona", "status"), [("psm", 403), ("psm_elsewhere", 403), ("supervisor_elsewhere", 404), ("supervisor", 302), ("admin", 302)]
)
def test_who_may_decide(client_of, make_pair, persona, status):
    pair = make_pair()
    assert decide(client_of(persona), pair, verdict="sama").status_code == status
    assert Decision.objects.exists() is (status == 302)


@pytest.mark.parametrize("make_other", [elsewhere, restricted])
def test_who_sees_one_side_only_decides_nothing(client_of, make_pair, make_other):
    pair = make_pair(**make_other())
    client = client_of("supervisor")
    answer = decide(client, pair, verdict="sama")
    assert "Hanya yang bertugas di wilayah kedua warga yang dapat memutuskan." in client.get(answer.url).content.decode()
    assert not Decision.objects.exists()


def test_the_second_decision_is_refused_with_the_first(client_of, make_pair):
    pair = make_pair()
    decide(client_of("supervisor"), pair, verdict="sama")
    other = client_of("supervisor_restricted")
    answer = decide(other, pair, verdict="beda", reason="Lain.")
    assert "Sudah diputuskan: Orang yang sama." in other.get(answer.url).content.decode()
    assert Decision.objects.count() == 1


# --- the list


def test_undecided_pairs_stand_first(client_of, make_pair):
    first, second = make_pair(), make_pair(date(1960, 3, 4), keeper="psm_next_door", case__place=NEXT_DOOR)
    client = client_of("supervisor")
    decide(client, first, verdict="sama")
    html = client.get(reverse("pair_list")).content.decode()
    assert re.findall(r'<a class="who hit24" href="([^"]+)"', html) == [url(second), url(first)]
    assert "1 pasangan menunggu putusan." in html


def test_the_list_takes_as_many_queries_for_one_pair_as_for_many(client_of, make_pair):
    client = client_of("supervisor")
    make_pair()
    client.get(reverse("pair_list"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("pair_list"))
    for number in range(29):
        make_pair(date(1959, 1, 1 + number))
    with CaptureQueriesContext(connection) as thirty:
        html = client.get(reverse("pair_list")).content.decode()
    assert len(thirty) == len(one)
    assert html.count("who hit24") == 25
    assert not re.search(r"\d{16}", html)


def test_a_household_member_without_a_case_is_compared_too(client_of, make_pair, account_of):
    pair = make_pair()
    pair.high.cases.all().delete()
    html = client_of("supervisor").get(url(pair)).content.decode()
    assert "Anggota keluarga, belum ada catatan PPKS" in html
    assert "Fatimah" in html
    assert seen(pair.low.cases.get()).revision == 1
