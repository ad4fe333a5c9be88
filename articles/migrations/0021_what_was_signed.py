from django.db import migrations
from django.db.models import OuterRef, Subquery


def find(apps, schema_editor):
    """Let every signature point at the text it was put under, which its fingerprint tells."""
    Reading = apps.get_model("articles", "Reading")
    Revision = apps.get_model("articles", "Revision")
    texts = Revision.objects.filter(number__isnull=False).exclude(kind__in=["aside", "dropped"])
    texts = texts.order_by("-number")
    own = texts.filter(article=OuterRef("article_id"), fingerprint=OuterRef("fingerprint"))
    Reading.objects.update(revision=Subquery(own.values("pk")[:1]))
    # On working copies: what they began with is kept with the original.
    of_copies = Reading.objects.filter(revision=None, article__copy_of__isnull=False)
    for reading in of_copies.select_related("article"):
        same = texts.filter(article=reading.article.copy_of_id, fingerprint=reading.fingerprint)
        Reading.objects.filter(pk=reading.pk).update(revision=same.first())


class Migration(migrations.Migration):
    dependencies = [("articles", "0020_signed_versions")]

    operations = [migrations.RunPython(find, migrations.RunPython.noop)]
