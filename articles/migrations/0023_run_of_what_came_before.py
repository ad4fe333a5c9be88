from django.db import migrations


def give_run(apps, schema_editor):
    """What was imported before runs were noted belongs to one that keeps no fingerprints."""
    Article = apps.get_model("articles", "Article")
    rows = Article.objects.filter(provenance="legacy", import_run=None, import_key__isnull=False)
    if rows.exists():
        run = apps.get_model("articles", "LegacyRun").objects.create(
            source="记录导入批次之前", keeps_fingerprints=False
        )
        rows.update(import_run=run)


class Migration(migrations.Migration):
    dependencies = [("articles", "0022_legacy_runs")]

    operations = [migrations.RunPython(give_run, migrations.RunPython.noop)]
