"""Addresses of the registry. A template has the name of its view; no address ever holds a name or a number of a person."""

from django.urls import path, register_converter

from registry.fields import NUMBERS, Step
from registry.views import accounts, dispatches, entry, evidence, health, home, imports, lists, record, review, workers

DECISIONS = tuple(review.SUCCESS)


class OneOf:
    """A part of an address that is one of a few words; any other is no address at all."""

    words: tuple[str, ...] = ()

    def to_python(self, value: str) -> str:
        if value not in self.words:
            raise ValueError
        return value

    def to_url(self, value: str) -> str:
        return str(value)

    regex = "[a-z_]+"


register_converter(type("StepConverter", (OneOf,), {"words": tuple(Step)}), "step")
register_converter(type("DecisionConverter", (OneOf,), {"words": DECISIONS}), "decision")
register_converter(type("NumberConverter", (OneOf,), {"words": tuple(NUMBERS.values())}), "number")

urlpatterns = [
    path("", home.home, name="home"),
    # recording
    path("cari/", entry.search, name="search"),
    path("catat/", entry.begin, name="case_begin"),
    path("catatan/<uuid:public_id>/isi/", entry.tasks, name="case_tasks"),
    path("catatan/<uuid:public_id>/isi/<step:step>/", entry.step, name="case_step"),
    path("catatan/<uuid:public_id>/periksa/", entry.check, name="case_check"),
    path("catatan/<uuid:public_id>/terkirim/", entry.sent, name="case_sent"),
    path("catatan/<uuid:public_id>/hapus/", entry.delete, name="case_delete"),
    path("catatan/<uuid:public_id>/bukti/", evidence.upload, name="evidence_upload"),
    path("bukti/<uuid:public_id>/", evidence.picture, name="evidence_picture"),
    path("bukti/<uuid:public_id>/hapus/", evidence.remove, name="evidence_remove"),
    # the record
    path("warga/", lists.case_list, name="case_list"),
    path("warga/unduh/", lists.case_list_download, name="case_list_download"),
    path("catatan/<uuid:public_id>/", record.case, name="case"),
    path("catatan/<uuid:public_id>/nomor/<number:number>/", record.reveal, name="case_reveal"),
    path("catatan/<uuid:public_id>/tarik/", record.withdraw, name="case_withdraw"),
    path("catatan/<uuid:public_id>/serahkan/", record.assign, name="case_assign"),
    # deciding
    path("antrean/", lists.queue, name="queue"),
    path("antrean/<uuid:public_id>/", review.review, name="review"),
    path("antrean/<uuid:public_id>/<decision:action>/", review.decide, name="case_decide"),
    # workbooks
    path("impor/", imports.batch_list, name="batch_list"),
    path("impor/<uuid:public_id>/", imports.batch, name="batch"),
    path("impor/<uuid:public_id>/simpan/", imports.commit, name="batch_commit"),
    path("impor/<uuid:public_id>/batalkan/", imports.cancel, name="batch_cancel"),
    path("ekspor/", dispatches.dispatch_list, name="dispatch_list"),
    path("ekspor/buat/", dispatches.make, name="dispatch_make"),
    path("ekspor/<uuid:public_id>/unduh/", dispatches.download, name="dispatch_download"),
    # the office
    path("petugas/", workers.worker_list, name="worker_list"),
    path("petugas/baru/", workers.create, name="worker_create"),
    path("petugas/<uuid:public_id>/", workers.worker, name="worker"),
    path("petugas/<uuid:public_id>/ubah/", workers.edit, name="worker_edit"),
    path("akun/", accounts.account_list, name="account_list"),
    path("akun/baru/", accounts.create, name="account_create"),
    path("akun/<uuid:public_id>/", accounts.edit, name="account_edit"),
    path("akun/<uuid:public_id>/undang/", accounts.invite, name="account_invite"),
    path("akun/<uuid:public_id>/aktif/", accounts.set_active, name="account_set_active"),
    path("undangan/<str:token>/", accounts.invitation, name="invitation"),
    path("kata-sandi/", accounts.password, name="password"),
    path("operasi/", health.operations, name="operations"),
    path("sehat/", health.live, name="live"),
    path("siap/", health.ready, name="ready"),
]
