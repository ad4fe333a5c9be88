"""Backup and restore: equal, undamaged, into an empty site only."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as site_settings
from django.core.management import CommandError, call_command

from articles.models import Article, ArticleImage
from correspondents.models import Upload
from tests import databases
from tests import factories as f

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(site_settings.BASE_DIR)


@pytest.fixture
def elsewhere(tmp_path):
    """Another, empty site of the same kind of database: ``manage(*words)`` runs a command there."""
    with databases.empty(tmp_path / "other") as environment:

        def manage(*words, check=True):
            done = subprocess.run(
                [sys.executable, "manage.py", *words],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
            )
            assert not check or done.returncode == 0, done.stderr
            return done

        yield manage


def backup(folder: Path) -> Path:
    call_command("backup", str(folder), verbosity=0)
    return folder


WRITER = """
from pathlib import Path
from tests import factories as f
for number in range(2000):
    made = f.published(f"第{{number}}篇")
    made.bylines.create(name=f"作者{{number}}")
    print("acknowledged", made.pk, flush=True)
    if Path("{stop}").exists():
        break
"""


def fill() -> Article:
    upload = Upload.objects.accept(f.photo(), owner=f.editor(), make_now=True)
    article = f.published("备份里的文章")
    ArticleImage.objects.create(article=article, upload=upload)
    return article


def test_a_backup_taken_while_another_process_writes_restores_to_an_equal_site(tmp_path, elsewhere):
    fill()
    stop = tmp_path / "stop"
    writer = subprocess.Popen(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", WRITER.format(stop=stop)],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": databases.address(), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    for _ in range(10):
        assert writer.stdout.readline().startswith("acknowledged")
    folder = backup(tmp_path / "copy")
    before = Article.objects.count()
    stop.touch()
    rest, _ = writer.communicate(timeout=60)
    assert "acknowledged" in rest, "it was still writing when the backup ended"
    assert before >= 11

    elsewhere("restore", str(folder))
    elsewhere("setup_site")
    script = (
        "from articles.models import *; from correspondents.models import *; import json;"
        "from django.core.files.storage import default_storage as s;"
        "print(json.dumps([list(Article.objects.order_by('pk').values_list('pk','title','body')),"
        "Byline.objects.count(), [s.size(r['path']) for u in Upload.objects.all() "
        "for r in u.renditions], [s.size(u.original.name) for u in Upload.objects.all()]]))"
    )
    lines = elsewhere("shell", "-c", script, "-v", "0").stdout.strip().splitlines()
    articles, bylines, sizes, originals = json.loads(lines[-1])
    here = [list(row) for row in Article.objects.order_by("pk").values_list("pk", "title", "body")]
    assert articles == here[: len(articles)], "a prefix of what was acknowledged, nothing torn"
    assert len(articles) >= 11
    assert bylines in (len(articles) - 1, len(articles) - 2)
    upload = Upload.objects.get()
    storage = upload.original.storage
    assert sizes == [storage.size(size["path"]) for size in upload.renditions]
    assert originals == [storage.size(upload.original.name)]


def test_a_quiet_site_restores_equal_to_the_row(tmp_path, elsewhere):
    fill()
    folder = backup(tmp_path / "copy")
    elsewhere("restore", str(folder))
    again = tmp_path / "again"
    elsewhere("backup", str(again))
    here = io.StringIO()
    call_command("dumpdata", stdout=here, verbosity=0)
    assert json.loads(elsewhere("dumpdata").stdout) == json.loads(here.getvalue())
    for path in (folder / "media").rglob("*.jpg"):
        twin = again / path.relative_to(folder)
        assert twin.read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda folder: next((folder / "media").rglob("*.webp")).write_bytes(b"x"), "已损坏"),
        (lambda folder: next((folder / "media").rglob("*.webp")).unlink(), "缺少文件"),
        (lambda folder: (folder / "extra.txt").write_text("x"), "多出清单之外的文件"),
        (lambda folder: (folder / "manifest.json").write_text("{}"), "清单被改动过"),
        (lambda folder: (folder / "manifest.json").unlink(), "没有完整的备份"),
        (lambda folder: next(folder.glob("database.*")).write_bytes(b"x" * 4096), "已损坏"),
    ],
)
def test_damage_is_refused_before_anything_is_written(tmp_path, elsewhere, damage, sentence):
    fill()
    folder = backup(tmp_path / "copy")
    damage(folder)
    done = elsewhere("restore", str(folder), check=False)
    assert done.returncode != 0
    assert sentence in done.stderr
    assert not list((tmp_path / "other").rglob("*.jpg"))


def test_a_site_with_data_is_not_overwritten(tmp_path):
    fill()
    folder = backup(tmp_path / "copy")
    with pytest.raises(CommandError, match="只能恢复到空站"):
        call_command("restore", str(folder))
    shutil.rmtree(site_settings.MEDIA_ROOT)
    with pytest.raises(CommandError, match="站内已有数据"):
        call_command("restore", str(folder))
    assert Article.objects.count() == 1


def test_a_backup_does_not_overwrite_a_folder(tmp_path):
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "kept.txt").write_text("x")
    with pytest.raises(CommandError, match="不是空文件夹"):
        call_command("backup", str(tmp_path / "copy"))
