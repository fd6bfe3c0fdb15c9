"""The directory of PSM: own area only, phone numbers masked for workers, changed by admins."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from registry.enums import Role
from registry.models import AuditEvent, Worker
from tests.people import ELSEWHERE, GAMPONG, KECAMATAN, NEXT_DOOR, make_account

pytestmark = pytest.mark.django_db
PHONE = "081234567890"
MASKED = "0812••••••••90"


@pytest.fixture
def make_worker(areas):
    def make(name: str = "Nurlaila", gampong: str = GAMPONG, **more) -> Worker:
        return Worker.objects.create(name=name, gampong_id=gampong, phone=PHONE, **more)

    return make


def names(answer) -> list[str]:
    return re.findall(r'class="who hit24"[^>]*>([^<]+)<', answer.content.decode())


@pytest.mark.parametrize(
    ("persona", "seen"),
    [
        ("psm", ["Nurlaila"]),
        ("psm_next_door", ["Munawir"]),
        ("psm_elsewhere", ["Jauh"]),
        ("supervisor", ["Munawir", "Nurlaila"]),
        ("supervisor_restricted", ["Munawir", "Nurlaila"]),
        ("supervisor_elsewhere", ["Jauh"]),
        ("admin", ["Jauh", "Munawir", "Nurlaila"]),
    ],
)
def test_everybody_sees_their_own_area(client_of, make_worker, persona, seen):
    workers = [make_worker(), make_worker("Munawir", NEXT_DOOR), make_worker("Jauh", ELSEWHERE)]
    client = client_of(persona)
    assert names(client.get("/petugas/")) == seen
    assert [w.name for w in workers if client.get(f"/petugas/{w.public_id}/").status_code == 200] == [
        w.name for w in workers if w.name in seen
    ]
    assert {client.get(f"/petugas/{w.public_id}/").status_code for w in workers if w.name not in seen} <= {404}


def test_who_is_signed_out_or_disabled_sees_nobody(client, client_of, make_worker):
    path = f"/petugas/{make_worker().public_id}/"
    for anybody in (client, client_of("disabled")):
        assert [anybody.get(place).status_code for place in ("/petugas/", path, f"{path}ubah/", "/petugas/baru/")] == [302] * 4


@pytest.mark.parametrize(("persona", "phone"), [("psm", MASKED), ("psm_restricted", MASKED), ("supervisor", PHONE), ("admin", PHONE)])
def test_a_worker_does_not_read_the_numbers_of_others(client_of, make_worker, persona, phone):
    html = client_of(persona).get(f"/petugas/{make_worker().public_id}/").content.decode()
    assert (phone in html, PHONE in html) == (True, phone == PHONE)


def test_a_worker_reads_their_own_number(client_of, account_of, make_worker):
    worker = make_worker(account=account_of("psm"))
    assert PHONE in client_of("psm").get(f"/petugas/{worker.public_id}/").content.decode()
    assert PHONE not in client_of("psm_same_gampong").get(f"/petugas/{worker.public_id}/").content.decode()


@pytest.mark.parametrize(
    ("word", "seen"),
    [
        ("", ["Ada", "Habis", "Mantan", "Segera"]),
        ("sk", ["Habis", "Segera"]),
        ("nonaktif", ["Mantan"]),
        ("tanpa-akun", ["Habis", "Mantan", "Segera"]),
    ],
)
def test_views_of_the_list(client_of, account_of, make_worker, word, seen):
    today = timezone.localdate()
    make_worker("Ada", sk_until=today + timedelta(days=61), account=account_of("psm"))
    make_worker("Segera", sk_until=today + timedelta(days=60))
    make_worker("Habis", sk_until=today - timedelta(days=1))
    make_worker("Mantan", sk_until=today - timedelta(days=1), is_active=False, inactive_reason="Pindah")
    answer = client_of("admin").get("/petugas/", {"tampil": word})
    assert names(answer) == seen


def test_gampong_without_an_active_worker_are_counted(client_of, make_worker):
    make_worker()
    make_worker("Mantan", NEXT_DOOR, is_active=False, inactive_reason="Pindah")
    html = client_of("supervisor").get("/petugas/").content.decode()
    assert "di 69 gampong." in html
    assert "68 gampong belum punya petugas aktif." in html


def test_the_list_costs_the_same_for_one_and_for_thirty(client_of, make_worker):
    client = client_of("supervisor")

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/petugas/")
        return len(queries)

    make_worker(account=make_account("psm_0", Role.PSM, GAMPONG))
    cost()
    few = cost()
    for number in range(1, 30):
        make_worker(f"Petugas {number}", account=make_account(f"psm_{number}", Role.PSM, NEXT_DOOR))
    assert cost() == few


# --- changing


def sent(**changes) -> dict:
    values = {"name": "Cut Rahmi", "gampong": GAMPONG, "is_active": "on", "mutation_id": "12345678-1234-4234-8234-123456789012"}
    return values | changes


@pytest.mark.parametrize("persona", ["psm", "supervisor", "supervisor_restricted"])
def test_only_admins_change_the_directory(client_of, make_worker, persona):
    client, path = client_of(persona), f"/petugas/{make_worker().public_id}/ubah/"
    assert [client.get(path).status_code, client.post(path, sent()).status_code, client.post("/petugas/baru/", sent()).status_code] == [
        403
    ] * 3
    assert list(Worker.objects.values_list("name", flat=True)) == ["Nurlaila"]


def test_an_admin_records_a_worker_and_a_second_tap_changes_nothing(client_of):
    full = sent(
        phone="0812 3456", sk_number="140/17/2025", sk_issuer="Keuchik", sk_date="01-07-2025", sk_until="30/06/2028",
        training="Bimtek\n2024", kta_number="PSM-1", ipsm_office="Ketua",
    )  # fmt: skip
    client = client_of("admin")
    answers = [client.post("/petugas/baru/", full) for _tap in range(2)]
    worker = Worker.objects.get()
    assert {answer.headers["Location"] for answer in answers} == {f"/petugas/{worker.public_id}/"}
    assert (str(worker.sk_date), str(worker.sk_until), worker.kta_number, worker.is_active) == ("2025-07-01", "2028-06-30", "PSM-1", True)
    assert AuditEvent.objects.filter(verb="catat_petugas").count() == 1


def test_a_worker_who_left_is_kept_with_the_reason(client_of, make_worker):
    path = f"/petugas/{make_worker().public_id}/ubah/"
    client = client_of("admin")
    assert client.post(path, sent(is_active="")).status_code == 422
    assert client.post(path, sent(is_active="", inactive_reason="Pindah")).status_code == 302
    worker = Worker.objects.get()
    assert (worker.is_active, worker.inactive_reason) == (False, "Pindah")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": " "}, "Nama lengkap belum diisi."),
        ({"gampong": KECAMATAN}, "Pilih gampong dari daftar."),
        ({"sk_until": "31-02-2027"}, "Tulis tanggal seperti 28-02-2027."),
        ({"sk_date": "01-07-2025", "sk_until": "30-06-2025"}, "SK berakhir sebelum tanggalnya. Periksa keduanya."),
        ({"account": "12345678-1234-4234-8234-123456789012"}, "Pilih"),
    ],
)
def test_what_is_no_member_record(client_of, changes, sentence):
    answer = client_of("admin").post("/petugas/baru/", sent(**changes))
    assert (answer.status_code, Worker.objects.count()) == (422, 0)
    assert sentence in answer.content.decode()


def test_an_admin_of_one_kecamatan_offers_only_their_own(client, account_of, areas):
    account_of("psm")
    account_of("psm_elsewhere")
    client.force_login(make_account("local_admin", Role.ADMIN, KECAMATAN))
    html = client.get("/petugas/baru/").content.decode()
    assert (GAMPONG in html, ELSEWHERE in html) == (True, False)
    assert client.post("/petugas/baru/", sent(gampong=ELSEWHERE)).status_code == 422
    assert client.post("/petugas/baru/", sent(account=str(account_of("psm_elsewhere").public_id))).status_code == 422
    assert Worker.objects.count() == 0


def test_a_send_under_anothers_id_is_refused(client_of):
    client_of("admin").post("/petugas/baru/", sent())
    assert client_of("admin_restricted").post("/petugas/baru/", sent(name="Lain")).status_code == 403
    assert Worker.objects.count() == 1
