"""People whose names have rare characters get the readings that the table has now."""

from django.db import migrations

from correspondents.pinyin import initial, spell


def spell_again(apps, schema_editor):
    people = apps.get_model("correspondents", "Correspondent").objects
    for person in people.filter(spelling__contains="~").iterator():
        spelling, letter = spell(person.name)[:200], initial(person.name)
        people.filter(pk=person.pk).update(spelling=spelling, initial=letter)


class Migration(migrations.Migration):
    dependencies = [("correspondents", "0013_letters_handed_over")]
    operations = [migrations.RunPython(spell_again, migrations.RunPython.noop, elidable=True)]
