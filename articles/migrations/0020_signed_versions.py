import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0001_squashed_0019_home_places"),
        ("taggit", "0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx"),
    ]

    operations = [
        migrations.AddField(
            model_name="reading",
            name="revision",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="articles.revision",
                verbose_name="所签的稿",
            ),
        ),
        migrations.AlterField(
            model_name="reading",
            name="fingerprint",
            field=models.CharField(max_length=80, verbose_name="内容指纹"),
        ),
        migrations.AlterField(
            model_name="revision",
            name="fingerprint",
            field=models.CharField(max_length=80),
        ),
        migrations.CreateModel(
            name="FormerKeyword",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        primary_key=True, serialize=False, auto_created=True, verbose_name="ID"
                    ),
                ),
                ("key", models.PositiveBigIntegerField()),
                ("name", models.CharField(max_length=100, verbose_name="原来的名称")),
                (
                    "tag",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="taggit.tag",
                        verbose_name="现在的关键词",
                    ),
                ),
            ],
            options={
                "verbose_name": "原关键词",
                "verbose_name_plural": "原关键词",
                "indexes": [
                    models.Index(fields=["key"], name="former_keyword_by_key"),
                    models.Index(fields=["name"], name="former_keyword_by_name"),
                ],
            },
        ),
    ]
