"""The project: settings, the way in, and the processes that together are a running desk."""

from mdo_desk.celery import app as celery_app

__all__ = ["celery_app"]
