"""The WSGI entry point that gunicorn serves: ingestion in front, Django's pages behind it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "web.settings")
pages = get_wsgi_application()

from web.accounts.checks import refuse_a_weak_secret  # noqa: E402 - as below
from web.ingestion.door import with_ingestion  # noqa: E402 - its models need Django set up first

refuse_a_weak_secret()  # manage.py runs the checks by itself; gunicorn would serve with a known secret without a word
application = with_ingestion(pages)
