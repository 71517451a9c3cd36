"""Tags and filters of our templates: form fields tied to their errors, marks for the current page, icons."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.forms import BoundField
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince

register = template.Library()


@register.inclusion_tag("components/_field.html")
def field(bound: BoundField, **attributes: Any) -> dict[str, Any]:
    """A label, its input, its help and its errors, tied together for screen readers."""
    described = [f"{bound.auto_id}_help"] if bound.help_text else []
    if bound.errors:
        described.append(f"{bound.auto_id}_errors")
    extra = {name.replace("_", "-"): value for name, value in attributes.items()}
    if described:
        extra["aria-describedby"] = " ".join(described)
    if bound.errors:
        extra["aria-invalid"] = "true"
    kind = getattr(bound.field.widget, "input_type", "select")
    return {"field": bound, "widget": bound.as_widget(attrs=extra), "kind": kind}


@register.filter
def ago(at: datetime) -> str:
    """How long something is over, in words: 4 minutes ago."""
    return "just now" if timezone.now() - at < timedelta(minutes=1) else f"{timesince(at)} ago"


@register.filter(expects_localtime=True)
def day(at: datetime) -> SafeString:
    """A date in English, which js/written.js puts in the language of the browser."""
    return _moment(at, "day", "j M Y")


@register.filter(expects_localtime=True)
def minute(at: datetime) -> SafeString:
    return _moment(at, "minute", "j M Y, H:i")


@register.filter(expects_localtime=True)
def second(at: datetime) -> SafeString:
    return _moment(at, "second", "j M Y, H:i:s")


def _moment(at: datetime, to: str, pattern: str) -> SafeString:
    return format_html('<time datetime="{}" data-to="{}">{}</time>', at.isoformat(), to, date_format(at, pattern))


@register.filter
def count(number: int) -> SafeString:
    """A number in English, likewise."""
    return format_html('<data value="{}">{}</data>', number, f"{number:,}")


@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative icon of static/img/icons.svg; the words beside it carry the meaning."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("img/icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def current(context: template.Context, *names: str) -> str:
    """`aria-current="page"` when the page's url name is one of `names` (or starts with one that ends in *)."""
    request: HttpRequest | None = context.get("request")
    if request is None or request.resolver_match is None:
        return ""
    here = request.resolver_match.view_name
    fits = any(here == name or (name.endswith("*") and here.startswith(name[:-1])) for name in names)
    return SafeString('aria-current="page"') if fits else ""
