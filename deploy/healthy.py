"""Exit 0 if an address answers with 200: the health check of the web container, which has no curl."""

import sys
import urllib.request

with urllib.request.urlopen(sys.argv[1], timeout=8) as answer:  # noqa: S310 - we say which
    sys.exit(0 if answer.status == 200 else 1)
