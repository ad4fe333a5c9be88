"""Buttons and list actions of the step tables, for every admin whose noun has a life cycle."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html

from correspondents.deciding import UNDO, Changed, check_seen, offer_undo, seen_input, versions_seen
from correspondents.history import AuditHistory
from correspondents.lifecycle import LifeCycle, Step, StepNotAllowed

# So many reasons are listed one by one in a report; the rest are counted.
REFUSALS = 12


def typed_note(request: HttpRequest) -> str:
    """Return the note that was typed, without what no database stores."""
    return request.POST.get("_note", "").replace("\x00", "").strip()[:500]


class LifeCycleAdmin(AuditHistory):
    """Shows the steps a person may take now, and takes them through the verbs of the noun."""

    change_form_template = "admin/lifecycle_change_form.html"
    # What one of them is counted by.
    counter = "篇"

    # --- one object -------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_step"
        own = path("<int:pk>/step/", self.admin_site.admin_view(self.step_view), name=name)
        return [own, *super().get_urls()]

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """Lock the row while a change is saved, so that a step taken meanwhile is seen."""
        found = super().get_object(request, object_id, from_field)
        if found is not None and request.method == "POST":
            locked = self.model._default_manager.select_for_update()
            found = locked.filter(pk=found.pk).first()
        return found

    def step_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take one step by POST, without saving the form."""
        if request.method != "POST" or not self.has_view_permission(request):
            raise PermissionDenied
        noun = get_object_or_404(self.get_queryset(request), pk=pk)
        name = request.POST.get("_step", "")
        row = next((row for row in self.steps_of(noun) if row.name == name), None)
        if row is not None and noun.VERSION and request.POST.get("_seen") != noun.version_token:
            return self.show_changed(request, noun, row)
        if row is not None and row.consequence and "_sure" not in request.POST:
            return self.ask_whether_sure(request, noun, row)
        return self.after_step(request, noun, taken=self.take(request, noun, name))

    def ask_whether_sure(self, request: HttpRequest, noun: Any, row: Step) -> HttpResponse:
        """Say what follows from a step before it is taken, and ask for its reason."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{row.label}：{noun}",
            "noun": noun,
            "step": row,
            "note": typed_note(request),
            "token": noun.version_token,
            "step_url": request.path,
            "back": self.page_of(noun),
        }
        return TemplateResponse(request, "admin/sure.html", context)

    def steps_of(self, noun: Any) -> Iterable[Step]:
        """Return every step that may be asked for here."""
        return noun.STEPS  # type: ignore[no-any-return]

    def show_changed(self, request: HttpRequest, noun: Any, row: Step) -> HttpResponse:
        """Do nothing; show what is newer than what the person saw, and let him say that he has."""
        kept = [
            (name, value)
            for name, values in request.POST.lists()
            for value in values
            if name not in ("_seen", "_note", "csrfmiddlewaretoken")
        ]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "您打开之后有改动",
            "noun": noun,
            "step": row,
            "confirm": self.confirm_label(row),
            "changed": self.changed_since(noun, request.POST.get("_seen", "")),
            "kept": kept,
            "note": typed_note(request),
            "token": noun.version_token,
            "step_url": request.path,
            "back": self.page_of(noun),
        }
        return TemplateResponse(request, "admin/changed.html", context, status=409)

    def confirm_label(self, row: Step) -> str:
        """What stands on the button that takes the step on what now stands there."""
        return f"看过改动，{row.label}"

    def changed_since(self, noun: Any, seen: str) -> Changed:
        """Return what is newer than the version ``seen``; empty where that one is not known."""
        fields = [noun._meta.get_field(name) for name in noun.VERSION]
        facts = [
            (str(field.verbose_name), str(getattr(noun, field.name) or "")) for field in fields
        ]
        return Changed(facts=facts)

    def page_of(self, noun: Any) -> str:
        """Where it is read."""
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(name, args=[noun.pk])

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """After saving, take the step whose button was pressed."""
        if "_step" in request.POST:
            taken = self.take(request, obj, request.POST["_step"])
            return self.after_step(request, obj, taken=taken)
        return super().response_change(request, obj)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        noun = kwargs.get("obj")
        if noun is not None:
            context["steps"] = self.steps_for(request, noun)
            context["step_url"] = reverse(
                f"admin:{self.opts.app_label}_{self.opts.model_name}_step", args=[noun.pk]
            )
            context["step_note"] = request.POST.get("_note", "")
            # As it is stored: after a refused save the object holds what was typed.
            typed = request.method == "POST"
            stored = type(noun)._default_manager.get(pk=noun.pk) if typed else noun
            context["token"] = stored.version_token
            context["show_save_and_add_another"] = False
            context["saves_first"] = self.has_change_permission(request, noun)
        return super().render_change_form(request, context, *args, **kwargs)

    def steps_for(self, request: HttpRequest, noun: Any) -> list[Step]:
        """Return the steps that get a button."""
        return noun.steps_open_to(request.user)

    def take(self, request: HttpRequest, noun: Any, name: str) -> bool:
        """Take a step and tell the person how it went; return whether it was taken."""
        try:
            label = noun.step_named(name).label
            with transaction.atomic():
                self.verb(request, noun, name)()
            request.session.pop(UNDO, None)  # what went before is decided over by now
            if noun.decision is not None:
                offer_undo(request, [noun], label, self.page_of(noun))
        except KeyError:
            messages.error(request, "没有这个操作，请刷新页面后重试。")
        except StepNotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"“{noun}”：{label}，已完成。")
            return True
        return False

    def verb(self, request: HttpRequest, noun: Any, name: str) -> Any:
        """Return the verb of that step, ready to call."""
        if noun.step_named(name).automatic:
            raise StepNotAllowed("这个步骤由系统自动进行。")
        return partial(
            getattr(noun, name), by=request.user, **self.arguments(request, noun.step_named(name))
        )

    def arguments(self, request: HttpRequest, row: Step) -> dict[str, Any]:
        """Return what the verb wants besides the actor."""
        return {"note": typed_note(request)}

    def after_step(self, request: HttpRequest, noun: Any, *, taken: bool) -> HttpResponse:
        """Where to go after a step, ``taken`` or refused: back to the page of the noun."""
        return HttpResponseRedirect(self.page_of(noun))

    # --- many -------------------------------------------------------------------------------

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """One list action for every step of the table that is meant for many."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        for row in self.model.STEPS:
            if row.batch and (not row.permission or request.user.has_perm(row.permission)):
                words = f"{row.label}所选{self.opts.verbose_name}"
                actions[row.name] = (self._batch(row), row.name, words)
        return actions

    def response_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Tell of a selection that no list of ours has sent, instead of failing."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if any(not re.fullmatch(r"[0-9]{1,18}", number) for number in chosen):
            messages.error(request, "所选内容有误，请刷新页面后重试。")
            return HttpResponseRedirect(request.get_full_path())
        return super().response_action(request, *args, **kwargs)

    @staticmethod
    def _batch(row: Step) -> Any:
        def action(self: LifeCycleAdmin, request: HttpRequest, queryset: Any) -> Any:
            note = typed_note(request)
            if row.note_required and not note:
                return self._ask_for_note(request, row, queryset)
            extra = {"note": note} if note else {}
            done, refused = [], []
            seen = versions_seen(request)
            for noun in queryset:
                try:
                    check_seen(noun, seen)
                    with transaction.atomic():
                        getattr(noun, row.name)(by=request.user, **extra)
                    done.append(noun)
                except StepNotAllowed as refusal:
                    refused.append((str(noun), str(refusal)))
            self.tell(request, row.label, len(done), refused)
            offer_undo(request, done, row.label, request.path)
            return None

        return action

    def tell(
        self, request: HttpRequest, label: str, done: int, refused: list[tuple[str, str]]
    ) -> None:
        """Report what was done to many: how many, and for each of the others the reason."""
        if done:
            messages.success(request, f"{label}：{done} {self.counter}已完成。")
        for title, reason in refused[:REFUSALS]:
            messages.error(request, f"“{title}”没有处理：{reason}")
        more = len(refused) - REFUSALS
        if more > 0:
            messages.error(request, f"另有 {more} {self.counter}没有处理。")

    def _ask_for_note(self, request: HttpRequest, row: Step, queryset: Any) -> HttpResponse:
        """A step that needs a reason asks for one reason for all that were chosen."""
        if "_batch" in request.POST:
            messages.error(request, f"“{row.label}”需要填写意见或原因。")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{row.label}所选{self.opts.verbose_name}",
            "label": row.label,
            "consequence": row.consequence,
            "action": row.name,
            "select_across": request.POST.get("select_across", "0"),
            "nouns": queryset,
            "seen": request.POST.getlist("_seen"),
            "reasons": self.stock_reasons(),
        }
        return TemplateResponse(request, "admin/lifecycle_batch.html", context)

    def stock_reasons(self) -> Iterable[Any]:
        """Return the reasons that are offered for a note; each has a ``text``."""
        return ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing that has a life cycle is deleted."""
        return False


@admin.display(description="状态")
def state_tag(noun: LifeCycle) -> str:
    """Return the state as a coloured tag, for lists."""
    return format_html(
        '<span class="tag tag--{}">{}</span>{}',
        noun.state,
        noun.get_state_display(),  # type: ignore[attr-defined]
        seen_input(noun),
    )
