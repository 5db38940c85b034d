import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from mdo_desk.limits import measured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mdo_desk.settings")

application = measured(get_wsgi_application())
# Read every view now: what is broken fails at the start, not at the first visitor.
_ = get_resolver().url_patterns
