"""What belongs to the site as a whole, and the machinery that runs it."""

from portal.models.backup import Backup
from portal.models.jobs import Release, ScheduledJob, TaskWorker
from portal.models.kept_list import MOST_KEPT, KeptList
from portal.models.menu import FREQUENT, MenuItem
from portal.models.redirect import LONGEST_ADDRESS, MissingPage, Redirect
from portal.models.site import MastheadTerm, Page, SiteProfile
from portal.models.sitemap import SitemapMonth

__all__ = [
    "FREQUENT",
    "LONGEST_ADDRESS",
    "MOST_KEPT",
    "Backup",
    "KeptList",
    "MastheadTerm",
    "MenuItem",
    "MissingPage",
    "Page",
    "Redirect",
    "Release",
    "ScheduledJob",
    "SiteProfile",
    "SitemapMonth",
    "TaskWorker",
]
