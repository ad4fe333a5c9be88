"""All of 0001_initial to 0007_frequent_entries in one step, for a new site.

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
        ('portal', '0001_initial'),
        ('portal', '0002_scheduled_jobs'),
        ('portal', '0003_redirects'),
        ('portal', '0004_kept_lists'),
        ('portal', '0005_sitemap_months'),
        ('portal', '0006_figures'),
        ('portal', '0007_frequent_entries'),
    ]

    dependencies = [
        ('articles', '0001_squashed_0019_home_places'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MastheadTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('post', models.CharField(choices=[('chief', '总编辑'), ('deputy', '副总编'), ('adviser', '顾问'), ('managing', '主编'), ('editor', '编辑')], max_length=10, verbose_name='职务')),
                ('name', models.CharField(max_length=40, verbose_name='姓名')),
                ('duty', models.CharField(blank=True, help_text='印在姓名后的括号里。', max_length=40, verbose_name='分工')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='次序')),
                ('since', models.DateField(blank=True, null=True, verbose_name='任期开始')),
                ('until', models.DateField(blank=True, null=True, verbose_name='任期结束')),
            ],
            options={
                'verbose_name': '采编名录',
                'verbose_name_plural': '采编名录',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='MissingPage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(max_length=300, unique=True, verbose_name='地址')),
                ('number', models.PositiveIntegerField(default=1, verbose_name='次数')),
                ('first_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='第一次')),
                ('last_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='最近一次')),
            ],
            options={
                'verbose_name': '打不开的地址',
                'verbose_name_plural': '打不开的地址',
                'ordering': ['-number', '-last_at'],
            },
        ),
        migrations.CreateModel(
            name='Page',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=40, unique=True, verbose_name='地址')),
                ('title', models.CharField(max_length=40, verbose_name='标题')),
                ('body', articles.text.richtext.RichTextField(blank=True, verbose_name='正文')),
                ('in_footer', models.BooleanField(default=True, verbose_name='列入页脚')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='次序')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='修改时间')),
            ],
            options={
                'verbose_name': '静态页面',
                'verbose_name_plural': '静态页面',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Redirect',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(help_text='站内地址，以 / 开头。', max_length=300, unique=True, verbose_name='旧地址')),
                ('target', models.CharField(blank=True, help_text='站内地址或完整网址；空着则关闭这个地址，马上不能打开（410）。', max_length=300, verbose_name='新地址')),
                ('note', models.CharField(blank=True, max_length=100, verbose_name='说明')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='建立时间')),
            ],
            options={
                'verbose_name': '转向和关闭',
                'verbose_name_plural': '转向和关闭',
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='ScheduledJob',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True, verbose_name='代号')),
                ('due_at', models.DateTimeField(verbose_name='下次时间')),
                ('started_at', models.DateTimeField(null=True, verbose_name='上次开始')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='上次结束')),
                ('done', models.PositiveIntegerField(default=0, verbose_name='上次处理')),
                ('failure', models.CharField(blank=True, max_length=300, verbose_name='上次出错')),
            ],
            options={
                'verbose_name': '定期任务',
                'verbose_name_plural': '定期任务',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='SitemapMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.CharField(max_length=7, unique=True)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': '站点地图的月份',
                'verbose_name_plural': '站点地图的月份',
                'ordering': ['month'],
            },
        ),
        migrations.CreateModel(
            name='SiteProfile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(default='煤炭资讯网', max_length=40, verbose_name='站名')),
                ('former_name', models.CharField(blank=True, max_length=40, verbose_name='曾用名')),
                ('motto', models.CharField(blank=True, max_length=60, verbose_name='一句话')),
                ('statement', models.TextField(blank=True, help_text='印在每篇文章之后，一次。', verbose_name='声明')),
                ('icp_number', models.CharField(blank=True, max_length=60, verbose_name='ICP 备案号')),
                ('icp_url', models.URLField(blank=True, default='https://beian.miit.gov.cn/', verbose_name='ICP 备案查询地址')),
                ('police_number', models.CharField(blank=True, max_length=60, verbose_name='公安备案号')),
                ('police_url', models.URLField(blank=True, verbose_name='公安备案查询地址')),
                ('licence_number', models.CharField(blank=True, max_length=60, verbose_name='互联网新闻信息服务许可证')),
                ('telephones', models.CharField(blank=True, help_text='用顿号隔开。', max_length=100, verbose_name='电话')),
                ('mailbox', models.EmailField(blank=True, max_length=254, verbose_name='邮箱')),
                ('report_contact', models.CharField(blank=True, max_length=100, verbose_name='违法和不良信息举报')),
                ('organiser', models.CharField(blank=True, max_length=60, verbose_name='主办单位')),
                ('is_demo', models.BooleanField(default=False, help_text='页脚注明演示内容，人物和单位均为虚构。', verbose_name='演示站')),
                ('shows_reads', models.BooleanField(default=False, help_text='印在文章和阅读排行上；事故快报和厂商信息从不显示。', verbose_name='显示阅读数')),
                ('is_grey', models.BooleanField(default=False, help_text='哀悼日等，读者看到的页面全部去色。', verbose_name='全站灰色')),
                ('is_read_only', models.BooleanField(default=False, help_text='只能阅读，不能投稿和编辑；能改网站信息的人除外。', verbose_name='全站只读')),
            ],
            options={
                'verbose_name': '网站信息',
                'verbose_name_plural': '网站信息',
            },
        ),
        migrations.CreateModel(
            name='MenuItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('menu', models.CharField(choices=[('main', '主导航'), ('links', '友情链接')], default='main', max_length=8, verbose_name='菜单')),
                ('label', models.CharField(blank=True, help_text='不填则用栏目名。', max_length=20, verbose_name='文字')),
                ('url', models.CharField(blank=True, help_text='如 /zonglan/ 或完整网址。', max_length=200, verbose_name='地址')),
                ('is_visible', models.BooleanField(default=True, verbose_name='显示')),
                ('is_frequent', models.BooleanField(default=False, help_text='手机页顶横着滑动的一条，最多 9 项。', verbose_name='手机常用')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='次序')),
                ('parent', models.ForeignKey(blank=True, limit_choices_to={'parent': None}, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='children', to='portal.menuitem', verbose_name='所属分组')),
                ('section', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='articles.section', verbose_name='栏目')),
            ],
            options={
                'verbose_name': '菜单',
                'verbose_name_plural': '菜单',
                'ordering': ['menu', 'position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='KeptList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20, verbose_name='名称')),
                ('path', models.CharField(max_length=100, verbose_name='列表')),
                ('query', models.CharField(max_length=400, verbose_name='筛选')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '常用筛选',
                'verbose_name_plural': '常用筛选',
                'ordering': ['path', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('user', 'path', 'name'), name='kept_list_name_once')],
            },
        ),
    ]
