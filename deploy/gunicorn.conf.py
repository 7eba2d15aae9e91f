"""gunicorn's settings, for `make run`, systemd and the container image alike."""

from __future__ import annotations

from pathlib import Path

from wbscanner import env, listen

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 (gunicorn's heartbeat file: a disk would stall it)

bind = str(listen.address())
worker_class = "gthread"
# One process with threads: SQLite and the moderators' few pages need no more, and each process costs 60 MiB.
workers = env.number("WEB_PROCESSES", 1)
threads = env.number("WEB_THREADS", 4)
# Who may say that the browser came by https: the reverse proxy (docs/operations.md).
forwarded_allow_ips = env.text("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")
timeout = 60
keepalive = 5
worker_tmp_dir = str(SHARED_MEMORY) if SHARED_MEMORY.is_dir() else None
# The access log would hold the set-up link and API paths; a reverse proxy keeps a better one.
accesslog = None
errorlog = "-"
# gunicorn would leave its own control socket in the home folder.
control_socket_disable = True
