"""The strip on phones is chosen by editors; a site that is there starts with what a new one has."""

from typing import Any

from django.db import migrations, models

AT_FIRST = ("jiaodian", "jukuang", "anquan", "tupian", "dangqun", "lunwen", "sanwen", "shici")


def mark(apps: Any, schema_editor: Any) -> None:
    """Mark the front page and the sections that readers open most."""
    items = apps.get_model("portal", "MenuItem").objects.filter(menu="main")
    front = items.filter(url="/").values_list("pk", flat=True)[:1]
    sections = {}
    for pk, slug in items.filter(section__slug__in=AT_FIRST).values_list("pk", "section__slug"):
        sections.setdefault(slug, pk)
    items.filter(pk__in=[*front, *sections.values()]).update(is_frequent=True)


class Migration(migrations.Migration):
    dependencies = [("portal", "0006_figures")]

    operations = [
        migrations.AddField(
            model_name="menuitem",
            name="is_frequent",
            field=models.BooleanField(
                default=False,
                help_text="手机页顶横着滑动的一条，最多 9 项。",
                verbose_name="手机常用",
            ),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
