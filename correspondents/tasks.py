"""Background tasks by the names that Django 6 gives them, on Django 5.2 too.

Django 6 has ``django.tasks`` itself; on 5.2 django-tasks stands in. Whoever needs them takes them from
here, so that the module goes when 5.2 does.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

if not TYPE_CHECKING and find_spec("django.tasks"):
    from django.tasks import TaskContext, TaskResultStatus, task
    from django.tasks.signals import task_finished, task_started
else:
    from django_tasks import TaskContext, TaskResultStatus, task
    from django_tasks.signals import task_finished, task_started

__all__ = ["TaskContext", "TaskResultStatus", "task", "task_finished", "task_started"]
