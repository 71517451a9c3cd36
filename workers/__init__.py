"""Celery: scheduling, retries, idempotence. A task is a few lines that call analytics or web."""

from workers.celery import app

__all__ = ["app"]
