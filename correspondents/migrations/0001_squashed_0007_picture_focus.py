"""All of 0001_initial to 0007_picture_focus in one step, for a new site.

A site from before goes on by the migrations that this one replaces.
"""

import correspondents.models.registry_import
import correspondents.models.upload
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('correspondents', '0001_initial'),
        ('correspondents', '0002_registry'),
        ('correspondents', '0003_fill_registry'),
        ('correspondents', '0004_registry_import'),
        ('correspondents', '0005_letters'),
        ('correspondents', '0006_longer_media_types'),
        ('correspondents', '0007_picture_focus'),
    ]

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Grade',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20, unique=True, verbose_name='等级')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='次序')),
            ],
            options={
                'verbose_name': '等级',
                'verbose_name_plural': '等级',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='LetterText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(editable=False, max_length=40, unique=True, verbose_name='代号')),
                ('subject', models.CharField(max_length=100, verbose_name='主题')),
                ('body', models.TextField(max_length=5000, verbose_name='正文')),
                ('is_sent', models.BooleanField(default=True, help_text='取消后不再寄这种信，站内通知照常。', verbose_name='寄出')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='修改时间')),
            ],
            options={
                'verbose_name': '信件文字',
                'verbose_name_plural': '信件文字',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='PrivacyNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveSmallIntegerField(unique=True, verbose_name='版本')),
                ('body', models.TextField(help_text='一段一行。', verbose_name='正文')),
                ('in_force_since', models.DateTimeField(default=django.utils.timezone.now, verbose_name='生效时间')),
            ],
            options={
                'verbose_name': '隐私说明（通讯员）',
                'verbose_name_plural': '隐私说明（通讯员）',
                'ordering': ['-version'],
            },
        ),
        migrations.CreateModel(
            name='Correspondent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state_changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='状态变更时间')),
                ('name', models.CharField(max_length=40, verbose_name='姓名')),
                ('usual_byline', models.CharField(blank=True, help_text='与姓名不同时填写，如笔名。', max_length=40, verbose_name='常用署名')),
                ('number', models.CharField(blank=True, max_length=20, null=True, unique=True, verbose_name='档案号')),
                ('motto', models.CharField(blank=True, max_length=80, verbose_name='个人简介')),
                ('strengths', models.CharField(blank=True, help_text='如：消息、通讯、新闻摄影。', max_length=60, verbose_name='擅长体裁')),
                ('mobile', models.CharField(blank=True, max_length=11, verbose_name='手机')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='邮箱')),
                ('recommending_unit', models.CharField(blank=True, max_length=60, verbose_name='推荐单位')),
                ('recommender', models.CharField(blank=True, max_length=40, verbose_name='推荐人')),
                ('unit_text', models.CharField(blank=True, help_text='本人填写、还没有核定的单位。', max_length=60, verbose_name='自报单位')),
                ('unit_since', models.DateField(blank=True, null=True, verbose_name='自报调入日期')),
                ('since', models.DateField(blank=True, null=True, verbose_name='入册日期')),
                ('term_from', models.DateField(blank=True, null=True, verbose_name='聘期自')),
                ('term_to', models.DateField(blank=True, db_index=True, null=True, verbose_name='聘期至')),
                ('certificate_number', models.CharField(blank=True, max_length=30, verbose_name='聘书编号')),
                ('notes', models.TextField(blank=True, help_text='编辑部内部使用；本人有权查阅自己的资料，请据实填写。', verbose_name='备注')),
                ('public_consent_at', models.DateTimeField(editable=False, null=True, verbose_name='同意公开档案的时间')),
                ('photo_consent_at', models.DateTimeField(editable=False, null=True, verbose_name='同意公开照片的时间')),
                ('state', models.CharField(choices=[('pending', '待审核'), ('engaged', '已聘任'), ('suspended', '暂停'), ('expired', '已到期'), ('dismissed', '已解聘'), ('closed', '已注销')], default='pending', editable=False, max_length=12, verbose_name='状态')),
                ('department', models.CharField(blank=True, editable=False, max_length=40, verbose_name='部门')),
                ('post', models.CharField(blank=True, editable=False, max_length=40, verbose_name='职务')),
                ('sign_in_mobile', models.CharField(editable=False, max_length=11, null=True, unique=True, verbose_name='登录手机号')),
                ('name_key', models.CharField(db_index=True, default='', editable=False, max_length=40)),
                ('spelling', models.CharField(default='', editable=False, max_length=200)),
                ('initial', models.CharField(default='', editable=False, max_length=1)),
                ('reminded_for', models.DateField(editable=False, null=True)),
                ('claim_digest', models.CharField(editable=False, max_length=64, null=True, unique=True)),
                ('claim_until', models.DateTimeField(editable=False, null=True)),
                ('erased_at', models.DateTimeField(editable=False, null=True, verbose_name='个人资料清除时间')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='登记时间')),
                ('merged_into', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='correspondents.correspondent', verbose_name='已并入')),
                ('user', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='correspondent', to=settings.AUTH_USER_MODEL, verbose_name='账号')),
                ('grade', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='correspondents.grade', verbose_name='等级')),
            ],
            options={
                'verbose_name': '通讯员',
                'verbose_name_plural': '通讯员',
                'ordering': ['spelling', 'pk'],
                'permissions': [('manage_correspondent', '审核和管理通讯员'), ('view_contact', '查看通讯员完整联系方式')],
            },
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=40, verbose_name='种类')),
                ('mailbox', models.EmailField(max_length=254, verbose_name='邮箱')),
                ('subject', models.CharField(max_length=200, verbose_name='主题')),
                ('body', models.TextField(verbose_name='正文')),
                ('about', models.CharField(blank=True, max_length=80, verbose_name='事由')),
                ('standing', models.CharField(choices=[('waiting', '待寄'), ('sent', '已寄出'), ('failed', '没有寄出')], db_index=True, default='waiting', max_length=8, verbose_name='状态')),
                ('failure', models.CharField(blank=True, max_length=200, verbose_name='原因')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='寄送次数')),
                ('created_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='写信时间')),
                ('sent_at', models.DateTimeField(null=True, verbose_name='寄出时间')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='correspondents.correspondent', verbose_name='通讯员')),
            ],
            options={
                'verbose_name': '寄出的信',
                'verbose_name_plural': '寄出的信',
                'ordering': ['-created_at', '-pk'],
                'permissions': [('resend_letter', '重寄信件')],
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='全称')),
                ('short_name', models.CharField(blank=True, max_length=30, verbose_name='简称')),
                ('region', models.CharField(blank=True, db_index=True, max_length=30, verbose_name='地区')),
                ('path', models.CharField(db_index=True, default='', editable=False, max_length=120)),
                ('name_key', models.CharField(db_index=True, default='', editable=False, max_length=60)),
                ('short_key', models.CharField(db_index=True, default='', editable=False, max_length=30)),
                ('merged_into', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='correspondents.organisation', verbose_name='已并入')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='correspondents.organisation', verbose_name='上级单位')),
            ],
            options={
                'verbose_name': '单位',
                'verbose_name_plural': '单位',
                'ordering': ['path', 'name'],
                'permissions': [('merge_organisation', '合并单位')],
            },
        ),
        migrations.AddField(
            model_name='correspondent',
            name='organisation',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='correspondents.organisation', verbose_name='单位'),
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('privacy', '隐私说明'), ('profile', '公开个人档案'), ('photo', '公开照片')], max_length=8, verbose_name='事项')),
                ('given_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='同意时间')),
                ('address', models.GenericIPAddressField(null=True, verbose_name='网络地址')),
                ('withdrawn_at', models.DateTimeField(null=True, verbose_name='撤回时间')),
                ('correspondent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='correspondents.correspondent', verbose_name='通讯员')),
                ('notice', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='correspondents.privacynotice', verbose_name='隐私说明版本')),
            ],
            options={
                'verbose_name': '同意记录',
                'verbose_name_plural': '同意记录',
                'ordering': ['-given_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='RegistryImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.FileField(max_length=120, upload_to=correspondents.models.registry_import.import_path, verbose_name='文件')),
                ('file_name', models.CharField(max_length=150, verbose_name='文件名')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='上传时间')),
                ('state', models.CharField(choices=[('preview', '待确认'), ('running', '导入中'), ('done', '已完成'), ('dropped', '已放弃')], default='preview', max_length=8, verbose_name='状态')),
                ('total', models.PositiveIntegerField(default=0, verbose_name='行数')),
                ('done', models.PositiveIntegerField(default=0, verbose_name='已处理')),
                ('ignored', models.JSONField(default=list, verbose_name='没有用到的列')),
                ('report', models.JSONField(default=list)),
                ('uploaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='上传人')),
            ],
            options={
                'verbose_name': '档案导入',
                'verbose_name_plural': '档案导入',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(default=correspondents.models.upload.new_key, editable=False, max_length=30, unique=True)),
                ('original', models.FileField(max_length=120, upload_to=correspondents.models.upload.original_path, verbose_name='原图')),
                ('original_name', models.CharField(blank=True, max_length=150, verbose_name='文件名')),
                ('bytes', models.PositiveIntegerField(verbose_name='字节数')),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('content_type', models.CharField(max_length=80)),
                ('ending', models.CharField(max_length=5)),
                ('width', models.PositiveIntegerField(default=0, verbose_name='宽')),
                ('height', models.PositiveIntegerField(default=0, verbose_name='高')),
                ('looks', models.CharField(blank=True, editable=False, max_length=16)),
                ('cut', models.JSONField(editable=False, null=True)),
                ('focus_x', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='焦点横向')),
                ('focus_y', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='焦点纵向')),
                ('state', models.CharField(choices=[('waiting', '正在处理'), ('ready', '可用'), ('failed', '无法处理')], default='waiting', max_length=8, verbose_name='状态')),
                ('failure', models.CharField(blank=True, max_length=200, verbose_name='原因')),
                ('renditions', models.JSONField(default=list, editable=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='上传时间')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '上传的图片',
                'verbose_name_plural': '上传的图片',
                'ordering': ['-pk'],
            },
        ),
        migrations.AddField(
            model_name='correspondent',
            name='letter',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='correspondents.upload', verbose_name='推荐函'),
        ),
        migrations.AddField(
            model_name='correspondent',
            name='photo',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='correspondents.upload', verbose_name='照片'),
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('department', models.CharField(blank=True, max_length=40, verbose_name='部门')),
                ('post', models.CharField(blank=True, max_length=40, verbose_name='职务')),
                ('since', models.DateField(blank=True, help_text='不填：从一开始。', null=True, verbose_name='从')),
                ('until', models.DateField(blank=True, help_text='不填：至今。当天仍属这个单位。', null=True, verbose_name='到')),
                ('correspondent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='correspondents.correspondent', verbose_name='通讯员')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='correspondents.organisation', verbose_name='单位')),
            ],
            options={
                'verbose_name': '单位经历',
                'verbose_name_plural': '单位经历',
                'ordering': [models.OrderBy(models.F('since'), nulls_first=True), 'pk'],
                'indexes': [models.Index(fields=['organisation', 'since'], name='members_of_unit')],
                'constraints': [models.CheckConstraint(condition=models.Q(('since__isnull', True), ('until__isnull', True), ('until__gte', models.F('since')), _connector='OR'), name='membership_ends_after_its_start', violation_error_message='结束日期不能早于开始日期。'), models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('correspondent',), name='one_present_unit_per_person', violation_error_message='一个人同时只能有一个“至今”的单位。')],
            },
        ),
        migrations.CreateModel(
            name='Liaison',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('granted_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='授权时间')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='结束时间')),
                ('correspondent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='liaisons', to='correspondents.correspondent', verbose_name='负责人')),
                ('granted_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='授权人')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='liaisons', to='correspondents.organisation', verbose_name='单位')),
            ],
            options={
                'verbose_name': '单位通联负责人',
                'verbose_name_plural': '单位通联负责人',
                'ordering': ['organisation__path', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('organisation', 'correspondent'), name='one_charge_per_unit_and_person', violation_error_message='这个人已经是这个单位的通联负责人。')],
            },
        ),
        migrations.CreateModel(
            name='OrganisationAlias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=60, verbose_name='别名')),
                ('key', models.CharField(db_index=True, default='', editable=False, max_length=60)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='correspondents.organisation', verbose_name='单位')),
            ],
            options={
                'verbose_name': '别名',
                'verbose_name_plural': '别名',
                'ordering': ['text'],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'key'), name='one_alias_per_unit', violation_error_message='这个别名已经有了。')],
            },
        ),
        migrations.AddIndex(
            model_name='correspondent',
            index=models.Index(fields=['state', 'spelling'], name='people_by_state'),
        ),
        migrations.AddIndex(
            model_name='correspondent',
            index=models.Index(fields=['organisation', 'state'], name='people_of_unit'),
        ),
    ]
