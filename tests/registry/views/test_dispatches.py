"""The page from which a workbook is sent, its ledger, and the download."""

import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from registry.enums import State
from registry.exchange import dispatch
from registry.models import AuditEvent, Case, Dispatch, DispatchRow
from tests.people import NOON

FORM = {
    "mutation_id": "0b4b7c1e-6f7c-4e47-9a60-333333333333", "purpose": "Usulan DTSEN bulan Desember", "receiver": "Dinas Sosial",
    "letter": "460/1187", "kecamatan": "", "kind": "",
}  # fmt: skip
PAGE = reverse("dispatch_list")


def text(answer) -> str:
    return answer.content.decode()


def test_the_page_says_what_will_go_before_anything_does(client_of, make_case):
    make_case(state=State.DISETUJUI)
    make_case(state=State.DIAJUKAN, person__name="Cut Meutia")
    admin = client_of("admin")
    assert "<b>1 catatan siap DTSEN</b>, semua kecamatan, semua jenis." in text(admin.get(PAGE))
    assert "<b>1 catatan siap DTSEN</b>, Kec. Peusangan, 24 Fakir miskin." in text(admin.get(PAGE, {"kecamatan": "11.11.05", "kind": "24"}))
    assert "<b>0 catatan siap DTSEN</b>, Kec. Samalanga." in text(admin.get(PAGE, {"kecamatan": "11.11.01"}))
    assert Dispatch.objects.count() == 0


def test_sending_twice_makes_one_file(client_of, make_case):
    case = make_case(state=State.DISETUJUI)
    admin = client_of("admin")
    for _again in range(2):
        assert admin.post(reverse("dispatch_make"), FORM).status_code == 302
    case.refresh_from_db()
    entry = Dispatch.objects.get()
    assert (case.state, entry.letter, entry.filters) == (State.TERKIRIM, "460/1187", "semua kecamatan, semua jenis")
    html = text(admin.get(PAGE))
    assert "1 catatan terkirim." in html and entry.file_name in html and entry.file_sha256[:12] in html


def test_the_filters_shown_are_the_filters_sent(client_of, make_case):
    make_case(state=State.DISETUJUI)
    answer = client_of("admin").post(reverse("dispatch_make"), FORM | {"kecamatan": "11.11.01"})
    assert answer.status_code == 422
    assert "Tidak ada catatan yang siap dikirim dengan saringan ini." in text(answer)
    assert Case.objects.get().state == State.DISETUJUI


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"purpose": ""}, "Tujuan belum diisi."),
        ({"receiver": "lain"}, "Tulis nama penerimanya."),
        ({"receiver": "siapa saja"}, "siapa saja"),
    ],
)
def test_purpose_and_receiver_are_asked(client_of, make_case, changes, sentence):
    make_case(state=State.DISETUJUI)
    answer = client_of("admin").post(reverse("dispatch_make"), FORM | changes)
    assert (answer.status_code, Dispatch.objects.count()) == (422, 0)
    assert sentence in text(answer)


def test_another_receiver_is_named_in_the_ledger(client_of, make_case):
    make_case(state=State.DISETUJUI)
    client_of("admin").post(reverse("dispatch_make"), FORM | {"receiver": "lain", "receiver_name": "Bappeda Bireuen"})
    assert Dispatch.objects.get().receiver == "Bappeda Bireuen"


def test_a_download_is_an_attachment_that_nobody_keeps_and_is_recorded(client_of, make_case):
    case = make_case(state=State.DISETUJUI)
    admin = client_of("admin")
    admin.post(reverse("dispatch_make"), FORM)
    entry = Dispatch.objects.get()
    answer = admin.get(reverse("dispatch_download", args=[entry.public_id]))
    assert answer.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{entry.file_name}"
    assert answer.headers["Cache-Control"] == "no-store"
    page = openpyxl.load_workbook(io.BytesIO(answer.content))["Data"]
    assert (page.max_row, page["K2"].value) == (2, case.person.nik)
    assert AuditEvent.objects.filter(verb="unduh_berkas", object_id=str(entry.public_id)).count() == 1


def test_a_file_with_restricted_kinds_opens_only_with_the_grant(client_of, make_case, member_of):
    case = make_case(state=State.DISETUJUI)
    sender = member_of("admin_restricted")
    entry = dispatch.dispatch(dispatch.selection(sender), receiver="Dinas Sosial", purpose="x", actor=sender, now=NOON, filters="16 x")
    Case.objects.filter(pk=case.pk).update(kind="16")
    url = reverse("dispatch_download", args=[entry.public_id])
    assert [client_of(persona).get(url).status_code for persona in ("admin", "admin_restricted")] == [403, 200]
    html = text(client_of("admin").get(PAGE))
    assert url not in html and "16 x" not in html


def test_kinds_that_a_member_may_not_see_are_no_filter(client_of):
    assert [("HIV" in text(client_of(persona).get(PAGE))) for persona in ("admin", "admin_restricted")] == [False, True]


@pytest.mark.parametrize("persona, status", [("psm", 403), ("supervisor", 403), ("admin", 200), ("disabled", 302)])
def test_only_admins_send_and_download(client_of, make_case, member_of, persona, status):
    make_case(state=State.DISETUJUI)
    sender = member_of("admin")
    entry = dispatch.dispatch(dispatch.selection(sender), receiver="Dinas Sosial", purpose="x", actor=sender, now=NOON)
    client = client_of(persona)
    assert client.get(PAGE).status_code == status
    assert client.get(reverse("dispatch_download", args=[entry.public_id])).status_code == status
    assert client.post(reverse("dispatch_make"), {}).status_code == (422 if status == 200 else status)


def test_the_same_number_of_queries_for_one_and_thirty_files(client_of, make_case, member_of):
    make_case(state=State.DISETUJUI)
    admin, sender = client_of("admin"), member_of("admin")

    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            admin.get(PAGE)
        return len(captured)

    def send() -> None:
        dispatch.dispatch(dispatch.selection(sender), receiver="Dinas Sosial", purpose="x", actor=sender, now=NOON)

    send()
    one = count()
    entry = Dispatch.objects.get()
    Dispatch.objects.bulk_create(
        [
            Dispatch(
                layout=entry.layout, receiver="x", purpose="x", changes_state=True, masked=False, file_name="x", areas=entry.areas,
                file_sha256="x", row_count=1, made_by_id=entry.made_by_id, made_at=NOON,
            )
            for _more in range(20)
        ]
    )  # fmt: skip
    assert DispatchRow.objects.count() == 1
    assert count() == one
