"""All of 0001_initial to 0019_home_places in one step, for a new site.

A site from before goes on by the migrations that this one replaces.
"""

import articles.text.richtext
import django.db.models.deletion
import django.utils.timezone
import taggit.managers
from django.conf import settings
from django.db import migrations, models

from articles.indexes import near_duplicates
from articles.search.engines import engine


def make_engines(apps, schema_editor):
    """Put the engine of the database beside both tables, and the table of pieces."""
    for table in ("articles_publicentry", "articles_deskentry"):
        engine(schema_editor.connection.vendor).create(table)
    near_duplicates.create()


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('articles', '0001_initial'),
        ('articles', '0002_claims'),
        ('articles', '0003_unit_approval'),
        ('articles', '0004_calls_and_lengths'),
        ('articles', '0005_search'),
        ('articles', '0006_hot_words'),
        ('articles', '0007_likeness'),
        ('articles', '0008_related'),
        ('articles', '0009_expiry_and_barred'),
        ('articles', '0010_working_copies'),
        ('articles', '0011_wording'),
        ('articles', '0012_override'),
        ('articles', '0013_placements'),
        ('articles', '0014_desk_people'),
        ('articles', '0015_library'),
        ('articles', '0016_fill_library'),
        ('articles', '0017_figures'),
        ('articles', '0018_layouts'),
        ('articles', '0019_home_places'),
    ]

    dependencies = [
        ('correspondents', '0001_squashed_0007_picture_focus'),
        ('taggit', '0006_rename_taggeditem_content_type_object_id_taggit_tagg_content_8fc721_idx'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveBigIntegerField(default=0, verbose_name='版次')),
            ],
            options={
                'verbose_name': '版次',
                'verbose_name_plural': '版次',
            },
        ),
        migrations.CreateModel(
            name='Genre',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20, unique=True, verbose_name='体裁')),
                ('longest', models.PositiveIntegerField(blank=True, help_text='一般不超过多少字，只作提示；诗词按行数。', null=True, verbose_name='篇幅')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='次序')),
            ],
            options={
                'verbose_name': '体裁',
                'verbose_name_plural': '体裁',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='HotWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=20, unique=True, verbose_name='热词')),
                ('is_visible', models.BooleanField(default=True, verbose_name='显示')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='次序')),
            ],
            options={
                'verbose_name': '搜索热词',
                'verbose_name_plural': '搜索热词',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='PromotedResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(help_text='搜索的正好是其中一个词时出现，用逗号或顿号隔开。', max_length=200, verbose_name='搜索词')),
                ('title', models.CharField(max_length=60, verbose_name='标题')),
                ('address', models.CharField(help_text='如 /zonglan/ 或完整网址。', max_length=300, verbose_name='地址')),
                ('note', models.CharField(blank=True, max_length=100, verbose_name='一句话说明')),
                ('until', models.DateField(blank=True, help_text='当天仍出现；不填则一直出现。', null=True, verbose_name='截止')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='次序')),
            ],
            options={
                'verbose_name': '推荐结果',
                'verbose_name_plural': '推荐结果',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=60, verbose_name='连载名')),
                ('slug', models.SlugField(help_text='用拼音。', max_length=60, unique=True, verbose_name='地址')),
                ('author', models.CharField(blank=True, max_length=60, verbose_name='作者')),
                ('lead', models.CharField(blank=True, max_length=200, verbose_name='简介')),
                ('is_finished', models.BooleanField(default=False, verbose_name='已完结')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='次序')),
            ],
            options={
                'verbose_name': '连载',
                'verbose_name_plural': '连载',
                'ordering': ['position', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Article',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state_changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='状态变更时间')),
                ('layout', models.CharField(blank=True, choices=[('standard', '标准'), ('verse', '诗词'), ('gallery', '图集'), ('interview', '访谈'), ('accident', '事故快报'), ('vendor', '厂商信息')], help_text='不选则用栏目的版式。事故、厂商、访谈各有一栏资料，保存后在下面填写。', max_length=10, verbose_name='版式')),
                ('chapter', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='第几章')),
                ('kicker', models.CharField(blank=True, max_length=60, verbose_name='引题')),
                ('title', models.CharField(max_length=60, verbose_name='标题')),
                ('subtitle', models.CharField(blank=True, help_text='不用写前面的破折号。', max_length=60, verbose_name='副题')),
                ('summary', models.CharField(blank=True, max_length=300, verbose_name='摘要')),
                ('body', articles.text.richtext.RichTextField(blank=True, verbose_name='正文')),
                ('excerpt', models.CharField(blank=True, editable=False, max_length=160)),
                ('byline_text', models.CharField(blank=True, help_text='填写后代替下面的署名行。', max_length=120, verbose_name='署名整行改写')),
                ('origin', models.CharField(choices=[('original', '原创'), ('reprint', '转载'), ('compiled', '综合')], default='original', max_length=8, verbose_name='来源性质')),
                ('source', models.CharField(blank=True, max_length=60, verbose_name='来源')),
                ('source_url', models.URLField(blank=True, max_length=500, verbose_name='原文地址')),
                ('original_title', models.CharField(blank=True, max_length=120, verbose_name='原标题')),
                ('original_author', models.CharField(blank=True, max_length=60, verbose_name='原作者')),
                ('provenance', models.CharField(choices=[('desk', '编辑部'), ('manuscript', '来稿'), ('legacy', '旧站导入'), ('demo', '演示内容')], default='desk', editable=False, max_length=10, verbose_name='来路')),
                ('editor_name', models.CharField(blank=True, help_text='印在文章末尾，如：肖平。', max_length=40, verbose_name='编辑署名')),
                ('state', models.CharField(choices=[('first_reading', '待初审'), ('second_reading', '待复审'), ('final_reading', '待终审'), ('signed', '已签发'), ('published', '已发布'), ('withdrawn', '已撤稿'), ('discarded', '回收站')], default='first_reading', editable=False, max_length=16, verbose_name='状态')),
                ('revision', models.PositiveIntegerField(default=0, editable=False, verbose_name='修订号')),
                ('first_published_at', models.DateTimeField(editable=False, null=True, verbose_name='首次发布')),
                ('changed_at', models.DateTimeField(editable=False, null=True, verbose_name='更新时间')),
                ('published_at', models.DateTimeField(editable=False, null=True, verbose_name='发布时间')),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='到期下线')),
                ('legacy_id', models.PositiveIntegerField(editable=False, null=True, unique=True, verbose_name='旧站编号')),
                ('import_key', models.CharField(editable=False, max_length=64, null=True, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='建稿时间')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='修改时间')),
                ('copy_of', models.OneToOneField(editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='working_copy', to='articles.article', verbose_name='原文')),
                ('created_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='建稿人')),
                ('responsible_editor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='责任编辑')),
                ('tags', taggit.managers.TaggableManager(blank=True, help_text='用逗号或顿号隔开。', through='taggit.TaggedItem', to='taggit.Tag', verbose_name='关键词')),
                ('genre', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='articles.genre', verbose_name='体裁')),
            ],
            options={
                'verbose_name': '文章',
                'verbose_name_plural': '文章',
                'ordering': ['-published_at', '-pk'],
                'permissions': [('sign_first', '签初审'), ('sign_second', '签复审'), ('sign_final', '签终审'), ('publish_article', '发布'), ('withdraw_article', '撤稿'), ('discard_article', '放入回收站'), ('override_separation', '破例签署两个审级')],
            },
        ),
        migrations.CreateModel(
            name='AccidentFacts',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('happened_on', models.DateField(blank=True, null=True, verbose_name='发生日期')),
                ('happened_at', models.TimeField(blank=True, help_text='通报没有写几点几分的，不填。', null=True, verbose_name='发生时刻')),
                ('place', models.CharField(blank=True, help_text='省、市、县（区）。', max_length=60, verbose_name='地点')),
                ('unit', models.CharField(blank=True, max_length=60, verbose_name='发生单位')),
                ('kind', models.CharField(blank=True, choices=[('roof', '顶板'), ('gas', '瓦斯'), ('machine', '机电'), ('transport', '运输'), ('blasting', '爆破'), ('water', '水害'), ('fire', '火灾'), ('other', '其他')], max_length=10, verbose_name='事故类别')),
                ('grade', models.CharField(blank=True, choices=[('ordinary', '一般事故'), ('larger', '较大事故'), ('major', '重大事故'), ('grave', '特别重大事故')], help_text='不选则按死亡人数推定（国务院令第493号第三条）；重伤人数、直接损失另有规定的，以通报为准选定。', max_length=10, verbose_name='事故等级')),
                ('dead', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='死亡人数')),
                ('missing', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='失联人数')),
                ('injured', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='受伤人数')),
                ('as_of', models.DateTimeField(blank=True, help_text='写了人数就要写截至什么时候。', null=True, verbose_name='数据截至')),
                ('source', models.CharField(blank=True, help_text='只用官方通报，不用本网和通讯员自己的数字。', max_length=60, verbose_name='通报单位')),
                ('standing', models.CharField(blank=True, choices=[('rescue', '救援处置中'), ('ended', '处置结束，调查中'), ('reported', '已公布调查报告')], max_length=10, verbose_name='进展')),
                ('article', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='accident', to='articles.article')),
                ('follows', models.ForeignKey(blank=True, help_text='同一起事故的前一篇报道；页面据此列出全部报道。', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='articles.article', verbose_name='上一篇快报')),
            ],
            options={
                'verbose_name': '事故要素',
                'verbose_name_plural': '事故要素',
            },
        ),
        migrations.CreateModel(
            name='ArticleImage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='次序')),
                ('alt', models.CharField(blank=True, help_text='给看不见图片的读者，说明画面内容。', max_length=120, verbose_name='替代文字')),
                ('caption', models.CharField(blank=True, max_length=200, verbose_name='图片说明')),
                ('photographer', models.CharField(blank=True, max_length=40, verbose_name='拍摄者')),
                ('is_decorative', models.BooleanField(default=False, help_text='画面不说明事情的，不用写替代文字。', verbose_name='仅作装饰')),
                ('work_title', models.CharField(blank=True, help_text='不用写书名号。', max_length=60, verbose_name='作品名')),
                ('work_author', models.CharField(blank=True, max_length=40, verbose_name='作品作者')),
                ('medium', models.CharField(blank=True, help_text='如：国画，纸本设色；书法，行书。', max_length=40, verbose_name='类别')),
                ('size', models.CharField(blank=True, help_text='如：138 厘米×69 厘米。', max_length=40, verbose_name='尺寸')),
                ('year', models.CharField(blank=True, max_length=20, verbose_name='年代')),
                ('place', models.CharField(blank=True, max_length=60, verbose_name='拍摄地点')),
                ('taken_on', models.DateField(blank=True, null=True, verbose_name='拍摄日期')),
                ('is_portrait', models.BooleanField(default=False, help_text='访谈用：印在开头的受访人栏里。', verbose_name='受访人肖像')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='images', to='articles.article')),
                ('upload', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='correspondents.upload', verbose_name='图片')),
            ],
            options={
                'verbose_name': '图片',
                'verbose_name_plural': '图片',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Byline',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='次序')),
                ('role', models.CharField(choices=[('author', '作者'), ('correspondent', '通讯员'), ('special_correspondent', '特约通讯员'), ('special_reporter', '特约记者'), ('reporter', '记者'), ('photographer', '摄影'), ('text_photo', '文/图'), ('compiler', '整理'), ('contributor', '供稿')], default='author', max_length=24, verbose_name='身份')),
                ('name', models.CharField(blank=True, max_length=40, verbose_name='姓名')),
                ('unit_text', models.CharField(blank=True, help_text='按见报当日的写法，以后不随单位改名。', max_length=60, verbose_name='单位')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bylines', to='articles.article')),
                ('correspondent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='correspondents.correspondent', verbose_name='通讯员档案')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='correspondents.organisation', verbose_name='单位档案')),
            ],
            options={
                'verbose_name': '署名',
                'verbose_name_plural': '署名',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='BylineClaim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state_changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='状态变更时间')),
                ('remark', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('answer', models.CharField(blank=True, editable=False, max_length=500, verbose_name='编辑意见')),
                ('state', models.CharField(choices=[('waiting', '待核定'), ('settled', '已认定'), ('refused', '未认定'), ('retracted', '已收回')], default='waiting', editable=False, max_length=10, verbose_name='状态')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='提出时间')),
                ('byline', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='claims', to='articles.byline', verbose_name='署名')),
                ('correspondent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='correspondents.correspondent', verbose_name='认领人')),
            ],
            options={
                'verbose_name': '署名认领',
                'verbose_name_plural': '署名认领',
                'ordering': ['-created_at', '-pk'],
                'permissions': [('settle_claim', '核定署名认领')],
            },
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(help_text='写明错在哪里、应为什么；印在文章末尾，并列入更正页，日期自动加。', max_length=300, verbose_name='更正说明')),
                ('shown_at', models.DateTimeField(editable=False, null=True, verbose_name='刊出时间')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='corrections', to='articles.article')),
                ('copied_from', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.correction')),
            ],
            options={
                'verbose_name': '更正',
                'verbose_name_plural': '更正',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='DeskDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opened_revision', models.PositiveIntegerField(default=0)),
                ('data', models.JSONField(default=dict)),
                ('saved_at', models.DateTimeField(null=True)),
                ('seen_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('article', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='articles.article')),
                ('taken_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='desk_drafts', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '没有保存的改动',
                'verbose_name_plural': '没有保存的改动',
            },
        ),
        migrations.CreateModel(
            name='DeskEntry',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('kind', models.PositiveSmallIntegerField(choices=[(1, '文章'), (2, '来稿')])),
                ('object_id', models.BigIntegerField()),
                ('section_id', models.BigIntegerField(null=True)),
                ('at', models.DateTimeField()),
                ('version', models.PositiveSmallIntegerField()),
                ('title_key', models.BigIntegerField()),
                ('text_key', models.BigIntegerField()),
                ('keys', models.TextField()),
                ('title', models.TextField()),
                ('meta', models.TextField()),
                ('body', models.TextField()),
            ],
            options={
                'verbose_name': '编辑部检索',
                'verbose_name_plural': '编辑部检索',
                'indexes': [models.Index(fields=['title_key'], name='desk_entry_title'), models.Index(fields=['text_key'], name='desk_entry_text')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'object_id'), name='desk_entry_once')],
            },
        ),
        migrations.CreateModel(
            name='DeskPerson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('signing_name', models.CharField(blank=True, help_text='笔名；不填则用真实姓名。', max_length=20, verbose_name='署名')),
                ('away_from', models.DateField(blank=True, null=True, verbose_name='不在，从')),
                ('away_until', models.DateField(blank=True, help_text='当天还不在。', null=True, verbose_name='到')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='desk_person', to=settings.AUTH_USER_MODEL, verbose_name='账号')),
            ],
            options={
                'verbose_name': '编辑档案',
                'verbose_name_plural': '编辑档案',
                'ordering': ['user__last_name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ErrorReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state_changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='状态变更时间')),
                ('kind', models.CharField(choices=[('fact', '事实有误'), ('byline', '署名有误'), ('wording', '文字差错'), ('rights', '侵权或隐私'), ('other', '其他')], max_length=8, verbose_name='问题')),
                ('text', models.TextField(max_length=1000, verbose_name='说明')),
                ('contact', models.CharField(blank=True, max_length=100, verbose_name='联系方式')),
                ('state', models.CharField(choices=[('open', '待处理'), ('settled', '已处理'), ('rejected', '不成立')], default='open', editable=False, max_length=8, verbose_name='状态')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='提出时间')),
                ('answer', models.CharField(blank=True, editable=False, max_length=500, verbose_name='处理意见')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='error_reports', to='articles.article', verbose_name='文章')),
                ('settled_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='处理人')),
            ],
            options={
                'verbose_name': '读者纠错',
                'verbose_name_plural': '读者纠错',
                'ordering': ['-made_at', '-pk'],
                'permissions': [('settle_errorreport', '处理读者纠错')],
            },
        ),
        migrations.CreateModel(
            name='HintDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=24)),
                ('rule', models.CharField(max_length=4, verbose_name='规则')),
                ('found', models.CharField(max_length=200, verbose_name='原文')),
                ('suggest', models.CharField(blank=True, max_length=200, verbose_name='建议')),
                ('is_accepted', models.BooleanField(verbose_name='采纳')),
                ('decided_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='articles.article')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '校对提示的处理',
                'verbose_name_plural': '校对提示的处理',
                'ordering': ['-decided_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='InterviewInfo',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, help_text='正文里以“姓名：”起头的段落，排成回答。', max_length=40, verbose_name='受访人')),
                ('post', models.CharField(blank=True, max_length=40, verbose_name='职务')),
                ('unit', models.CharField(blank=True, max_length=60, verbose_name='单位')),
                ('about', models.CharField(blank=True, max_length=160, verbose_name='简介')),
                ('article', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='interview', to='articles.article')),
            ],
            options={
                'verbose_name': '受访人',
                'verbose_name_plural': '受访人',
            },
        ),
        migrations.CreateModel(
            name='LibraryPicture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('caption', models.CharField(blank=True, max_length=200, verbose_name='图片说明')),
                ('photographer', models.CharField(blank=True, max_length=40, verbose_name='拍摄者')),
                ('alt', models.CharField(blank=True, help_text='给看不见图片的读者，说明画面内容。', max_length=120, verbose_name='替代文字')),
                ('people', models.CharField(blank=True, help_text='用顿号隔开，供检索，不公开。', max_length=120, verbose_name='画面人物')),
                ('day', models.DateField(db_index=True, default=django.utils.timezone.localdate, verbose_name='日期')),
                ('cropped_from', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='crops', to='articles.librarypicture', verbose_name='裁剪自')),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to='correspondents.organisation', verbose_name='单位')),
                ('upload', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='library', to='correspondents.upload', verbose_name='图片')),
            ],
            options={
                'verbose_name': '图库图片',
                'verbose_name_plural': '图库',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='LikenessConfirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.PositiveSmallIntegerField()),
                ('object_id', models.BigIntegerField()),
                ('title', models.CharField(max_length=200, verbose_name='另一篇')),
                ('percent', models.PositiveSmallIntegerField(verbose_name='相同的比例')),
                ('remark', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('confirmed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='核对时间')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='confirmations', to='articles.article')),
                ('confirmed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='核对人')),
            ],
            options={
                'verbose_name': '重复核对',
                'verbose_name_plural': '重复核对',
                'ordering': ['-confirmed_at'],
            },
        ),
        migrations.CreateModel(
            name='Placement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('headline', '头条'), ('news', '要闻'), ('slide', '焦点图'), ('card', '图片新闻'), ('top', '栏目置顶'), ('notice', '公告'), ('strip', '影像'), ('essay', '副刊文章'), ('verse', '副刊诗词')], help_text='“栏目置顶”的文章也排在首页这个栏目的第一条；没有人排的位置，由各栏目最新的文章补上。', max_length=8, verbose_name='位置')),
                ('title', models.CharField(blank=True, help_text='不填则用文章的标题。', max_length=30, verbose_name='短标题')),
                ('crop', models.CharField(blank=True, choices=[('', '按图片的焦点'), ('t', '上部'), ('b', '下部'), ('l', '左侧'), ('r', '右侧')], help_text='焦点图按版面裁剪时，保留哪一部分。', max_length=1, verbose_name='图片裁剪')),
                ('position', models.PositiveSmallIntegerField(default=0, help_text='小的在前。', verbose_name='次序')),
                ('since', models.DateTimeField(blank=True, help_text='不填则立即。', null=True, verbose_name='开始')),
                ('until', models.DateTimeField(blank=True, help_text='到时自己撤下。', null=True, verbose_name='结束')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='placements', to='articles.article', verbose_name='文章')),
            ],
            options={
                'verbose_name': '版面',
                'verbose_name_plural': '版面',
                'ordering': ['kind', 'position', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='PublicEntry',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('kind', models.PositiveSmallIntegerField(choices=[(1, '文章'), (2, '来稿')])),
                ('object_id', models.BigIntegerField()),
                ('section_id', models.BigIntegerField(null=True)),
                ('at', models.DateTimeField()),
                ('version', models.PositiveSmallIntegerField()),
                ('title_key', models.BigIntegerField()),
                ('text_key', models.BigIntegerField()),
                ('keys', models.TextField()),
                ('title', models.TextField()),
                ('meta', models.TextField()),
                ('body', models.TextField()),
            ],
            options={
                'verbose_name': '公开检索',
                'verbose_name_plural': '公开检索',
                'indexes': [models.Index(fields=['title_key'], name='public_entry_title'), models.Index(fields=['text_key'], name='public_entry_text')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'object_id'), name='public_entry_once')],
            },
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(choices=[('first_reading', '初审'), ('second_reading', '复审'), ('final_reading', '终审')], max_length=16, verbose_name='审级')),
                ('signed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='签署时间')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='意见')),
                ('fingerprint', models.CharField(max_length=64, verbose_name='内容指纹')),
                ('is_override', models.BooleanField(default=False, verbose_name='破例')),
                ('report', models.JSONField(default=dict, verbose_name='校对提示')),
                ('revoked_at', models.DateTimeField(null=True, verbose_name='作废时间')),
                ('replaced_at', models.DateTimeField(null=True, verbose_name='由新版本接替')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='readings', to='articles.article')),
                ('copied_from', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.reading')),
                ('signed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readings', to=settings.AUTH_USER_MODEL, verbose_name='签署人')),
            ],
            options={
                'verbose_name': '审读',
                'verbose_name_plural': '审读',
                'ordering': ['signed_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='RelatedArticle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_chosen', models.BooleanField(default=True, editable=False, verbose_name='编辑选定')),
                ('is_barred', models.BooleanField(default=False, help_text='自动选出而不合适的，勾选后不再出现。', verbose_name='不要显示')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='次序')),
                ('score', models.FloatField(default=0, editable=False)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='related', to='articles.article', verbose_name='文章')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.article', verbose_name='相关文章')),
            ],
            options={
                'verbose_name': '相关阅读',
                'verbose_name_plural': '相关阅读',
                'ordering': ['-is_chosen', 'position', '-score', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(null=True, verbose_name='修订号')),
                ('kind', models.CharField(choices=[('saved', '保存'), ('base', '开始修改时的文字'), ('round', '作者的新稿'), ('restored', '恢复'), ('aside', '没有存入的文字'), ('dropped', '放弃的修改稿')], default='saved', max_length=8, verbose_name='由来')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('published_at', models.DateTimeField(null=True, verbose_name='刊出时间')),
                ('content', models.JSONField(verbose_name='内容')),
                ('fingerprint', models.CharField(max_length=64)),
                ('is_proof_correction', models.BooleanField(default=False, verbose_name='校对性修改')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='articles.article')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '修订',
                'verbose_name_plural': '修订',
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Section',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20, unique=True, verbose_name='栏目名')),
                ('full_name', models.CharField(blank=True, help_text='印在文章页，不填则用栏目名。', max_length=40, verbose_name='全名')),
                ('slug', models.SlugField(help_text='用拼音；改名后旧地址永久转到新地址。', max_length=40, unique=True, verbose_name='地址')),
                ('code', models.SlugField(editable=False, max_length=40, null=True, unique=True, verbose_name='代码')),
                ('description', models.CharField(blank=True, max_length=80, verbose_name='一句话介绍')),
                ('layout', models.CharField(choices=[('standard', '标准'), ('verse', '诗词'), ('gallery', '图集'), ('interview', '访谈'), ('accident', '事故快报'), ('vendor', '厂商信息')], default='standard', max_length=10, verbose_name='版式')),
                ('stages', models.PositiveSmallIntegerField(choices=[(2, '两审（初审、终审）'), (3, '三审（初审、复审、终审）')], default=3, verbose_name='审级')),
                ('author_in_title', models.BooleanField(default=False, help_text='如“苏有才：刍议……”，文艺和论文栏目用。', verbose_name='标题前加作者')),
                ('accepts_submissions', models.BooleanField(default=True, verbose_name='接受投稿')),
                ('opens_on', models.DateField(blank=True, help_text='不填则一直收稿。', null=True, verbose_name='开始收稿')),
                ('closes_on', models.DateField(blank=True, help_text='当天仍可投稿。', null=True, verbose_name='截止收稿')),
                ('needs_unit_approval', models.BooleanField(default=False, help_text='投给这个栏目的稿件，由作者单位的通联负责人在网上确认“经本单位审核”。', verbose_name='须经单位审核')),
                ('is_visible', models.BooleanField(default=True, verbose_name='对读者可见')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='次序')),
                ('genre', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='articles.genre', verbose_name='默认体裁')),
            ],
            options={
                'verbose_name': '栏目',
                'verbose_name_plural': '栏目',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='FormerSlug',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=40, unique=True)),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_slugs', to='articles.section')),
            ],
            options={
                'verbose_name': '旧地址',
                'verbose_name_plural': '旧地址',
            },
        ),
        migrations.CreateModel(
            name='DeskAssignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='desk_assignments', to=settings.AUTH_USER_MODEL, verbose_name='编辑')),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='articles.section', verbose_name='栏目')),
            ],
            options={
                'verbose_name': '栏目分工',
                'verbose_name_plural': '栏目分工',
            },
        ),
        migrations.CreateModel(
            name='DayCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(db_index=True, verbose_name='日期')),
                ('year', models.PositiveSmallIntegerField(verbose_name='年')),
                ('month', models.PositiveSmallIntegerField(verbose_name='月')),
                ('number', models.PositiveIntegerField(default=0, verbose_name='篇数')),
                ('section', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.section', verbose_name='栏目')),
            ],
            options={
                'verbose_name': '每日篇数',
                'verbose_name_plural': '每日篇数',
            },
        ),
        migrations.CreateModel(
            name='ChecklistRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.CharField(choices=[('title', '标题不过长'), ('source', '转载写明来源'), ('author', '转载写明原作者、原标题'), ('byline', '有署名'), ('caption', '图片有说明和拍摄者'), ('alt', '图片有替代文字，或注明仅作装饰'), ('tags', '有关键词'), ('alike', '重复稿件已核对'), ('wording', '校对提示里的错误已处理'), ('official', '事故写明官方通报单位'), ('facts', '事故要素齐全'), ('vendor', '厂商信息写明广告主和联系方式'), ('expiry', '厂商信息有有效期'), ('guest', '访谈写明受访人'), ('works', '书画写明作品名和作者')], max_length=8, verbose_name='项目')),
                ('weight', models.CharField(choices=[('block', '不办好不能签发'), ('advise', '只提醒'), ('off', '不检查')], max_length=6, verbose_name='轻重')),
                ('section', models.ForeignKey(blank=True, help_text='不选则用于所有没有另定的栏目。', null=True, on_delete=django.db.models.deletion.CASCADE, to='articles.section', verbose_name='栏目')),
            ],
            options={
                'verbose_name': '签发前检查',
                'verbose_name_plural': '签发前检查',
                'ordering': ['section__position', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='article',
            name='section',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='articles.section', verbose_name='栏目'),
        ),
        migrations.CreateModel(
            name='SectionAlias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=40, unique=True, verbose_name='旧标签')),
                ('section', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='articles.section')),
            ],
            options={
                'verbose_name': '旧标签',
                'verbose_name_plural': '旧标签',
            },
        ),
        migrations.AddField(
            model_name='article',
            name='series',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='chapters', to='articles.series', verbose_name='连载'),
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=40, verbose_name='专题名')),
                ('slug', models.SlugField(help_text='用拼音，如 anquanyue。', max_length=40, unique=True, verbose_name='地址')),
                ('lead', articles.text.richtext.RichTextField(blank=True, verbose_name='导语')),
                ('picture_alt', models.CharField(blank=True, max_length=120, verbose_name='题图说明')),
                ('is_visible', models.BooleanField(default=True, verbose_name='显示')),
                ('since', models.DateTimeField(blank=True, null=True, verbose_name='开始')),
                ('until', models.DateTimeField(blank=True, null=True, verbose_name='结束')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='次序')),
                ('picture', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='correspondents.upload', verbose_name='题图')),
            ],
            options={
                'verbose_name': '专题',
                'verbose_name_plural': '专题',
                'ordering': ['position', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='TopicBlock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('heading', models.CharField(max_length=30, verbose_name='小标题')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='次序')),
                ('tag', models.ForeignKey(blank=True, help_text='选了关键词，手选的文章之后自动列出最新的。', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='taggit.tag', verbose_name='关键词')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='blocks', to='articles.topic')),
            ],
            options={
                'verbose_name': '专题板块',
                'verbose_name_plural': '专题板块',
                'ordering': ['topic', 'position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='TopicItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='次序')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.article', verbose_name='文章')),
                ('block', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='articles.topicblock')),
            ],
            options={
                'verbose_name': '手选文章',
                'verbose_name_plural': '手选文章',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='VendorInfo',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('company', models.CharField(blank=True, max_length=60, verbose_name='广告主')),
                ('product', models.CharField(blank=True, max_length=80, verbose_name='产品或服务')),
                ('contact', models.CharField(blank=True, max_length=40, verbose_name='联系人或部门')),
                ('phone', models.CharField(blank=True, max_length=40, verbose_name='电话')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='信箱')),
                ('website', models.URLField(blank=True, verbose_name='网址')),
                ('address', models.CharField(blank=True, max_length=80, verbose_name='地址')),
                ('article', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='vendor', to='articles.article')),
            ],
            options={
                'verbose_name': '厂商信息',
                'verbose_name_plural': '厂商信息',
            },
        ),
        migrations.CreateModel(
            name='WordRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('confused', '易错词'), ('style', '本网用语'), ('fixed', '固定提法'), ('pair', '一文两名'), ('name', '姓名、职务'), ('order', '排名次序'), ('watch', '需要核实的词')], default='confused', max_length=8, verbose_name='词表')),
                ('wrong', models.CharField(help_text='排名次序：按次序写姓名，用顿号隔开。', max_length=200, verbose_name='原词')),
                ('right', models.CharField(blank=True, help_text='空着则只提示，不代改；一文两名写另一个名。', max_length=60, verbose_name='应为')),
                ('level', models.CharField(choices=[('error', '错误'), ('advice', '建议'), ('query', '存疑')], default='advice', max_length=6, verbose_name='级别')),
                ('why', models.CharField(blank=True, max_length=60, verbose_name='说明')),
                ('unless', models.CharField(blank=True, help_text='用空格隔开：“人人~”表示前面是“人人”时不提示，“~场”表示后面是“场”时不提示。', max_length=120, verbose_name='例外')),
                ('is_active', models.BooleanField(default=True, verbose_name='启用')),
            ],
            options={
                'verbose_name': '校对词表',
                'verbose_name_plural': '校对词表',
                'ordering': ['kind', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('kind', 'wrong'), name='one_rule_per_word')],
            },
        ),
        migrations.CreateModel(
            name='ArticleReads',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(db_index=True, verbose_name='日期')),
                ('number', models.PositiveIntegerField(default=0, verbose_name='次数')),
                ('article', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='reads', to='articles.article', verbose_name='文章')),
            ],
            options={
                'verbose_name': '阅读数',
                'verbose_name_plural': '阅读数',
                'constraints': [models.UniqueConstraint(fields=('article', 'day'), name='reads_once_an_article_a_day')],
            },
        ),
        migrations.AddIndex(
            model_name='byline',
            index=models.Index(fields=['correspondent', 'article'], name='byline_of_person'),
        ),
        migrations.AddIndex(
            model_name='byline',
            index=models.Index(fields=['organisation', 'article'], name='byline_of_unit'),
        ),
        migrations.AddIndex(
            model_name='byline',
            index=models.Index(fields=['name'], name='byline_by_name'),
        ),
        migrations.AddConstraint(
            model_name='bylineclaim',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('byline', 'correspondent'), name='one_open_claim_per_byline_and_person'),
        ),
        migrations.AddIndex(
            model_name='correction',
            index=models.Index(fields=['-shown_at', '-id'], name='correction_newest'),
        ),
        migrations.AddConstraint(
            model_name='deskdraft',
            constraint=models.UniqueConstraint(fields=('article', 'user'), name='one_draft_each'),
        ),
        migrations.AddConstraint(
            model_name='deskdraft',
            constraint=models.UniqueConstraint(condition=models.Q(('article', None)), fields=('user',), name='one_new_draft_each'),
        ),
        migrations.AddIndex(
            model_name='errorreport',
            index=models.Index(fields=['state', '-made_at'], name='reports_by_state'),
        ),
        migrations.AddConstraint(
            model_name='hintdecision',
            constraint=models.UniqueConstraint(fields=('article', 'key'), name='one_decision_per_hint'),
        ),
        migrations.AddConstraint(
            model_name='likenessconfirmation',
            constraint=models.UniqueConstraint(fields=('article', 'kind', 'object_id'), name='one_confirmation_per_piece'),
        ),
        migrations.AddConstraint(
            model_name='placement',
            constraint=models.UniqueConstraint(fields=('kind', 'article'), name='placed_once', violation_error_message='这篇文章已经在这个位置上。'),
        ),
        migrations.AddConstraint(
            model_name='reading',
            constraint=models.UniqueConstraint(condition=models.Q(('replaced_at__isnull', True), ('revoked_at__isnull', True)), fields=('article', 'stage'), name='one_valid_reading_per_stage'),
        ),
        migrations.AddConstraint(
            model_name='reading',
            constraint=models.UniqueConstraint(condition=models.Q(('is_override', False), ('replaced_at__isnull', True), ('revoked_at__isnull', True)), fields=('article', 'signed_by'), name='nobody_signs_two_stages'),
        ),
        migrations.AddConstraint(
            model_name='relatedarticle',
            constraint=models.UniqueConstraint(fields=('article', 'other'), name='related_once'),
        ),
        migrations.AddConstraint(
            model_name='relatedarticle',
            constraint=models.CheckConstraint(condition=models.Q(('article', models.F('other')), _negated=True), name='not_related_to_itself', violation_error_message='不能选文章自己。'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.UniqueConstraint(fields=('article', 'number'), name='one_revision_per_number'),
        ),
        migrations.AddConstraint(
            model_name='deskassignment',
            constraint=models.UniqueConstraint(fields=('user', 'section'), name='one_assignment_per_section'),
        ),
        migrations.AddConstraint(
            model_name='daycount',
            constraint=models.UniqueConstraint(fields=('section', 'day'), name='count_once_a_section_a_day'),
        ),
        migrations.AddConstraint(
            model_name='checklistrule',
            constraint=models.UniqueConstraint(fields=('section', 'item'), name='one_rule_per_section_and_item', violation_error_message='这个栏目的这一项已经定过。'),
        ),
        migrations.AddConstraint(
            model_name='checklistrule',
            constraint=models.UniqueConstraint(condition=models.Q(('section', None)), fields=('item',), name='one_rule_per_item', violation_error_message='这一项已经定过。'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(fields=['section', '-published_at', '-id'], name='article_in_section'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(fields=['-published_at', '-id'], name='article_newest'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(fields=['state', 'state_changed_at'], name='article_queue'),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('expires_at__isnull', False)), fields=['expires_at'], name='article_expiry'),
        ),
        migrations.AddConstraint(
            model_name='topicitem',
            constraint=models.UniqueConstraint(fields=('block', 'article'), name='in_a_block_once'),
        ),
        migrations.RunPython(make_engines, migrations.RunPython.noop),
    ]
