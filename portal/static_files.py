"""Static files for production: hashed names, compressed, without the editor's unused plugins."""

from collections.abc import Iterator
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):
    """Whitenoise's storage, lenient about files that third-party sheets name but do not ship."""

    manifest_strict = False

    def post_process(self, *args: Any, **kwargs: Any) -> Iterator[tuple[str, str, bool]]:
        """Skip references that cannot be resolved inside the bundled editor's folder."""
        for name, hashed, processed in super().post_process(*args, **kwargs):
            if isinstance(processed, Exception) and not name.startswith("ckeditor/"):
                raise processed
            yield name, hashed, processed
