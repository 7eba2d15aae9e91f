"""The audit trail's one pen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from wbscanner.models import AuditEntry


def record(
    actor: str,
    action: str,
    target: str = "",
    *,
    group_ids: Iterable[str] = (),
    details: Mapping[str, object] | None = None,
) -> AuditEntry:
    """Write who did what to what; call it in the transaction of the change itself, so that both or neither happen."""
    return AuditEntry.objects.create(
        actor=actor, action=action, target=target[:200], group_ids=list(group_ids), details=dict(details or {})
    )
