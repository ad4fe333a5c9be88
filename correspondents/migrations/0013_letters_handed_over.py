"""Letters that a worker of the release before had in hand when it died may have been sent."""

from django.db import migrations

TOLD = "升级前寄送时任务进程中断，对方可能已经收到；确认没有收到再重寄。"


def hold(apps, schema_editor):
    Letter = apps.get_model("correspondents", "Letter")
    Task = apps.get_model("django_tasks_database", "DBTaskResult")
    running = Task.objects.filter(
        task_path="correspondents.models.letter.post_letter", status="RUNNING"
    )
    keys = [row["args"][0] for row in running.values_list("args_kwargs", flat=True)]
    waiting = Letter.objects.filter(pk__in=keys, standing="waiting")
    waiting.update(standing="unsure", failure=TOLD)


class Migration(migrations.Migration):
    dependencies = [
        ("correspondents", "0012_clock"),
        ("django_tasks_database", "0020_update_db_task_result_ordering"),
    ]

    operations = [migrations.RunPython(hold, migrations.RunPython.noop)]
