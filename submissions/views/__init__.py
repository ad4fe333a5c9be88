from submissions.views import device, following, pages, units, writing

__all__ = ["device", "following", "pages", "units", "writing"]
