"""一把手 is an official term: the row that was shipped goes, one that the desk has changed stays."""

from django.db import migrations


def let_go(apps, schema_editor):
    rules = apps.get_model("articles", "WordRule").objects
    rules.filter(kind="style", wrong="一把手", right="主要负责人", why="口语").delete()


class Migration(migrations.Migration):
    dependencies = [("articles", "0025_edition_of_older")]
    operations = [migrations.RunPython(let_go, migrations.RunPython.noop, elidable=True)]
