"""Names are compared without the dot between their parts."""

from django.db import migrations

from correspondents.names import key

NAMES = (("Correspondent", {"name_key": "name"}),
         ("Organisation", {"name_key": "name", "short_key": "short_name"}),
         ("OrganisationAlias", {"key": "text"}))  # fmt: skip


def compare_again(apps, schema_editor):
    for model, keys in NAMES:
        rows = apps.get_model("correspondents", model).objects
        for row in rows.only("pk", *keys, *keys.values()).iterator():
            wanted = {field: key(getattr(row, source)) for field, source in keys.items()}
            if any(getattr(row, field) != value for field, value in wanted.items()):
                others = rows.filter(**wanted).exclude(pk=row.pk)
                if model == "OrganisationAlias" and others.filter(organisation=row.organisation_id):
                    row.delete()  # the same name of the same unit, written twice
                else:
                    rows.filter(pk=row.pk).update(**wanted)


class Migration(migrations.Migration):
    dependencies = [("correspondents", "0015_upload_remark")]
    operations = [migrations.RunPython(compare_again, migrations.RunPython.noop, elidable=True)]
