"""Tasks that wait are named by where their function stands; what an older site queued is still done."""

from django.db import migrations

MOVED = {
    f"articles.models.{place}.{name}": f"articles.workflow.publication.{name}"
    for place in ("article", "publication")
    for name in ("announce", "publish_due", "take_out_expired")
}


def rename(apps, schema_editor):
    Task = apps.get_model("django_tasks_database", "DBTaskResult")
    for old, new in MOVED.items():
        Task.objects.filter(task_path=old).update(task_path=new)


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0028_texts_of_an_edition"),
        ("django_tasks_database", "0020_update_db_task_result_ordering"),
    ]

    operations = [migrations.RunPython(rename, migrations.RunPython.noop)]
