"""Name the first chief: by who holds the server, since nobody at the desk could confirm him."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, User
from django.core.management import BaseCommand, CommandError
from django.core.management.base import CommandParser
from django.db import transaction

from correspondents.accounts import reset_link
from correspondents.models import RoleGrant
from correspondents.models.role_grant import give_role
from portal.roles import CHIEF


class Command(BaseCommand):
    help = "在服务器上任命第一位总编辑，记入审计日志；以后的任命在编辑部里提出和确认。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="用户名；没有这个账号就建立")
        parser.add_argument("--name", default="", help="姓名")
        parser.add_argument(
            "--again", action="store_true", help="已有总编辑时也任命，如仅有的一位离任"
        )

    @transaction.atomic
    def handle(
        self, *args: Any, username: str, name: str = "", again: bool = False, **options: Any
    ) -> None:
        group = Group.objects.filter(name=CHIEF).first()
        if group is None:
            raise CommandError("还没有建站，请先运行 setup_site。")
        chiefs = RoleGrant.objects.open().filter(group=group, confirmed_at__isnull=False)
        active = chiefs.filter(user__is_active=True)
        if active.exists() and not again:
            names = "、".join(str(grant.user) for grant in active.select_related("user"))
            raise CommandError(
                f"已有总编辑、副总编（{names}），请在编辑部里提出和确认；确要在这里任命，加 --again。"
            )
        person, made = User.objects.get_or_create(username=username, defaults={"last_name": name})
        if not made and not person.is_active:
            raise CommandError(f"账号 {username} 已停用。")
        person.is_staff = True
        if made:
            person.set_unusable_password()
        person.save()
        give_role(person, group, by=None)
        self.stdout.write(f"{person} 现在是{CHIEF}。")
        if made:
            self.stdout.write(f"请本人打开下面的链接设置密码，三天内有效：\n{reset_link(person)}")
