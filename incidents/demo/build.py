"""Making the demo, and taking it away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from importlib import import_module
from random import Random
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import F, FileField
from django.utils.module_loading import module_has_submodule

from contractants.models import Contractant
from desk.models import Event, User
from incidents import actions
from incidents.demo import alarms, past, roster, today
from incidents.demo.ordinary import ordinary, plot, stories
from incidents.demo.people import invite
from incidents.demo.stage import AMSTERDAM, Scene, Stage
from incidents.models import Kind, Melding
from incidents.shipped import load_rules
from sla.actions import load_shipped
from sla.models import Contract

DAYS = 120
ORDINARY = 118
OWN_APPS = ("desk", "contractants", "incidents", "problems", "changes", "complaints", "reports", "privacy")


def is_empty() -> bool:
    """Whether nobody and nothing is there yet."""
    return not (User.objects.exists() or Contractant.objects.exists() or Melding.objects.exists())


@transaction.atomic
def build(now: datetime) -> int:
    """Play four months up to `now`; returns how many Meldingen came of it.

    One transaction, so an interrupted demo leaves nothing; and its notices lie in the past, so nobody is woken.
    """
    load_shipped(at=now)
    load_rules()
    cast = invite(since=(now - timedelta(days=2 * DAYS)).date())
    stage = Stage(cast, now)
    roster.plan(stage)
    alarms.connect(stage)
    stage.enter(*past.scenes(stage), *today.scenes(stage), alarms.storage(stage), *_ordinary(stage))
    for part in _of_other_apps():
        stage.enter(*part.scenes(stage))
    stage.enter(stage.ends_of_days(DAYS))
    stage.play()
    _kept(stage)
    Event.objects.filter(case_type=Melding.case_type).update(recorded_at=F("at"))
    connection.run_on_commit.clear()
    return Melding.objects.count()


def _of_other_apps() -> Iterator[Any]:
    """The `demo` modules of the apps above this one; each gives scenes."""
    for label in OWN_APPS:
        config = apps.get_app_config(label)
        if config.module is not None and label != "incidents" and module_has_submodule(config.module, "demo"):
            yield import_module(f"{config.name}.demo")


def _kept(stage: Stage) -> None:
    """What people keep beside the worklist: one for all, and one of one's own."""
    link = {"service": str(stage.cast.services["link"].pk)}
    actions.keep_filter(
        stage.cast.staff["Noor"], "Koppeling XIS", view="open", sort="due", narrowed=link, shared=True
    )
    actions.keep_filter(stage.cast.staff["Sam"], "Vragen", view="open", sort="work", narrowed={"kind": Kind.QUESTION}, shared=False)  # fmt: skip


def _ordinary(stage: Stage) -> list[Scene]:
    """Every story once and half of them once more, elsewhere and another time."""
    rng = stage.chance("ordinary")
    told = stories()
    rng.shuffle(told)
    used: dict[str, set[int]] = {}
    scenes: list[Scene] = []
    # Those with a fixed time first: each eleventh of these is late.
    timed = sorted((told + told)[:ORDINARY], key=lambda story: "weight" not in story)
    for n, story in enumerate(timed):
        own = stage.chance(n)
        plan = plot(stage, story, _received(stage, own), own, used.setdefault(story["subject"], set()), n)
        used[story["subject"]].add(plan.contact.pk)
        scenes.append(ordinary(stage, plan))
    return scenes


def _received(stage: Stage, rng: Random) -> datetime:
    """Some moment of the past months: by day mostly, now and then in the evening."""
    day = stage.now.astimezone(AMSTERDAM).date() - timedelta(days=rng.randint(1, DAYS))
    if rng.random() < 0.07:
        return datetime.combine(day, time(rng.randint(18, 22), rng.randint(0, 59)), AMSTERDAM)
    clock = time(rng.choices(range(8, 17), [2, 6, 6, 5, 3, 4, 5, 4, 2])[0], rng.randint(0, 59))
    return stage.office.effective(datetime.combine(day, clock, AMSTERDAM)) + timedelta(
        minutes=rng.randint(0, 3)
    )


@transaction.atomic
def clear() -> None:
    """Remove everybody and every Melding with all that belongs to it; the policies and calendars stay.

    Ids go on counting, so that no running process takes a new row for one that it knew.
    """
    models = [model for label in OWN_APPS for model in apps.get_app_config(label).get_models(True)]
    for kept in models:
        if any(isinstance(part, FileField) for part in kept._meta.fields):
            rows: Any = kept._default_manager.all()
            for row in rows:
                row.file.delete(save=False)
    tables = [model._meta.db_table for model in models]
    tables.append(Contract._meta.db_table)
    style, operations = no_style(), connection.ops
    with connection.cursor() as cursor:
        for statement in operations.sql_flush(style, sorted(set(tables)), allow_cascade=True):
            cursor.execute(statement)
        cursor.execute(
            "SELECT setval(sequencename::regclass, 1, false) FROM pg_sequences WHERE sequencename LIKE %s",
            [r"%\_number"],
        )
