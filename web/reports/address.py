"""Where a question is: the address of the page with the question in it.

A server refuses lines that are too long, and a question with a pasted list of values can be. Then it stands behind `#`,
which a browser keeps to itself; web/static/js/reports/address.js reads and writes the same.
"""

from __future__ import annotations

import json
from urllib.parse import urlencode

from django.urls import reverse

from web.projects.models import Project

LONGEST = 4000  # characters; servers and what stands before them take 4,000 to 8,000


def address(project: Project, query: str, **more: object) -> str:
    """`query` is the canonical document; `more` are chart, report and the like."""
    page, written = reverse("reports:ask", args=[project.pk]), urlencode({"q": query, **more})
    if len(written) <= LONGEST:
        return f"{page}?{written}"
    return f"{page}?{urlencode({'kind': json.loads(query)['kind'], **more})}#{written}"
