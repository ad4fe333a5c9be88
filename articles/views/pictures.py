"""Pictures of articles: public ones for everybody, the others for the desk."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from articles.models import Article, LibraryPicture, Topic
from correspondents import second_factor
from correspondents.models import Correspondent, Upload
from correspondents.public_pages import public_page
from correspondents.serving import send_picture

# A browser keeps what it has shown for a week. Caches that many share ask again every minute:
# what is withdrawn must not live on in them.
BROWSERS, SHARED = 7 * 24 * 3600, 60


@public_page()
def picture(request: HttpRequest, key: str, width: int, format: str) -> HttpResponse | FileResponse:
    """Send one size of a picture that stands in a public article, or in one of the desk's.

    Who sent a picture sees it while he writes the text in which it stands.
    """
    upload = get_object_or_404(Upload, key=key)
    using = Article.objects.filter(images__upload=upload)
    if using.published().exists():
        response = send_picture(upload, width, format)
        response["Cache-Control"] = f"public, max-age={BROWSERS}, s-maxage={SHARED}"
        return response
    own = request.user.is_authenticated and upload.owner_id == request.user.pk
    if not own and not may_see_unpublished(request, using) and not _of_library(request, upload):
        raise Http404("没有这张图片")
    response = send_picture(upload, width, format)
    response["Cache-Control"] = "private, no-store"
    return response


def _of_library(request: HttpRequest, upload: Upload) -> bool:
    """Is it a picture of the library, and is this person of those who work with it?"""
    may = _at_the_desk(request, "articles.view_librarypicture")
    return may and LibraryPicture.objects.filter(upload=upload).exists()


def _at_the_desk(request: HttpRequest, right: str) -> bool:
    """Has this person the right, and signed in as the desk demands it?"""
    user = request.user
    may = user.is_authenticated and user.is_staff and user.has_perm(right)
    return may and second_factor.satisfied(request)


@public_page()
def portrait(request: HttpRequest, pk: int, width: int, format: str) -> FileResponse:
    """Send the photo of a person who agreed to show it; gone as soon as the consent is."""
    person = get_object_or_404(Correspondent.objects.public().select_related("photo"), pk=pk)
    if person.shown_photo is None:
        raise Http404("没有这张图片")
    response = send_picture(person.shown_photo, width, format)
    response["Cache-Control"] = "no-cache"
    return response


@public_page()
def topic_picture(request: HttpRequest, slug: str) -> FileResponse:
    """Send the picture of a topic that readers may open, in its largest size."""
    topic = get_object_or_404(Topic.objects.shown().select_related("picture"), slug=slug)
    if topic.picture is None or not topic.picture.is_ready:
        raise Http404("没有这张图片")
    jpegs = [size for size in topic.picture.renditions if size["format"] == "jpg"]
    response = send_picture(topic.picture, jpegs[-1]["width"], "jpg")
    response["Cache-Control"] = "no-cache"
    return response


def may_see_unpublished(request: HttpRequest, using: object) -> bool:
    """May this person see pictures of articles that are not public?"""
    may = _at_the_desk(request, "articles.view_article")
    return may and using.of_desk(request.user).exists()  # type: ignore[attr-defined]
