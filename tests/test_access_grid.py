"""Who gets which page: every address x every persona, with the status written out by hand. An address without a row fails.

"in" is the way to the sign-in page; 404 what a member may not know of; 403 what they see but may not do; 302 goes on to another page
of the portal (a page that only takes sends leads back to the page with its form).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from registry import members
from registry.enums import BatchState, State
from registry.exchange import dispatch
from registry.models import Batch, Case, Worker
from registry.urls import DECISIONS
from tests.people import GAMPONG, NOON, TODAY
from validation.models import DuplicatePair

pytestmark = pytest.mark.django_db

# Column of the table -> persona. The cases are kept by `psm` in GAMPONG, the restricted one by `psm_restricted`.
PERSONAS = {
    "anonymous": None,
    "psm of the area": "psm",
    "psm of another area": "psm_next_door",
    "psm with the grant": "psm_restricted",
    "supervisor": "supervisor",
    "supervisor with the grant": "supervisor_restricted",
    "supervisor elsewhere": "supervisor_elsewhere",
    "admin": "admin",
    "disabled": "disabled",
}


@dataclass(frozen=True)
class Row:
    """`args`: name of what the address is about, in `world`. `verb` POST: an address that only takes sends."""

    name: str
    args: str
    verb: str
    expected: tuple[str, ...]


def rows(table: str) -> Iterator[Row]:
    for line in table.strip().splitlines():
        name, args, verb, *expected = line.split()
        yield Row(name, args, verb, tuple(expected))


# name            about              verb   anon   psm  next grant   sup sup+g elsew admin disab
TABLE = list(
    rows("""
account_login       -                  GET    200   302   302   302   302   302   302   302   200
account_logout      -                  POST    in    in    in    in    in    in    in    in    in
set_language        -                  POST   302   302   302   302   302   302   302   302   302
admin:index         -                  GET     in    in    in    in    in    in    in    in    in
live                -                  GET    200   200   200   200   200   200   200   200   200
ready               -                  GET    200   200   200   200   200   200   200   200   200
invitation          token              GET    200   200   200   200   200   200   200   200   200
password            -                  GET     in   200   200   200   200   200   200   200    in
home                -                  GET     in   200   200   200   302   302   302   200    in
search              -                  GET     in   200   200   200   200   200   200   200    in
case_begin          -                  GET     in   302   302   302   403   403   403   403    in
case_tasks          draft              GET     in   200   404   403   200   200   404   403    in
case_step           draft/step         GET     in   200   404   403   200   200   404   403    in
case_check          draft              GET     in   200   404   403   403   403   404   403    in
case_delete         draft              GET     in   200   404   403   403   403   404   403    in
evidence_upload     draft              GET     in   302   404   403   302   302   404   403    in
evidence_picture    picture            GET     in   200   404   403   200   200   404   200    in
evidence_remove     picture            GET     in   200   404   403   200   200   404   403    in
case_sent           case               GET     in   200   404   302   302   302   404   302    in
case_list           -                  GET     in   200   200   200   200   200   200   200    in
case_list_download  -                  POST    in   403   403   403   200   200   200   200    in
case                case               GET     in   200   404   200   200   200   404   200    in
case_reveal         case/nik           POST    in   200   404   403   200   200   404   200    in
case_reveal         case/kk            POST    in   200   404   403   200   200   404   200    in
case_withdraw       case               GET     in   200   404   403   403   403   404   403    in
case_assign         case               GET     in   403   404   403   200   200   404   200    in
queue               -                  GET     in   403   403   403   200   200   200   403    in
review              case               GET     in   403   404   403   200   200   404   403    in
case_decide         case/setujui       GET     in   403   404   403   302   302   404   403    in
case_decide         case/kembalikan    GET     in   403   404   403   302   302   404   403    in
case_decide         case/tolak         GET     in   403   404   403   200   200   404   403    in
case_decide         case/nonaktifkan   GET     in   403   404   403   200   200   404   403    in
case_decide         case/buka_kembali  GET     in   403   404   403   302   302   404   403    in
case_sent           secret             GET     in   404   404   200   404   302   404   404    in
case_tasks          secret             GET     in   404   404   200   404   200   404   404    in
case_step           secret/step        GET     in   404   404   200   404   200   404   404    in
case                secret             GET     in   404   404   200   404   200   404   404    in
case_reveal         secret/nik         POST    in   404   404   200   404   200   404   404    in
case_withdraw       secret             GET     in   404   404   200   404   403   404   404    in
case_assign         secret             GET     in   404   404   403   404   200   404   404    in
review              secret             GET     in   404   404   403   404   200   404   404    in
case_decide         secret/setujui     GET     in   404   404   403   404   302   404   404    in
evidence_upload     secret             GET     in   404   404   302   404   302   404   404    in
evidence_picture    secret_picture     GET     in   404   404   200   404   200   404   404    in
evidence_remove     secret_picture     GET     in   404   404   200   404   200   404   404    in
pair_list           -                  GET     in   403   403   403   200   200   200   200    in
pair                pair               GET     in   403   403   403   200   200   404   200    in
pair_decide         pair               POST    in   403   403   403   422   422   404   422    in
batch_list          -                  GET     in   403   403   403   403   403   403   200    in
batch               batch              GET     in   403   403   403   403   403   403   200    in
batch_commit        batch              GET     in   403   403   403   403   403   403   200    in
batch_cancel        batch              GET     in   403   403   403   403   403   403   200    in
batch               elsewhere_batch    GET     in   403   403   403   403   403   403   404    in
dispatch_list       -                  GET     in   403   403   403   403   403   403   200    in
dispatch_make       -                  POST    in   403   403   403   403   403   403   422    in
dispatch_download   dispatch           GET     in   403   403   403   403   403   403   200    in
worker_list         -                  GET     in   200   200   200   200   200   200   200    in
worker_create       -                  GET     in   403   403   403   403   403   403   200    in
worker              worker             GET     in   200   404   200   200   200   404   200    in
worker_edit         worker             GET     in   403   403   403   403   403   403   200    in
account_list        -                  GET     in   403   403   403   403   403   403   200    in
account_create      -                  GET     in   403   403   403   403   403   403   200    in
account_edit        account            GET     in   403   403   403   403   403   403   200    in
account_invite      account            POST    in   403   403   403   403   403   403   200    in
account_set_active  account            GET     in   403   403   403   403   403   403   200    in
operations          -                  GET     in   403   403   403   403   403   403   200    in
""")
)


def names(resolver: URLResolver) -> Iterator[str]:
    """Names of the addresses, without the inside of the admin."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield entry.name or str(entry.pattern)
        elif entry.namespace == "admin":
            yield "admin:index"
        else:
            yield from names(entry)


def test_every_address_has_a_row():
    assert set(names(get_resolver())) == {row.name for row in TABLE}
    assert all(len(row.expected) == len(PERSONAS) for row in TABLE)
    assert {row.args for row in TABLE if row.name == "case_decide"} >= {f"case/{action}" for action in DECISIONS}


@pytest.fixture
def world(make_case, member_of, account_of) -> dict[str, list[Any]]:
    """What the addresses are about: name -> arguments."""
    admin = member_of("admin")
    draft = make_case(person__name="Warga Draf")
    case = make_case(State.DIAJUKAN, person__name="Warga Terkirim")
    secret = make_case(State.DIAJUKAN, keeper="psm_restricted", case__kind="18", person__name="Warga Lain")
    make_case(State.DISETUJUI, person__name="Warga Siap", person__birth_date=TODAY.replace(year=1950))
    make_case(attach=False, person__name="Warga Terkirim")
    pair = DuplicatePair.objects.get(low=case.person)
    made = {"layout": "ppks_ringkas", "file_name": "a.xlsx", "file_sha256": "0" * 64, "made_by_id": admin.id, "made_at": NOON}
    counts = {"new": 1, "changed": 0, "same": 0, "problem": 0, "rows": 1}
    batches = [Batch.objects.create(**made, state=BatchState.JUDGED, areas=areas, counts=counts, notes=[]) for areas in ("11.11", "11.12")]
    sent = dispatch.dispatch(Case.objects.visible_to(admin), receiver="Dinas Sosial", purpose="Uji", actor=admin, now=timezone.now())
    worker = Worker.objects.create(name="Husin", gampong_id=GAMPONG)
    token, _ends = members.invite(account_of("psm_elsewhere"), actor=admin, now=timezone.now())
    things = {
        "draft": draft, "case": case, "secret": secret, "picture": case.attachments.first(), "secret_picture": secret.attachments.first(),
        "pair": pair, "batch": batches[0], "elsewhere_batch": batches[1], "dispatch": sent, "worker": worker,
        "account": account_of("psm_same_gampong"),
    }  # fmt: skip
    return {name: [thing.public_id] for name, thing in things.items()} | {"token": [token], "-": []}


def address(row: Row, world: dict[str, list[Any]]) -> str:
    about, _slash, more = row.args.partition("/")
    extra = {"": [], "step": ["identitas"]}.get(more, [more])
    return reverse(row.name, args=[*world[about], *extra])


def answer(client: Client, verb: str, url: str) -> str:
    response = client.get(url) if verb == "GET" else client.post(url)
    doors = (reverse("account_login"), reverse("admin:login"))
    return "in" if response.status_code == 302 and response.headers["Location"].startswith(doors) else str(response.status_code)


@pytest.mark.parametrize("persona", PERSONAS)
def test_who_gets_which_page(persona, world, account_of):
    """And whoever a page is closed to gets no further with the other verb: the same answer, or that it takes no such request."""

    def client() -> Client:
        fresh = Client()
        if PERSONAS[persona]:
            fresh.force_login(account_of(PERSONAS[persona]))
        return fresh

    one, expected, got, wrong = client(), {}, {}, {}
    for row in TABLE:
        url, wanted = address(row, world), row.expected[list(PERSONAS).index(persona)]
        expected[row.name, row.args] = wanted
        got[row.name, row.args] = answer(client() if row.name == "account_logout" else one, row.verb, url)
        if wanted in ("in", "403", "404") and row.name not in ("admin:index", "account_logout"):
            other = answer(one, "POST" if row.verb == "GET" else "GET", url)
            if other not in (wanted, "405"):
                wrong[row.name, row.args] = (wanted, other)
    assert got == expected
    assert wrong == {}
