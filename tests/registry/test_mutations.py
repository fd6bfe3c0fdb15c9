"""A write that a client repeats has one effect."""

from uuid import UUID

import pytest

from registry import mutations
from registry.models import Mutation
from registry.mutations import ForeignMutation
from tests.people import NOON

pytestmark = pytest.mark.django_db
ONE = UUID("00000000-0000-4000-8000-000000000001")


class Work:
    """Counts how often it was done."""

    def __init__(self):
        self.times = 0

    def __call__(self):
        self.times += 1
        return {"time": self.times}


def test_the_second_send_gets_the_first_answer(member_of):
    work, psm = Work(), member_of("psm")
    answers = [mutations.once(ONE, "catat", actor=psm, now=NOON, do=work) for _ in range(3)]
    assert (answers, work.times) == ([{"time": 1}] * 3, 1)
    kept = Mutation.objects.get(pk=ONE)
    assert (kept.account_id, kept.act, kept.answer, kept.at) == (psm.id, "catat", {"time": 1}, NOON)


def test_without_an_id_nothing_is_kept(member_of):
    work = Work()
    for _ in range(2):
        mutations.once(None, "catat", actor=member_of("psm"), now=NOON, do=work)
    assert (work.times, Mutation.objects.count()) == (2, 0)


@pytest.mark.parametrize(("persona", "act"), [("psm_same_gampong", "catat"), ("psm", "ubah")])
def test_an_id_of_somebody_else_or_of_another_act_is_refused(persona, act, member_of):
    work = Work()
    mutations.once(ONE, "catat", actor=member_of("psm"), now=NOON, do=work)
    with pytest.raises(ForeignMutation):
        mutations.once(ONE, act, actor=member_of(persona), now=NOON, do=work)
    assert work.times == 1


@pytest.mark.django_db(transaction=True)
def test_a_write_that_failed_leaves_the_id_free(member_of):
    psm = member_of("psm")

    def fail():
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError), mutations.transaction.atomic():
        mutations.once(ONE, "catat", actor=psm, now=NOON, do=fail)
    assert mutations.once(ONE, "catat", actor=psm, now=NOON, do=Work()) == {"time": 1}
