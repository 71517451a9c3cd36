"""How gunicorn serves the product; it reads this file by itself. Each value can be set in the environment."""

import os

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))
preload_app = True  # the workers share the memory of what is loaded once
timeout = 60
graceful_timeout = 8
keepalive = 5
limit_request_line = 8190  # a question stands in the address
control_socket_disable = True  # it would lie in the home directory, one for all servers of this user
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112, S108 - a heartbeat must not wait for a disk
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")


def on_starting(server: object) -> None:
    """Django's own checks, which a WSGI server does not run: a missing or known secret must not serve anybody."""
    import django  # noqa: PLC0415 - only the server that starts needs it
    from django.core.management import call_command  # noqa: PLC0415

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "web.settings")
    django.setup()
    call_command("check")
