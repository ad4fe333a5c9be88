"""The strip on phones is chosen by editors; a site that is there starts with what a new one has."""

from typing import Any

from django.db import migrations, models

# Codes of sections: what does not change when editors name a section anew.
AT_FIRST = "focus bureau-mine safety photo-news party-mass opinion prose poetry".split()


def mark(apps: Any, schema_editor: Any) -> None:
    """Mark the front page and the sections that readers open most, where they are shown."""
    items = apps.get_model("portal", "MenuItem").objects.filter(menu="main", is_visible=True)
    front = items.filter(url="/").values_list("pk", flat=True)[:1]
    sections = {}
    shown = items.filter(section__code__in=AT_FIRST, section__is_visible=True)
    for pk, code in shown.values_list("pk", "section__code"):
        sections.setdefault(code, pk)
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
