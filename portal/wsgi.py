"""Entry point for WSGI servers."""

import gc
import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
_django = get_wsgi_application()
if settings.TESTING and not {"pytest", "benchmarks"} & {*sys.modules}:
    # Passwords with hashes that are guessed in hours: never where somebody signs in.
    raise ImproperlyConfigured("TESTING=1 只供测试，网站不能带着它启动。")
from portal.lanes import Lanes  # noqa: E402 -- needs what was set up above
from portal.page_cache.middleware import PageCache  # noqa: E402

UTF_8 = frozenset({"utf-8", "utf8"})
REFUSAL = "请用 UTF-8 编码提交。"


class OnlyUtf8:
    """Refuses bodies in another encoding, before Django builds a request of them.

    Python knows "encodings" that are none (``hex``, ``rot13``), and Django decodes the address by
    whatever the header names. Where nothing is sent the header means nothing and is left out.
    """

    def __init__(self, application: Callable[..., Iterable[bytes]]) -> None:
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        named = environ.get("CONTENT_TYPE", "")
        if named and not self._is_utf_8(named):
            if environ.get("REQUEST_METHOD") not in ("GET", "HEAD", "OPTIONS"):
                body = REFUSAL.encode()
                kind = ("Content-Type", "text/plain; charset=utf-8")
                start_response("400 Bad Request", [kind, ("Content-Length", str(len(body)))])
                return [body]
            environ["CONTENT_TYPE"] = ""
        return self.application(environ, start_response)

    @staticmethod
    def _is_utf_8(content_type: str) -> bool:
        _, parameters = parse_header_parameters(content_type)
        return parameters.get("charset", "utf-8").strip().lower() in UTF_8


application = OnlyUtf8(PageCache(Lanes(_django)))
# What is loaded now stays for the life of the process: no collection has to look at it again,
# and the workers of one server go on sharing its memory.
gc.collect()
gc.freeze()
