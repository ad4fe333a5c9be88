"""Sending uploaded files; who may have one is decided by the calling view."""

from django.http import FileResponse, Http404

from correspondents.models import Upload

TYPES = {"jpg": "image/jpeg", "webp": "image/webp", "avif": "image/avif"}


def send_picture(upload: Upload, width: int, format: str) -> FileResponse:
    """Return one size of a picture, or raise ``Http404`` when there is no such size."""
    path = upload.path_of(width, format)
    if path is None:
        raise Http404("没有这个尺寸")
    try:
        file = upload.original.storage.open(path, "rb")
    except FileNotFoundError as error:
        raise Http404("没有这个文件") from error
    response = FileResponse(file, content_type=TYPES[format])
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def send_original(upload: Upload) -> FileResponse:
    """Return an original as a download that no browser opens in the site's name."""
    try:
        file = upload.original.storage.open(str(upload.original.name), "rb")
    except FileNotFoundError as error:
        raise Http404("没有这个文件") from error
    # The ending is what the bytes are, whatever the sender called them.
    stem = upload.original_name.rpartition(".")[0] or upload.original_name or upload.key
    name = f"{stem}.{upload.ending}"
    response = FileResponse(
        file, as_attachment=True, filename=name, content_type=upload.content_type
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response
