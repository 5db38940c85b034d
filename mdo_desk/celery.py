"""Celery: it wakes and repeats. What must happen is a row in the database, never only a message here."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mdo_desk.settings")

app = Celery("mdo_desk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
