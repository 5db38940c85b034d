"""What a worker does for Meldingen, at any time and any number of times."""

from celery import shared_task
from django.utils import timezone

from desk.mail import intake
from desk.models import Heartbeat
from desk.tasks import beat
from incidents.actions import mail, monitoring
from incidents.actions.release import release
from incidents.actions.structural import detect
from incidents.actions.sweep import sweep as sweep_now


@shared_task
def sweep() -> int:
    now = timezone.now()
    recorded = sweep_now(now)
    release(now)
    beat("sweep")
    return recorded


@shared_task
def watch() -> int:
    """Whether the monitoring still gives signs of life."""
    last_run = Heartbeat.objects.filter(job="watch").values_list("at", flat=True).first()
    found = monitoring.watch(timezone.now(), last_run)
    beat("watch")
    return found


@shared_task
def reconcile() -> int:
    """What fires according to Alertmanager itself."""
    changed = monitoring.reconcile(timezone.now())
    beat("reconcile")
    return changed


@shared_task
def find_structural_failures() -> int:
    """Once an hour, so that a quarter that turns is judged the same day (art. 2.12)."""
    found = detect(timezone.now())
    beat("find_structural_failures")
    return found


@shared_task
def fetch_mail() -> int:
    done = intake.run(now=timezone.now, handle=mail.take)
    beat("fetch_mail")
    return done
