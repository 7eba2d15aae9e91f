from __future__ import annotations

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

ANSWERS = [("/admin/login/", 200), ("/admin/", 302), ("/nothing/", 404), ("/api/v1/scans", 401), ("/join/x/", 410)]


@pytest.mark.parametrize(("path", "status"), ANSWERS)
def test_every_kind_of_answer_has_its_headers(client: Client, path: str, status: int) -> None:
    answer = client.get(path)

    assert answer.status_code == status
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Referrer-Policy" in answer.headers
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self' 'unsafe-inline'" not in policy
