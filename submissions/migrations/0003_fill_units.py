"""Manuscripts that were sent before units were kept: the unit their author has today."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    Manuscript = apps.get_model("submissions", "Manuscript")
    Correspondent = apps.get_model("correspondents", "Correspondent")
    author = Correspondent.objects.filter(pk=OuterRef("author"))
    sent = Manuscript.objects.filter(first_submitted_at__isnull=False)
    sent.update(organisation=Subquery(author.values("organisation")[:1]))


class Migration(migrations.Migration):

    dependencies = [
        ("submissions", "0002_units"),
        ("correspondents", "0003_fill_registry"),
    ]

    # Backwards the column itself goes.
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
