"""Backup and restore: equal, undamaged, into an empty site only."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as site_settings
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from articles.models import Article, ArticleImage
from correspondents.models import Letter, Upload
from portal.backup import check, write
from portal.daily_backup import too_old
from portal.models import Backup
from portal.schedule import do
from tests import databases
from tests import factories as f
from tests.processes import PATIENCE

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


COMING_AND_GOING = """
from pathlib import Path
from correspondents.models import Upload
from tests import factories as f
there, number = [], 0
while not Path("{stop}").exists():
    there.append(Upload.objects.accept(f.photo(f"{{number}}.jpg"), owner=None))
    number += 1
    if len(there) > 3:
        there.pop(0).remove()
    f.work()
    print("acknowledged", flush=True)
"""


def beside(script: str, **variables: str) -> subprocess.Popen:
    """Another process of the site that writes ``acknowledged`` after each of its deeds."""
    return subprocess.Popen(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", script],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": databases.address(), "PYTHONPATH": str(ROOT)} | variables,
        stdout=subprocess.PIPE,
        text=True,
    )


def fill() -> Article:
    upload = Upload.objects.accept(f.photo(), owner=f.editor(), make_now=True)
    article = f.published("备份里的文章")
    ArticleImage.objects.create(article=article, upload=upload)
    return article


def test_a_backup_taken_while_another_process_writes_restores_to_an_equal_site(tmp_path, elsewhere):
    fill()
    stop = tmp_path / "stop"
    writer = beside(WRITER.format(stop=stop))
    for _ in range(10):
        assert writer.stdout.readline().startswith("acknowledged")
    folder = backup(tmp_path / "copy")
    before = Article.objects.count()
    stop.touch()
    rest, _ = writer.communicate(timeout=PATIENCE)
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


def plain(items, label):
    return items


def test_a_file_deleted_while_it_runs_is_not_missed(tmp_path):
    fill()
    doomed = Upload.objects.accept(f.photo("走.jpg"), owner=None, make_now=True)
    deleted = []

    def meanwhile(items, label):
        if not deleted:  # by another machine; the copy of the database names it
            deleted.append(doomed.remove())
            for path in (doomed.original.name, *(size["path"] for size in doomed.renditions)):
                doomed.original.storage.delete(path)
        return items

    manifest = write(tmp_path / "copy", meanwhile)
    assert deleted == [True] and manifest["missing"] == []
    assert not [name for name in manifest["files"] if doomed.key in name]
    check(tmp_path / "copy", plain)


def test_what_is_deleted_while_it_runs_stays_until_it_is_done(tmp_path):
    fill()
    doomed = Upload.objects.accept(f.photo("走.jpg"), owner=None, make_now=True)
    storage, name = doomed.original.storage, doomed.original.name

    def meanwhile(items, label):
        doomed.remove()
        f.work()
        assert storage.exists(name)
        return items

    manifest = write(tmp_path / "copy", meanwhile)
    assert f"media/{name}" in manifest["files"]
    page = (
        f.signed_in(f.chief("c", "总"))
        .get("/admin/django_tasks_database/dbtaskresult/")
        .content.decode()
    )
    assert "删除文件" in page and "正在备份" in page
    f.later()
    f.work()
    assert not storage.exists(name)


def test_while_another_process_takes_files_in_and_deletes_others_every_row_keeps_its_file(
    tmp_path, elsewhere, settings
):
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    fill()
    stop = tmp_path / "stop"
    writer = beside(COMING_AND_GOING.format(stop=stop), DATA_DIR=str(tmp_path))
    for _ in range(10):
        assert writer.stdout.readline().startswith("acknowledged")
    manifest = write(tmp_path / "copy", plain)
    stop.touch()
    rest, _ = writer.communicate(timeout=PATIENCE)
    assert "acknowledged" in rest, "it was still at it when the backup ended"
    assert manifest["missing"] == []

    elsewhere("restore", str(tmp_path / "copy"))
    told = (
        "from correspondents.models import Upload; s = Upload.objects.all();"
        "print(len(s), sum(u.original.storage.exists(u.original.name) for u in s))"
    )
    rows, files = elsewhere("shell", "-v", "0", "-c", told).stdout.split()
    assert rows == files and int(rows) >= 4


def test_a_file_that_had_been_lost_before_is_told_and_keeps_nothing_back(tmp_path, capsys):
    fill()
    lost = Upload.objects.get()
    lost.original.storage.delete(lost.original.name)
    call_command("backup", str(tmp_path / "copy"))
    assert lost.original.name in capsys.readouterr().err
    check(tmp_path / "copy", plain)


def test_what_has_not_changed_is_shared_with_the_one_before(tmp_path):
    fill()
    first = write(tmp_path / "first", plain)
    new = Upload.objects.accept(f.photo("新.jpg"), owner=None)
    changed = Upload.objects.exclude(pk=new.pk).get().renditions[0]["path"]
    storage = new.original.storage
    storage.delete(changed)
    storage.save(changed, ContentFile(b"another"))
    os.utime(storage.path(changed), (1, 1))
    second = write(tmp_path / "second", plain, tmp_path / "first")
    for name in second["files"]:
        twin = tmp_path / "first" / name
        shared = twin.exists() and twin.samefile(tmp_path / "second" / name)
        own = name.startswith("database") or name.endswith((changed, new.original.name))
        assert shared is not own, name
    assert len(second["files"]) == len(first["files"]) + 1
    check(tmp_path / "second", plain)
    shutil.rmtree(tmp_path / "first")
    check(tmp_path / "second", plain)  # it stands alone


def test_a_restore_that_fails_can_be_tried_again(tmp_path, elsewhere):
    fill()
    folder = backup(tmp_path / "copy")
    database = next(folder.glob("database.*"))
    good, seal = database.read_bytes(), (folder / "manifest.json").read_text()
    database.write_bytes(b"no database at all " * 500)
    facts = json.loads(seal)
    facts["files"][database.name] = {
        "bytes": database.stat().st_size,
        "sha256": hashlib.sha256(database.read_bytes()).hexdigest(),
    }
    for text in (json.dumps(facts), seal):
        (folder / "manifest.json").write_text(text)
        (folder / "manifest.sha256").write_text(hashlib.sha256(text.encode()).hexdigest())
        done = elsewhere("restore", str(folder), check=False)
        if text != seal:
            assert done.returncode != 0 and "Traceback" not in done.stderr
            assert not list((tmp_path / "other" / "media").rglob("*.jpg"))
            database.write_bytes(good)
    assert done.returncode == 0, done.stderr


def test_letters_that_waited_in_a_backup_wait_for_a_person_after_it_is_restored(
    tmp_path, elsewhere
):
    li = f.person("李通讯", email="li@example.com")
    Letter.objects.write("renewed", "li@example.com", {"姓名": "李通讯"}, person=li)
    folder = backup(tmp_path / "copy")
    elsewhere("restore", str(folder))
    told = "from correspondents.models import Letter; print(Letter.objects.get().standing)"
    assert elsewhere("shell", "-v", "0", "-c", told).stdout.strip() == "unsure"


class TestDaily:
    @pytest.fixture
    def base(self, tmp_path, settings):
        settings.BACKUP_DIR = str(tmp_path / "backups")
        return tmp_path / "backups"

    def test_it_is_made_by_the_worker_and_shown_on_the_first_page(self, base):
        fill()
        desk = f.signed_in(f.chief("c", "总"))
        assert "自动备份一天没有成功" in desk.get("/admin/").content.decode()
        do("backup")
        f.work()
        check(next(base.iterdir()), plain)
        page = desk.get("/admin/").content.decode()
        assert f"上次备份：{Backup.objects.get()}" in page and "一天没有成功" not in page

    def test_where_there_is_no_place_for_it_none_is_made(self, settings):
        settings.BACKUP_DIR = ""
        assert do("backup") == 0
        page = f.signed_in(f.chief("c", "总")).get("/admin/").content.decode()
        assert "没有设自动备份" in page and "一天没有成功" not in page

    def test_one_that_fails_is_tried_again_told_on_the_desk_and_by_letter(self, base, monkeypatch):
        sun = f.chief("c", "总")
        sun.email = "sun@example.com"
        sun.save()
        usage = shutil.disk_usage(base.parent)
        monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=1000))
        do("backup")
        f.work()
        assert not base.exists() or not list(base.iterdir())
        page = f.signed_in(sun).get("/admin/").content.decode()
        assert "自动备份一天没有成功" in page and "备份盘空间不够" in page
        assert do("watch_backup") == 1
        letter = Letter.objects.get()
        assert letter.mailbox == "sun@example.com" and "备份盘空间不够" in letter.body
        monkeypatch.undo()
        f.later()
        f.work()
        assert Backup.objects.first().failure == "" and do("watch_backup") == 0

    def test_one_that_was_interrupted_is_cleared_away_and_nothing_else(self, base):
        (base / "20260101-020000.partial").mkdir(parents=True)
        (base / "mine.partial").mkdir()
        do("backup")
        f.work()
        left = {path.name for path in base.iterdir()}
        assert "mine.partial" in left and "20260101-020000.partial" not in left

    def test_days_weeks_and_months_are_kept_and_the_rest_goes(self, settings):
        settings.BACKUP_KEEP = [3, 2, 3]
        start = dt.datetime(2026, 1, 1, 2)
        names = [f"{start + dt.timedelta(days=day):%Y%m%d-%H%M%S}" for day in range(100)]
        kept = sorted(set(names) - too_old(names))
        assert [name[:8] for name in kept] == [
            "20260228", "20260331", "20260405", "20260408", "20260409", "20260410",
        ]  # fmt: skip
        twice = ["20260410-010000", "20260410-020000"]
        assert too_old(twice) == {"20260410-010000"}
