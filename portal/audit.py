"""What the audit log keeps of the site's own data."""

from auditlog.registry import auditlog

from portal.models import MastheadTerm, MenuItem, Page, Redirect, SiteProfile


def register() -> None:
    """Log every change of settings that readers see."""
    for model in (SiteProfile, MastheadTerm, MenuItem, Page, Redirect):
        auditlog.register(model)
