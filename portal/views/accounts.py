"""Pages of accounts on which the site is stricter than django-allauth."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect


class RemoveKey(RemoveWebAuthnView):
    """Remove a passkey, but not the last factor of a person who must have one."""

    # Django's DeleteView would take a DELETE past the check, the audit entry and the letter.
    http_method_names = ["get", "head", "post", "options"]

    def form_valid(self, form: Form) -> HttpResponse:
        adapter = get_adapter()
        if not adapter.can_delete_authenticator(self.object):
            messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
            return redirect("mfa_list_webauthn")
        return super().form_valid(form)
