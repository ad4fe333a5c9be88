"""The server's clock, looked at before anything is deleted or published because of the time."""

from __future__ import annotations

import datetime as dt
import logging

from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone

from correspondents.lifecycle import record

log = logging.getLogger(__name__)
# A site that was stopped for longer asks too: nobody can tell that from a clock that was put wrong.
LEAP = dt.timedelta(days=3)


class ClockManager(models.Manager["Clock"]):
    def is_trusted(self) -> bool:
        """Note what time it is; false while it has leapt by days and nobody has confirmed it.

        A clock that was put right again needs no confirming.
        """
        now = timezone.now()
        clock, _ = self.get_or_create(pk=1, defaults={"seen_at": now})
        before = clock.leapt_from or clock.seen_at
        if now - before > LEAP:
            if clock.leapt_from is None:
                self.filter(pk=1, leapt_from=None).update(leapt_from=before)
                log.critical("The clock leapt from %s to %s", before, now)
            return False
        self.filter(pk=1).update(seen_at=now, leapt_from=None)
        return True

    def leap(self) -> Clock | None:
        """Return the clock while it is not trusted."""
        return self.filter(pk=1, leapt_from__isnull=False).first()


class Clock(models.Model):
    """One row: when it was looked at last, and from where it leapt."""

    seen_at = models.DateTimeField()
    leapt_from = models.DateTimeField(null=True)

    objects = ClockManager()

    class Meta:
        verbose_name = verbose_name_plural = "时钟"

    def __str__(self) -> str:
        return "服务器的时钟"

    def confirm(self, *, by: User) -> None:
        """Go on with the time as it is."""
        Clock.objects.filter(pk=self.pk).update(seen_at=timezone.now(), leapt_from=None)
        record(self, "clock_confirmed", by=by)
