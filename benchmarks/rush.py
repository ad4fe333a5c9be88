"""What happens when everybody comes at once: four web workers, on SQLite or where DATABASE_URL says.

Part of ``make bench``. A throw-away site is started as in production: four web workers and the
task worker. Then 200 correspondents send a manuscript with a picture of 5 MB at the same moment,
200 editors accept one manuscript at the same moment, 50 save one article, and a Word file of 15 MB
is handed in while the worker is still at the pictures. Readers ask for pages all the time: what they
wait meanwhile is told beside what they wait alone. All traffic is on the loopback; every wait has an
end.
"""

from __future__ import annotations

import http.client
import os
import secrets
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

FOLDER = tempfile.mkdtemp(prefix="newsroom-rush-")
ROOT = Path(__file__).parent.parent
os.environ.update(
    DEBUG="0",
    SECRET_KEY=secrets.token_urlsafe(64),
    ALLOWED_HOSTS="127.0.0.1",
    SECURE_HTTPS="0",
    DATA_DIR=FOLDER,
    DJANGO_SETTINGS_MODULE="portal.settings",
    LOG_LEVEL="ERROR",
    WORKERS="4",
    SEARCHES_A_MINUTE="0",  # one address asks here for all readers
)

import django
import lxml.html

django.setup()

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection
from PIL import Image
from tqdm import tqdm

from articles.models import Article, Section
from correspondents.models import Correspondent, Organisation, Upload
from portal import roles
from submissions.models import Document, Manuscript, SubmissionRules
from tests import word_files

CROWD = 200
PICTURE_MB = 5
TIMEOUT = 120
TOKEN = "t" * 32


@dataclass
class Answer:
    """One request: the status, and the seconds from the start and from the last byte sent."""

    status: int
    whole: float
    after_last_byte: float
    body: bytes = b""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def session_of(user: User) -> str:
    """A session as a sign-in makes it."""
    store = SessionStore()
    store["_auth_user_id"] = str(user.pk)
    store["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    store["_auth_user_hash"] = user.get_session_auth_hash()
    store.save()
    return store.session_key


def form(fields: dict[str, str], file: tuple[str, str, bytes] | None) -> tuple[bytes, str]:
    """A multipart body: its bytes and its type."""
    edge = uuid.uuid4().hex
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    if file:
        name, filename, data = file
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"'
        parts += [
            head.encode(),
            b"\r\nContent-Type: application/octet-stream\r\n\r\n",
            data,
            b"\r\n",
        ]
    return b"".join([*parts, f"--{edge}--\r\n".encode()]), f"multipart/form-data; boundary={edge}"


def post(port: int, path: str, session: str, body: bytes, kind: str) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    headers = {
        "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}",
        "X-CSRFToken": TOKEN,
        "Content-Type": kind,
        "Content-Length": str(len(body)),
    }
    begun = time.monotonic()
    try:
        connection.request("POST", path, body, headers)
        sent = time.monotonic()
        response = connection.getresponse()
        data = response.read()
    except OSError as error:
        print(f"  {type(error).__name__}", file=sys.stderr)
        return Answer(599, time.monotonic() - begun, 0.0)
    finally:
        connection.close()
    done = time.monotonic()
    return Answer(response.status, done - begun, done - sent, data)


def crowd(requests: list[tuple[int, str, str, bytes, str]], label: str) -> list[Answer]:
    """Send all at once, each from a thread of its own."""
    answers: list[Answer] = []
    gate = threading.Barrier(len(requests))
    bar = tqdm(total=len(requests), desc=label)

    def one(request: tuple[int, str, str, bytes, str]) -> None:
        gate.wait()
        answers.append(post(*request))
        bar.update()

    threads = [threading.Thread(target=one, args=[request]) for request in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    bar.close()
    return answers


def p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[98]


def picture() -> bytes:
    """A JPEG of about 5 MB with the pixels of a phone camera."""
    path = Path(FOLDER) / "picture.jpg"
    noise = Image.effect_noise((4000, 3000), 24).convert("RGB")
    for quality in (50, 60, 70, 80, 90):
        noise.save(path, "JPEG", quality=quality)
        if path.stat().st_size >= PICTURE_MB * 2**20:
            break
    data = path.read_bytes()
    return data + b"\0" * max(0, PICTURE_MB * 2**20 - len(data))


def people() -> tuple[list[Correspondent], list[User]]:
    unit = Organisation.objects.create(name="白桦沟煤矿")
    writers, editors = [], []
    group = Group.objects.get(name=roles.EDITOR)
    for number in tqdm(range(CROWD), desc="登记通讯员和编辑"):
        user = User(username=f"tong{number}", last_name=f"通讯{number}")
        user.set_unusable_password()
        user.save()
        person = Correspondent.objects.create(name=f"通讯{number}", user=user, state="engaged")
        person.settle_unit(unit, by=None)
        writers.append(person)
        editor = User(username=f"bian{number}", last_name=f"编辑{number}", is_staff=True)
        editor.set_unusable_password()
        editor.save()
        editor.groups.add(group)
        editors.append(editor)
    return writers, editors


class Readers:
    """Four who open one page after the other; every second one is made for them alone."""

    def __init__(self, port: int) -> None:
        self.port, self.waits, self.failed = port, [], Counter()
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self.read, args=[n]) for n in range(4)]

    def read(self, number: int) -> None:
        turn = 0
        while not self.over.is_set():
            turn += 1
            path = "/" if turn % 2 else f"/search/?q={number}x{turn}"
            begun = time.monotonic()
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
            try:
                connection.request("GET", path)
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    self.failed[answer.status] += 1
            except OSError:
                self.failed[599] += 1
            finally:
                connection.close()
            self.waits.append(time.monotonic() - begun)
            self.over.wait(0.05)

    def __enter__(self) -> Readers:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()


def told(alone: Readers, meanwhile: Readers) -> None:
    ratio = p99(meanwhile.waits) / p99(alone.waits)
    print(
        f"\n读者（每人一半是备着的页、一半是现做的页）\n  没有人写的时候 p99 {p99(alone.waits):.3f} 秒；"
        f"同时投稿、采用、保存时 p99 {p99(meanwhile.waits):.3f} 秒，{ratio:.1f} 倍（限 10 倍）；"
        f"没有打开 {sum(meanwhile.failed.values())} 页，共 {len(meanwhile.waits)} 页"
    )


def saving(port: int, sessions: list[str], article: Article) -> None:
    """Fifty save one article: every text is current or in its history, 49 are told."""
    path = f"/admin/articles/article/{article.pk}/change/"
    requests = []
    for number, session in enumerate(tqdm(sessions, desc="打开编辑页")):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        connection.request(
            "GET", path, headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"}
        )
        page = lxml.html.fromstring(connection.getresponse().read().decode())
        connection.close()
        fields = dict(page.get_element_by_id("article_form").form_values())
        del fields["csrfmiddlewaretoken"]  # ours goes in the head
        fields |= {"title": f"编辑{number}的标题", "_save": "1"}
        body, kind = form(
            {name: value for name, value in fields.items() if value is not None}, None
        )
        requests.append((port, path, session, body, kind))
    answers = crowd(requests, f"{len(sessions)} 人同时保存")
    statuses = Counter(answer.status for answer in answers)
    kept = {row.content.get("title") for row in article.revisions.all()}
    lost = sum(f"编辑{number}的标题" not in kept for number in range(len(sessions)))
    times = [answer.whole for answer in answers]
    print(
        f"\n{len(sessions)} 位编辑同时保存同一篇\n  丢失的文字 {lost} 份；"
        f"5xx {sum(n for s, n in statuses.items() if s >= 500)} 个；状态 {dict(statuses)}；"
        f"中位 {statistics.median(times):.2f} 秒，p99 {p99(times):.2f} 秒"
    )


def sending(port: int, sessions: list[str], data: bytes) -> None:
    section = Section.objects.get(slug="jukuang").pk
    fields = {
        "section": str(section),
        "title": "白桦沟煤矿三号皮带检修完成",
        "text": "近日，检修完成，全线恢复运行。",
        "publication": "first",
        "ai_use": "none",
        "has_declaration": "1",
        "declared": "on",
        "caption": "近日，检修现场。",
        "action": "submit",
    }

    def request(session: str, number: int) -> tuple[int, str, str, bytes, str]:
        own = fields | {"form_key": str(uuid.uuid4()), "title": f"{fields['title']}（{number}）"}
        # No two pictures are the same file.
        body, kind = form(own, ("pictures", f"{number}.jpg", data + number.to_bytes(4)))
        return port, "/tougao/", session, body, kind

    alone = [post(*request(sessions[0], CROWD + n)) for n in range(3)]
    lone = statistics.median(answer.whole for answer in alone)
    before = Manuscript.objects.filter(state="submitted").count()
    requests = [request(session, number) for number, session in enumerate(sessions)]
    answers = crowd(requests, f"{CROWD} 人同时投稿")
    stored = Manuscript.objects.filter(state="submitted", pictures__isnull=False).count() - before
    times = [answer.whole for answer in answers]
    statuses = Counter(answer.status for answer in answers)
    print(
        f"\n{CROWD} 人同时投稿，每人一张 {len(data) / 2**20:.1f} MB 的图片（{connection.display_name}，4 个网站进程）\n"
        f"  存下 {stored} 篇；5xx {sum(n for s, n in statuses.items() if s >= 500)} 个；"
        f"状态 {dict(statuses)}\n"
        f"  一人投稿 {lone:.2f} 秒；同时投稿：中位 {statistics.median(times):.2f} 秒"
        f"（{statistics.median(times) / lone:.0f} 倍），p99 {p99(times):.2f} 秒"
        f"（{p99(times) / lone:.0f} 倍），每篇平均占 {max(times) / CROWD:.3f} 秒"
    )


def accepting(port: int, editors: list[str], manuscript: Manuscript) -> None:
    path = f"/admin/submissions/manuscript/{manuscript.pk}/step/"
    body = f"_step=accept&_seen={manuscript.version_token}".encode()
    kind = "application/x-www-form-urlencoded"
    before = Article.objects.count()
    answers = crowd(
        [(port, path, session, body, kind) for session in editors], f"{CROWD} 次同时采用"
    )
    times = [answer.whole for answer in answers]
    statuses = Counter(answer.status for answer in answers)
    print(
        f"\n{CROWD} 位编辑同时采用同一篇\n  文章 {Article.objects.count() - before} 篇；"
        f"5xx {sum(n for s, n in statuses.items() if s >= 500)} 个；状态 {dict(statuses)}；"
        f"中位 {statistics.median(times):.2f} 秒，p99 {p99(times):.2f} 秒"
    )


def word(port: int, session: str, manuscript: Manuscript) -> None:
    data = word_files.ordinary(megabytes=15).getvalue()
    body, kind = form({"kind": "word"}, ("file", "大稿.docx", data))
    waiting = Upload.objects.filter(state="waiting").count()
    answer = post(port, f"/tougao/{manuscript.pk}/fujian/", session, body, kind)
    print(
        f"\n{len(data) / 2**20:.0f} MB 的 Word 稿，上传时还有 {waiting} 张图片等待处理\n"
        f"  状态 {answer.status}；收完最后一个字节后 {answer.after_last_byte:.2f} 秒答复"
        f"（限 5 秒，占 {answer.after_last_byte / 5:.0%}）"
    )
    begun = time.monotonic()
    document = Document.objects.get(manuscript=manuscript)
    document.read()
    took = time.monotonic() - begun
    print(
        f"  读取用 {took:.2f} 秒（{document.get_standing_display()}，{document.length} 字），"
        f"为答复的 {took / answer.after_last_byte:.1f} 倍，不在请求里进行"
    )


def main() -> int:
    call_command("setup_site", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    assert SubmissionRules.current() is not None
    writers, editors = people()
    sessions = [session_of(person.user) for person in writers if person.user]
    desk = [session_of(editor) for editor in editors]
    draft = Manuscript.objects.start(writers[0], title="有 Word 稿")
    port = free_port()
    site = subprocess.Popen(
        [sys.executable, "manage.py", "run_site", "--port", str(port)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,  # the worker tells of every task
    )
    try:
        for _ in range(120):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.5)
        data = picture()
        with Readers(port) as alone:
            time.sleep(10)
        with Readers(port) as meanwhile:
            sending(port, sessions, data)
            sent = Manuscript.objects.filter(state="submitted").first()
            assert sent is not None
            accepting(port, desk, sent)
            sent.refresh_from_db()
            assert sent.article is not None
            saving(port, desk[:50], sent.article)
        told(alone, meanwhile)
        word(port, sessions[0], draft)
    finally:
        site.send_signal(signal.SIGTERM)
        site.wait(60)
        shutil.rmtree(FOLDER, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
