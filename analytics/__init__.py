"""The product's brain: plain typed Python that knows nothing of Django or Celery.

ask:   params → queries.codec → Query → runner: cache? → compiler → SQL → clickhouse → results → charts
tell:  payload → ingest: decode, check → spool (durable) → writer → events (duplicates and identity resolved when read)

Each room has one job and may import only what stands below it; `lint-imports` holds the arrows
(pyproject.toml), docs/architecture.md explains them.
"""
