import os

from django.core.wsgi import get_wsgi_application

from mdo_desk.limits import measured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mdo_desk.settings")

application = measured(get_wsgi_application())
