"""Groups whose answers differ from the ready-made policy they would get keep them as their own."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def keep_own(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    groups = apps.get_model("groups", "Group").objects.all()
    groups.exclude(on_suspicious="react", on_malicious="reply").update(preset="own")


class Migration(migrations.Migration):
    dependencies = [("groups", "0002_policies")]
    operations = [migrations.RunPython(keep_own, migrations.RunPython.noop)]
