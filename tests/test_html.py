"""The Nu checker over every kind of public page, where Java and its jar are (``VNU_JAR``).

``npm pack vnu-jar`` brings the jar; it is too large to be kept here. Without it nothing is collected.
"""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest
from django.test import Client

from tests.newspaper import every_kind_of_page

JAR, JAVA = os.environ.get("VNU_JAR", ""), shutil.which("java")

if JAR and JAVA:

    @pytest.mark.django_db
    def test_every_page_is_valid_html(tmp_path):
        addresses = every_kind_of_page()
        for number, address in enumerate(addresses):
            answer = Client().get(address, follow=True)
            (tmp_path / f"{number:02d}.html").write_bytes(answer.content)
        files = sorted(str(path) for path in tmp_path.glob("*.html"))
        found = subprocess.run(
            [JAVA, "-Xmx512m", "-jar", JAR, "--format", "gnu", *files],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert found.stderr == "", addresses
