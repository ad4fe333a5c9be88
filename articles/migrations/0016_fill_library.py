from django.db import migrations
from django.utils import timezone

BATCH = 1000


def fill(apps, schema_editor):
    """What readers have seen is in the library, with the words of its newest article."""
    images = apps.get_model("articles", "ArticleImage")
    pictures = apps.get_model("articles", "LibraryPicture")
    rows = images.objects.filter(article__state="published").order_by("-article_id", "position")
    values = rows.values_list(
        "upload_id", "caption", "photographer", "alt", "article__published_at"
    )
    seen, made = set(), []
    for upload, caption, photographer, alt, when in values.iterator(chunk_size=BATCH):
        if upload in seen:
            continue
        seen.add(upload)
        day = timezone.localdate(when) if when else timezone.localdate()
        made.append(
            pictures(
                upload_id=upload, caption=caption, photographer=photographer, alt=alt, day=day
            )
        )
    # The newest has the highest number: lists show them by it.
    pictures.objects.bulk_create(reversed(made), batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [("articles", "0015_library")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
