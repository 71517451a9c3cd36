"""Where `{% static %}` finds its files in production: names with a hash, so that browsers may keep them for ever."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStatic(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # WhiteNoise has no types
    """Also rewrites the imports between our ES modules, which have no build step to do it."""

    support_js_module_import_aggregation = True
    max_post_process_passes = 12  # modules that import modules: a name is settled once those of all below it are
