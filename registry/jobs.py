"""Long work with progress: a Job row that a page can show, done by the worker of django-tasks, or failed when the worker died."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from registry.enums import JobState
from registry.exchange import commit, intake
from registry.models import Account, Job, Member

logger = logging.getLogger(__name__)

# name -> what does the work: (argument, beat, actor=, now=) -> a refusal for the reader, "" when all went well.
HANDLERS: dict[str, Callable[..., str]] = {"periksa_berkas": intake.judge_job, "simpan_berkas": commit.commit_job}
# Reading a file may take two minutes and a commit writes in one transaction, in which no heartbeat is seen from outside.
SILENCE = timedelta(minutes=10)
UNDERWAY = (JobState.WAITING, JobState.RUNNING)


def start(name: str, argument: str, *, actor: Member, now: datetime) -> Job:
    """Ask for the work once: while the same work of the same account is under way, that job is returned.

    Raises KeyError for a name without a handler.
    """
    HANDLERS[name]
    reap(now=now)
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=actor.id)
        job = Job.objects.filter(name=name, argument=argument, state__in=UNDERWAY).first()
        if job is not None:
            return job
        job = Job.objects.create(name=name, argument=argument, asked_by_id=actor.id, asked_at=now)
    run.enqueue(job.pk)
    job.refresh_from_db()
    return job


@task()
def run(key: int) -> None:
    """Do the work of a waiting job. The clock is read here: a worker has no request."""
    now = timezone.now()
    if not Job.objects.filter(pk=key, state=JobState.WAITING).update(state=JobState.RUNNING, heartbeat=now):
        return
    job = Job.objects.select_related("asked_by").get(pk=key)

    def beat(done: int, total: int) -> None:
        Job.objects.filter(pk=key).update(done=done, total=total, heartbeat=timezone.now())

    try:
        if not job.asked_by.is_active:
            raise PermissionError(job.name)
        message = HANDLERS[job.name](job.argument, beat, actor=job.asked_by.member(timezone.localdate(now)), now=now)
    except Exception:
        logger.exception("job %s failed", job.name)
        _end(key, JobState.FAILED, _("Pekerjaan ini terhenti dan tidak menulis apa pun. Coba lagi."))
    else:
        _end(key, JobState.DONE, message)


def _end(key: int, state: JobState, message: str) -> None:
    Job.objects.filter(pk=key).update(state=state, message=message, ended_at=timezone.now())


def reap(*, now: datetime) -> int:
    """Fail the jobs whose worker died: running, and silent for long. Returns how many."""
    silent = Job.objects.filter(state=JobState.RUNNING, heartbeat__lt=now - SILENCE)
    return silent.update(state=JobState.FAILED, message=_("Pekerjaan ini terhenti di tengah jalan. Coba lagi."), ended_at=now)


def latest(argument: str, *, now: datetime) -> Job | None:
    """The newest job about something, after dead ones were failed."""
    reap(now=now)
    return Job.objects.filter(argument=argument).order_by("-pk").first()
