"""Fill what the registry derives: keys, paths, spellings; units become dated memberships."""

from django.db import migrations

from correspondents.names import key
from correspondents.pinyin import initial, spell


def fill(apps, schema_editor):
    Organisation = apps.get_model("correspondents", "Organisation")
    Correspondent = apps.get_model("correspondents", "Correspondent")
    Membership = apps.get_model("correspondents", "Membership")
    Consent = apps.get_model("correspondents", "Consent")
    parents = dict(Organisation.objects.values_list("pk", "parent_id"))
    for unit in Organisation.objects.all():
        way, above = [], unit.pk
        while above and above not in way:
            way.append(above)
            above = parents.get(above)
        unit.path = "".join(f"{pk}/" for pk in reversed(way))
        unit.name_key, unit.short_key = key(unit.name), key(unit.short_name)
        unit.save(update_fields=["path", "name_key", "short_key"])
    for person in Correspondent.objects.all():
        person.name_key = key(person.name)
        person.spelling, person.initial = spell(person.name)[:200], initial(person.name)
        person.save(update_fields=["name_key", "spelling", "initial"])
        if person.organisation_id:
            Membership.objects.create(correspondent=person, organisation_id=person.organisation_id)
        if person.public_consent_at:
            Consent.objects.create(
                correspondent=person, kind="profile", given_at=person.public_consent_at
            )


class Migration(migrations.Migration):

    dependencies = [("correspondents", "0002_registry")]

    # Backwards the tables themselves go.
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
