"""All of 0001_initial to 0008_likeness in one step, for a new site.

A site from before goes on by the migrations that this one replaces.
"""

import articles.text.richtext
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('submissions', '0001_initial'),
        ('submissions', '0002_units'),
        ('submissions', '0003_fill_units'),
        ('submissions', '0004_online_submission'),
        ('submissions', '0005_documents'),
        ('submissions', '0006_as_sent'),
        ('submissions', '0007_copy_order'),
        ('submissions', '0008_likeness'),
    ]

    dependencies = [
        ('articles', '0001_squashed_0019_home_places'),
        ('correspondents', '0001_squashed_0007_picture_focus'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DeclineReason',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=60, unique=True, verbose_name='原因')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='次序')),
            ],
            options={
                'verbose_name': '未采用原因',
                'verbose_name_plural': '未采用原因',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SubmissionRules',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveSmallIntegerField(unique=True, verbose_name='版本')),
                ('body', articles.text.richtext.RichTextField(verbose_name='正文')),
                ('in_force_since', models.DateTimeField(default=django.utils.timezone.now, verbose_name='生效时间')),
            ],
            options={
                'verbose_name': '投稿须知',
                'verbose_name_plural': '投稿须知',
                'ordering': ['-version'],
            },
        ),
        migrations.CreateModel(
            name='CallForPapers',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=60, unique=True, verbose_name='征文主题')),
                ('description', models.TextField(blank=True, help_text='一段一行。', max_length=2000, verbose_name='说明')),
                ('opens_on', models.DateField(blank=True, null=True, verbose_name='开始')),
                ('closes_on', models.DateField(help_text='当天仍可投稿。', verbose_name='截止')),
                ('is_visible', models.BooleanField(default=True, verbose_name='公开')),
                ('section', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='articles.section', verbose_name='投到栏目')),
            ],
            options={
                'verbose_name': '征文',
                'verbose_name_plural': '征文',
                'ordering': ['closes_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Manuscript',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state_changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='状态变更时间')),
                ('title', models.CharField(blank=True, max_length=200, verbose_name='标题')),
                ('subtitle', models.CharField(blank=True, max_length=200, verbose_name='副题')),
                ('body', articles.text.richtext.RichTextField(blank=True, verbose_name='正文')),
                ('event_date', models.DateField(blank=True, null=True, verbose_name='事件日期')),
                ('approver', models.CharField(blank=True, max_length=40, verbose_name='单位审核人')),
                ('publication', models.CharField(blank=True, choices=[('first', '首次发表，没有投给别处'), ('before', '已在别处发表，或同时投给别处')], max_length=8, verbose_name='首发情况')),
                ('published_where', models.CharField(blank=True, max_length=100, verbose_name='在哪里发表')),
                ('ai_use', models.CharField(blank=True, choices=[('none', '没有用人工智能生成内容'), ('parts', '部分内容由人工智能生成')], max_length=8, verbose_name='人工智能')),
                ('ai_note', models.CharField(blank=True, max_length=200, verbose_name='生成的部分')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='联系电话')),
                ('to_desk', models.CharField(blank=True, max_length=500, verbose_name='给编辑的话')),
                ('declared_at', models.DateTimeField(editable=False, null=True, verbose_name='声明时间')),
                ('sent_title', models.CharField(blank=True, editable=False, max_length=60, verbose_name='投出的标题')),
                ('likeness', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='与别稿相同')),
                ('state', models.CharField(choices=[('draft', '草稿'), ('submitted', '待处理'), ('claimed', '已认领'), ('returned', '退作者修改'), ('accepted', '已采用'), ('declined', '未采用'), ('retracted', '作者撤回')], default='draft', editable=False, max_length=12, verbose_name='状态')),
                ('due_at', models.DateTimeField(blank=True, null=True, verbose_name='处理期限')),
                ('priority', models.SmallIntegerField(choices=[(-1, '可缓'), (0, '普通'), (1, '优先'), (2, '加急')], default=0, verbose_name='轻重缓急')),
                ('released_at', models.DateTimeField(editable=False, null=True, verbose_name='超期放行')),
                ('remark', models.CharField(blank=True, editable=False, max_length=500, verbose_name='给作者的意见')),
                ('unit_confirmed_at', models.DateTimeField(editable=False, null=True, verbose_name='单位审核时间')),
                ('unit_confirmed_round', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('round_number', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='第几稿')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('form_key', models.UUIDField(editable=False, null=True, unique=True, verbose_name='表单编号')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='建稿时间')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='修改时间')),
                ('first_submitted_at', models.DateTimeField(editable=False, null=True, verbose_name='首次投稿')),
                ('submitted_at', models.DateTimeField(editable=False, null=True, verbose_name='投稿时间')),
                ('approval', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='correspondents.upload', verbose_name='审核单')),
                ('article', models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='manuscript', to='articles.article', verbose_name='文章')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='correspondents.correspondent', verbose_name='投稿人')),
                ('call', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='submissions.callforpapers', verbose_name='征文')),
                ('entered_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='代投人')),
                ('genre', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='articles.genre', verbose_name='体裁')),
                ('handler', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='处理人')),
                ('organisation', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='correspondents.organisation', verbose_name='投稿时单位')),
                ('section', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='articles.section', verbose_name='拟投栏目')),
                ('sent_section', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.section', verbose_name='投出的栏目')),
                ('unit_confirmed_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='单位审核人')),
                ('rules', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='submissions.submissionrules', verbose_name='声明的须知版本')),
            ],
            options={
                'verbose_name': '来稿',
                'verbose_name_plural': '来稿',
                'ordering': ['-updated_at'],
                'permissions': [('review_manuscript', '处理来稿'), ('assign_manuscript', '分派来稿'), ('enter_manuscript', '代投来稿')],
            },
        ),
        migrations.CreateModel(
            name='InternalNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('body', models.TextField(max_length=1000, verbose_name='内容')),
                ('written_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ('writer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='写的人')),
                ('manuscript', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='submissions.manuscript')),
            ],
            options={
                'verbose_name': '内部备注',
                'verbose_name_plural': '内部备注',
                'ordering': ['written_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('word', 'Word 稿'), ('attachment', '附件')], max_length=10, verbose_name='种类')),
                ('standing', models.CharField(choices=[('waiting', '正在读取'), ('ready', '已读出'), ('taken', '已采用为正文'), ('failed', '没有读出'), ('kept', '原样保存')], max_length=8, verbose_name='状态')),
                ('failure', models.CharField(blank=True, max_length=200, verbose_name='原因')),
                ('proposal', models.JSONField(default=dict, editable=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='上传时间')),
                ('upload', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='correspondents.upload', verbose_name='文件')),
                ('manuscript', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='documents', to='submissions.manuscript')),
            ],
            options={
                'verbose_name': '文件',
                'verbose_name_plural': '文件',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ManuscriptByline',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='次序')),
                ('role', models.CharField(choices=[('author', '作者'), ('correspondent', '通讯员'), ('special_correspondent', '特约通讯员'), ('special_reporter', '特约记者'), ('reporter', '记者'), ('photographer', '摄影'), ('text_photo', '文/图'), ('compiler', '整理'), ('contributor', '供稿')], default='correspondent', max_length=24, verbose_name='身份')),
                ('name', models.CharField(blank=True, max_length=40, verbose_name='姓名')),
                ('unit_text', models.CharField(blank=True, max_length=60, verbose_name='单位')),
                ('manuscript', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bylines', to='submissions.manuscript')),
            ],
            options={
                'verbose_name': '署名',
                'verbose_name_plural': '署名',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ManuscriptPicture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='次序')),
                ('caption', models.CharField(blank=True, max_length=200, verbose_name='图片说明')),
                ('photographer', models.CharField(blank=True, max_length=40, verbose_name='拍摄者')),
                ('manuscript', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pictures', to='submissions.manuscript')),
                ('upload', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='correspondents.upload', verbose_name='图片')),
            ],
            options={
                'verbose_name': '图片',
                'verbose_name_plural': '图片',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_desk', models.BooleanField(verbose_name='编辑部写的')),
                ('quote', models.CharField(blank=True, max_length=300, verbose_name='原文')),
                ('body', models.TextField(max_length=1000, verbose_name='内容')),
                ('round_number', models.PositiveSmallIntegerField(default=0, verbose_name='第几稿')),
                ('standing', models.CharField(blank=True, choices=[('', '留言'), ('open', '待修改'), ('changed', '作者已改'), ('settled', '已解决')], max_length=8, verbose_name='状态')),
                ('written_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ('read_at', models.DateTimeField(null=True, verbose_name='已读时间')),
                ('manuscript', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='submissions.manuscript')),
                ('writer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='写的人')),
            ],
            options={
                'verbose_name': '往来留言',
                'verbose_name_plural': '往来留言',
                'ordering': ['written_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='DraftCopy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('window', models.UUIDField()),
                ('title', models.CharField(blank=True, max_length=200, verbose_name='标题')),
                ('body', articles.text.richtext.RichTextField(blank=True, verbose_name='正文')),
                ('saved_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='保存时间')),
                ('manuscript', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='copies', to='submissions.manuscript')),
            ],
            options={
                'verbose_name': '另一份文字',
                'verbose_name_plural': '另一份文字',
                'ordering': ['-saved_at', '-pk'],
                'constraints': [models.UniqueConstraint(fields=('manuscript', 'window'), name='one_copy_per_window')],
            },
        ),
        migrations.CreateModel(
            name='AuthorRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('correction', '更正'), ('withdrawal', '撤稿'), ('name_off', '撤下署名')], max_length=12, verbose_name='事项')),
                ('body', models.TextField(max_length=1000, verbose_name='说明')),
                ('standing', models.CharField(choices=[('open', '待答复'), ('granted', '同意'), ('refused', '不同意')], default='open', editable=False, max_length=8, verbose_name='状态')),
                ('answer', models.TextField(blank=True, max_length=1000, verbose_name='答复')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='提出时间')),
                ('answered_at', models.DateTimeField(editable=False, null=True, verbose_name='答复时间')),
                ('answered_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='答复人')),
                ('manuscript', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='requests', to='submissions.manuscript')),
            ],
            options={
                'verbose_name': '作者申请',
                'verbose_name_plural': '作者申请',
                'ordering': ['-asked_at', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('standing', 'open')), fields=('manuscript', 'kind'), name='one_open_request_of_a_kind')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.SlugField(max_length=40, verbose_name='事项')),
                ('text', models.CharField(max_length=300, verbose_name='内容')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ('read_at', models.DateTimeField(null=True, verbose_name='已读时间')),
                ('manuscript', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='submissions.manuscript')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='correspondents.correspondent', verbose_name='通讯员')),
            ],
            options={
                'verbose_name': '站内通知',
                'verbose_name_plural': '站内通知',
                'ordering': ['-created_at', '-pk'],
                'indexes': [models.Index(fields=['person', '-created_at'], name='notice_of_person')],
            },
        ),
        migrations.CreateModel(
            name='Round',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='第几稿')),
                ('title', models.CharField(max_length=60, verbose_name='标题')),
                ('subtitle', models.CharField(blank=True, max_length=60, verbose_name='副题')),
                ('body', articles.text.richtext.RichTextField(verbose_name='正文')),
                ('content', models.JSONField(default=dict, editable=False)),
                ('sent_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='投稿时间')),
                ('manuscript', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rounds', to='submissions.manuscript')),
            ],
            options={
                'verbose_name': '轮次',
                'verbose_name_plural': '轮次',
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(fields=('manuscript', 'number'), name='one_round_per_number')],
            },
        ),
        migrations.AddIndex(
            model_name='manuscript',
            index=models.Index(fields=['state', 'submitted_at'], name='manuscript_queue'),
        ),
        migrations.AddIndex(
            model_name='manuscript',
            index=models.Index(fields=['author', '-updated_at'], name='manuscript_of_author'),
        ),
        migrations.AddIndex(
            model_name='manuscript',
            index=models.Index(fields=['organisation', '-first_submitted_at'], name='manuscript_of_unit'),
        ),
    ]
