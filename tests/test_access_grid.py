"""Who gets which page: every address x every persona, with the status written out by hand. An address without a row fails.

302 for who is not signed in is the way to the sign-in page; 404 what a member may not know of; 403 what they see but may not do.
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
OUT = 302  # to the sign-in page


@dataclass(frozen=True)
class Row:
    """`args`: name of what the address is about, in `world`. `verb` POST: an address that only takes sends."""

    name: str
    args: str
    verb: str
    expected: tuple[int, ...]


def rows(table: str) -> Iterator[Row]:
    for line in table.strip().splitlines():
        name, args, verb, *expected = line.split()
        yield Row(name, args, verb, tuple(map(int, expected)))


# name               about      verb  anon  psm next grant  sup sup+grant elsewhere admin disabled
TABLE = list(
    rows("""
account_login        -          GET   200   302  302  302   302  302   302   302   200
account_logout       -          POST  302   302  302  302   302  302   302   302   302
set_language         -          POST  302   302  302  302   302  302   302   302   302
admin:index          -          GET   302   302  302  302   302  302   302   302   302
live                 -          GET   200   200  200  200   200  200   200   200   200
ready                -          GET   200   200  200  200   200  200   200   200   200
invitation           token      GET   200   200  200  200   200  200   200   200   200
password             -          GET   302   200  200  200   200  200   200   200   302
home                 -          GET   302   200  200  200   302  302   302   200   302
search               -          GET   302   200  200  200   200  200   200   200   302
case_begin           -          GET   302   200  200  200   403  403   403   403   302
case_tasks           draft      GET   302   200  404  403   200  200   404   403   302
case_step            draft/step GET   302   200  404  403   200  200   404   403   302
case_check           draft      GET   302   200  404  403   403  403   404   403   302
case_delete          draft      GET   302   200  404  403   403  403   404   403   302
evidence_upload      draft      GET   302   200  404  403   200  200   404   403   302
evidence_picture     picture    GET   302   200  404  403   200  200   404   200   302
evidence_remove      picture    GET   302   200  404  403   200  200   404   403   302
case_sent            case       GET   302   200  404  302   302  302   404   302   302
case_list            -          GET   302   200  200  200   200  200   200   200   302
case_list_download   -          POST  302   403  403  403   200  200   200   200   302
case                 case       GET   302   200  404  200   200  200   404   200   302
case_reveal          case/nik   POST  302   200  404  403   200  200   404   200   302
case_reveal          case/kk    POST  302   200  404  403   200  200   404   200   302
case_withdraw        case       GET   302   200  404  403   403  403   404   403   302
case_assign          case       GET   302   403  404  403   200  200   404   200   302
queue                -          GET   302   403  403  403   200  200   200   403   302
review               case       GET   302   403  404  403   200  200   404   403   302
case_decide          case/setujui       GET 302 403 404 403 200 200   404   403   302
case_decide          case/kembalikan    GET 302 403 404 403 200 200   404   403   302
case_decide          case/tolak         GET 302 403 404 403 200 200   404   403   302
case_decide          case/nonaktifkan   GET 302 403 404 403 200 200   404   403   302
case_decide          case/buka_kembali  GET 302 403 404 403 200 200   404   403   302
case_sent            secret     GET   302   404  404  200   404  302   404   404   302
case_tasks           secret     GET   302   404  404  200   404  200   404   404   302
case_step            secret/step GET  302   404  404  200   404  200   404   404   302
case                 secret     GET   302   404  404  200   404  200   404   404   302
case_reveal          secret/nik POST  302   404  404  200   404  200   404   404   302
case_withdraw        secret     GET   302   404  404  200   404  403   404   404   302
case_assign          secret     GET   302   404  404  403   404  200   404   404   302
review               secret     GET   302   404  404  403   404  200   404   404   302
case_decide          secret/setujui     GET 302 404 404 403 404 200   404   404   302
evidence_upload      secret     GET   302   404  404  200   404  200   404   404   302
evidence_picture     secret_picture GET 302 404  404  200   404  200   404   404   302
evidence_remove      secret_picture GET 302 404  404  200   404  200   404   404   302
pair_list            -          GET   302   403  403  403   200  200   200   200   302
pair                 pair       GET   302   403  403  403   200  200   404   200   302
pair_decide          pair       POST  302   403  403  403   422  422   404   422   302
batch_list           -          GET   302   403  403  403   403  403   403   200   302
batch                batch      GET   302   403  403  403   403  403   403   200   302
batch_commit         batch      GET   302   403  403  403   403  403   403   200   302
batch_cancel         batch      GET   302   403  403  403   403  403   403   200   302
batch                elsewhere_batch GET 302 403 403 403   403  403   403   404   302
dispatch_list        -          GET   302   403  403  403   403  403   403   200   302
dispatch_make        -          POST  302   403  403  403   403  403   403   422   302
dispatch_download    dispatch   GET   302   403  403  403   403  403   403   200   302
worker_list          -          GET   302   200  200  200   200  200   200   200   302
worker_create        -          GET   302   403  403  403   403  403   403   200   302
worker               worker     GET   302   200  404  200   200  200   404   200   302
worker_edit          worker     GET   302   403  403  403   403  403   403   200   302
account_list         -          GET   302   403  403  403   403  403   403   200   302
account_create       -          GET   302   403  403  403   403  403   403   200   302
account_edit         account    GET   302   403  403  403   403  403   403   200   302
account_invite       account    POST  302   403  403  403   403  403   403   200   302
account_set_active   account    GET   302   403  403  403   403  403   403   200   302
operations           -          GET   302   403  403  403   403  403   403   200   302
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
    secret = make_case(State.DIAJUKAN, keeper="psm_restricted", supervisor="supervisor_restricted", case__kind="18", person__name="Warga Lain")
    make_case(State.DISETUJUI, person__name="Warga Siap", person__birth_date=TODAY.replace(year=1950))
    make_case(attach=False, person__name="Warga Terkirim")
    pair = DuplicatePair.objects.get(low=case.person)
    made = {"layout": "ppks_ringkas", "file_name": "a.xlsx", "file_sha256": "0" * 64, "made_by_id": admin.id, "made_at": NOON}
    counts = {"new": 1, "changed": 0, "same": 0, "problem": 0, "rows": 1}
    batches = [
        Batch.objects.create(**made, state=BatchState.JUDGED, areas=areas, counts=counts, notes=[]) for areas in ("11.11", "11.12")
    ]
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


@pytest.fixture
def client_for(account_of):
    def get(persona: str) -> Client:
        client = Client()
        if PERSONAS[persona]:
            client.force_login(account_of(PERSONAS[persona]))
        return client

    return get


@pytest.mark.parametrize("persona", PERSONAS)
def test_who_gets_which_page(persona, world, client_for):
    column = list(PERSONAS).index(persona)
    expected, got = {}, {}
    for row in TABLE:
        client = client_for(persona)
        response = client.get(address(row, world)) if row.verb == "GET" else client.post(address(row, world))
        expected[row.name, row.args] = row.expected[column]
        got[row.name, row.args] = response.status_code
        if row.expected[column] == OUT and persona in ("anonymous", "disabled") and row.name not in ("account_logout", "set_language"):
            assert response.headers["Location"].startswith((reverse("account_login"), reverse("admin:login"))), row
    assert got == expected


@pytest.mark.parametrize("persona", PERSONAS)
def test_who_may_not_look_may_not_send_either(persona, world, client_for):
    """The other verb of every address that is closed to the persona: the same answer, or that this address takes no such request."""
    column = list(PERSONAS).index(persona)
    wrong = {}
    for row in TABLE:
        refusal = row.expected[column]
        if refusal not in (302, 403, 404) or row.name in ("account_login", "account_logout", "set_language", "home", "case_sent", "admin:index"):
            continue
        client = client_for(persona)
        response = client.post(address(row, world)) if row.verb == "GET" else client.get(address(row, world))
        if response.status_code not in (refusal, 405):
            wrong[row.name, row.args] = (response.status_code, refusal)
    assert wrong == {}
