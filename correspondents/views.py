"""A correspondent's own pages: data, consents, copies, leaving; taking a record over."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from correspondents import personal_data
from correspondents.accounts import SignedInRequest, read_mail_link, send_mail_link
from correspondents.addresses import client_address
from correspondents.forms import ApplyForm, ClaimForm, LeaveForm, OwnDataForm
from correspondents.forms.registration import LETTER_SENT, TOO_MANY_LETTERS
from correspondents.lifecycle import StepNotAllowed
from correspondents.models import Consent, Correspondent, PrivacyNotice, SignInName, Upload
from correspondents.models.reachable import claim_digest
from correspondents.serving import send_original, send_picture


def own_record(request: SignedInRequest) -> Correspondent:
    """Return the record of the person who is signed in, or 404."""
    people = Correspondent.objects.select_related("organisation", "grade", "photo", "letter")
    return get_object_or_404(people, user=request.user)


@login_required
def own(request: SignedInRequest) -> HttpResponse:
    """Show everything kept of this person, what he agreed to, and what he can do about it."""
    people = Correspondent.objects.select_related("organisation", "grade", "photo", "letter")
    person = people.filter(user=request.user).first()
    if person is None:
        return render(request, "correspondents/no_record.html")
    given = person.agrees_to
    context = {
        "person": person,
        "memberships": person.memberships.select_related("organisation"),
        "history": person.consents.select_related("notice"),
        "consents": [
            {"kind": kind, "label": label, "given": kind in given}
            for kind, label in Consent.Kind.choices
        ],
        "notice": PrivacyNotice.current(),
        "steps": {row.name for row in person.steps_open_to(request.user)},
        "unconfirmed": person.email and person.email != request.user.email,
        "number_waits": person.mobile and person.mobile != person.sign_in_mobile,
    }
    return render(request, "correspondents/own.html", context)


@login_required
def correct(request: SignedInRequest) -> HttpResponse:
    """Correct own data."""
    person = own_record(request)
    form = OwnDataForm(
        request.POST or None, request.FILES or None, instance=person, request=request
    )
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "资料已保存。")
        return redirect("correspondents:own")
    return render(request, "correspondents/correct.html", {"person": person, "form": form})


@login_required
@require_POST
def consent(request: SignedInRequest, kind: str) -> HttpResponse:
    """Give a consent or take it back; what it made public appears or is gone at once."""
    person = own_record(request)
    if kind not in Consent.Kind.values:
        raise Http404("没有这一项")
    if request.POST.get("answer") == "yes":
        person.give_consent(kind, address=client_address(request))
        messages.success(request, f"已同意：{Consent.Kind(kind).label}。")
    elif kind == Consent.Kind.PRIVACY:
        messages.error(request, "不再同意隐私说明，请用“注销账号”，资料会一并清除。")
    else:
        person.withdraw_consent(kind, by=request.user)
        messages.success(request, f"已撤回：{Consent.Kind(kind).label}，相关页面已经看不到了。")
    return redirect("correspondents:own")


@login_required
def export(request: SignedInRequest, format: str) -> HttpResponse:
    """Give a copy of everything kept of this person, as JSON or CSV."""
    if format not in ("json", "csv"):
        raise Http404("没有这种格式")
    sections = personal_data.collect(own_record(request))
    text = personal_data.as_json(sections)
    if format == "csv":
        text = "\ufeff" + personal_data.as_csv(sections)  # spreadsheets know UTF-8 by the mark
    kind = "application/json" if format == "json" else "text/csv"
    name = f"my-data-{timezone.localdate():%Y%m%d}.{format}"
    return HttpResponse(
        text,
        content_type=f"{kind}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@login_required
def leave(request: SignedInRequest) -> HttpResponse:
    """Close the own record for good and erase what need not stay."""
    person = own_record(request)
    form = LeaveForm(request.POST or None, account=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            person.leave(by=request.user)
        except StepNotAllowed as refusal:
            messages.error(request, str(refusal))
            return redirect("correspondents:own")
        if not request.user.is_staff:
            logout(request)
        messages.success(request, "账号已注销，联系方式等个人资料已经清除。")
        return redirect("portal:home")
    return render(request, "correspondents/leave.html", {"form": form})


@login_required
def apply(request: SignedInRequest) -> HttpResponse:
    """Register with an account that exists already, or again after a refusal."""
    person = Correspondent.objects.filter(user=request.user).first()
    if person is not None and "apply_again" not in {
        row.name for row in person.steps_open_to(request.user)
    }:
        return redirect("correspondents:own")
    form = ApplyForm(request.POST or None, request.FILES or None, person=person)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            if person is not None:
                person.apply_again(by=request.user)
            form.fill(person or Correspondent(), request, request.user)
        return redirect("correspondents:own")
    return render(request, "correspondents/apply.html", {"form": form})


@never_cache
def claim(request: HttpRequest, secret: str) -> HttpResponse:
    """Take over a record the desk has kept, by the one-time link; once, within its time."""
    person = Correspondent.objects.filter(
        claim_digest=claim_digest(secret), claim_until__gt=timezone.now(), user__isnull=True
    ).first()
    if person is None:
        return render(request, "correspondents/claim_void.html", status=404)
    if request.user.is_authenticated:
        return _claim_with(cast(SignedInRequest, request), person)
    form = ClaimForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "correspondents/claim.html", {"person": person, "form": form})
    with transaction.atomic():
        account, _ = form.try_save(request)
        account.last_name = person.name
        account.save(update_fields=["last_name"])
        if not person.take_over(account):
            transaction.set_rollback(True)
            return render(request, "correspondents/claim_void.html", status=404)
        person.give_consent(Consent.Kind.PRIVACY, address=client_address(request))
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    messages.success(request, "账号已建立，档案已经连到您的账号。")
    return redirect("correspondents:own")


def _claim_with(request: SignedInRequest, person: Correspondent) -> HttpResponse:
    """Somebody who is signed in already links the record to that account."""
    taken = Correspondent.objects.filter(user=request.user).exists()
    if request.method == "POST" and not taken:
        if not person.take_over(request.user):
            return render(request, "correspondents/claim_void.html", status=404)
        person.give_consent(Consent.Kind.PRIVACY, address=client_address(request))
        messages.success(request, "档案已经连到您的账号。")
        return redirect("correspondents:own")
    context = {"person": person, "taken": taken}
    return render(request, "correspondents/claim_signed_in.html", context)


@login_required
def confirm_mail(request: SignedInRequest, token: str) -> HttpResponse:
    """Confirm a mailbox by the link that was sent to it; then it opens this account."""
    mailbox = read_mail_link(token, request.user)
    person = Correspondent.objects.filter(user=request.user, email=mailbox).first()
    usable = bool(mailbox) and person is not None
    usable = usable and not SignInName.objects.has_mailbox(mailbox, request.user)
    if request.method == "POST" and usable:
        request.user.email = mailbox
        try:
            with transaction.atomic():
                request.user.save(update_fields=["email"])
                SignInName.objects.settle(request.user, claims=True)
        except IntegrityError:  # somebody else has confirmed it this moment
            return render(request, "correspondents/confirm_mail.html", {"mailbox": ""})
        messages.success(request, "邮箱已确认，可以用来登录和找回密码。")
        return redirect("correspondents:own")
    return render(
        request, "correspondents/confirm_mail.html", {"mailbox": mailbox if usable else ""}
    )


@login_required
@require_POST
def ask_mail_link(request: SignedInRequest) -> HttpResponse:
    """Send the letter that confirms the own mailbox once more."""
    person = own_record(request)
    if not person.email or person.email == request.user.email:
        messages.info(request, "没有等待确认的邮箱。")
    elif send_mail_link(request, request.user, person.email):
        messages.success(request, LETTER_SENT.format(person.email))
    else:
        messages.error(request, TOO_MANY_LETTERS)
    return redirect("correspondents:own")


def notice(request: HttpRequest, version: int = 0) -> HttpResponse:
    """Show the privacy notice in force, or an earlier version."""
    versions = PrivacyNotice.objects.filter(in_force_since__lte=timezone.now())
    shown = get_object_or_404(versions, version=version) if version else versions.first()
    return render(request, "correspondents/notice.html", {"notice": shown, "versions": versions})


@login_required
def file(request: SignedInRequest, key: str) -> FileResponse:
    """Send an uploaded original of the registration to its owner, or to those who manage people."""
    return send_original(_registration_file(request, key))


@login_required
def portrait(request: SignedInRequest, key: str, width: int, format: str) -> FileResponse:
    """Send a size of a registration photo to its owner, or to those who manage people."""
    return send_picture(_registration_file(request, key), width, format)


def _registration_file(request: SignedInRequest, key: str) -> Upload:
    upload = get_object_or_404(Upload, key=key)
    person = Correspondent.objects.filter(photo=upload).first()
    person = person or Correspondent.objects.filter(letter=upload).first()
    manages = request.user.is_staff and request.user.has_perm("correspondents.manage_correspondent")
    if person is None or not (person.user_id == request.user.pk or manages):
        raise Http404("没有这个文件")
    return upload
