"""How to send the first event, in the languages people use, with the project's own token and this host filled in."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

EVENT = "Signed Up"


@dataclass(frozen=True)
class Snippet:
    slug: str
    name: str
    install: str
    code: str


def snippets(token: str, base_url: str) -> list[Snippet]:
    """`base_url` is this installation's, like https://footfall.example.com/."""
    base = base_url.rstrip("/")
    parts = urlsplit(base)
    return [
        Snippet("browser", "Browser", "npm install mixpanel-browser", _browser(token, base)),
        Snippet("node", "Node.js", "npm install mixpanel", _node(token, parts.netloc, parts.scheme)),
        Snippet("python", "Python", "pip install mixpanel", _python(token, base)),
        Snippet("curl", "curl", "", _curl(token, base)),
    ]


def _browser(token: str, base: str) -> str:
    return f"""import mixpanel from "mixpanel-browser";

mixpanel.init("{token}", {{
  api_host: "{base}",
}});
mixpanel.identify("user-1");
mixpanel.track("{EVENT}", {{ plan: "free" }});"""


def _node(token: str, host: str, scheme: str) -> str:
    return f"""const Mixpanel = require("mixpanel");

const mixpanel = Mixpanel.init("{token}", {{
  host: "{host}",
  protocol: "{scheme}",
}});
mixpanel.track("{EVENT}", {{ distinct_id: "user-1", plan: "free" }});"""


def _python(token: str, base: str) -> str:
    return f"""from mixpanel import Consumer, Mixpanel

host = "{base}"
consumer = Consumer(
    events_url=f"{{host}}/track",
    people_url=f"{{host}}/engage",
    groups_url=f"{{host}}/groups",
    import_url=f"{{host}}/import",
)
mp = Mixpanel("{token}", consumer=consumer)
mp.track("user-1", "{EVENT}", {{"plan": "free"}})"""


def _curl(token: str, base: str) -> str:
    return f"""curl '{base}/track?verbose=1' \\
  --header 'Content-Type: application/json' \\
  --data '[{{
    "event": "{EVENT}",
    "properties": {{
      "token": "{token}",
      "distinct_id": "user-1",
      "plan": "free"
    }}
  }}]'"""
