from django.db import migrations


def note_roles(apps, schema_editor):
    """Roles that were given before are in force since the account was made."""
    User = apps.get_model("auth", "User")
    RoleGrant = apps.get_model("correspondents", "RoleGrant")
    rows = User.groups.through.objects.values_list("user", "group", "user__date_joined")
    RoleGrant.objects.bulk_create(
        RoleGrant(user_id=user, group_id=group, granted_at=when, confirmed_at=when)
        for user, group, when in rows
    )


class Migration(migrations.Migration):
    dependencies = [("correspondents", "0008_role_grants")]

    operations = [migrations.RunPython(note_roles, migrations.RunPython.noop)]
