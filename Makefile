# One command to run it, one to test it. `make` prints this help.
SHELL := /bin/sh
# The newest that is here; PYTHON=… chooses another. Looked for when the environment is made.
PYTHON ?= $(shell sh deploy/newest-python || echo false)
VENV ?= .venv
BIN := $(VENV)/bin
NEXT ?= .venv-next
HOST ?= 127.0.0.1
PORT ?= 8000
DATA_DIR ?= data
export HOST PORT DATA_DIR

.DEFAULT_GOAL := help
.PHONY: messages help install run demo serve test test-all next check format bench peers tables scenes editor lock clean

help: ## 显示这份说明
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

# The stamp holds the checksum of what is installed, so a second run starts in seconds.
$(BIN)/python:
	@$(PYTHON) -m venv $(VENV)
	@echo "用 $$($@ --version) 建立了环境 $(VENV)"

$(VENV)/.run: requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/.run

run: $(VENV)/.run ## 试用：装依赖、建库、放演示内容，启动网站和任务进程（HOST PORT DATA_DIR 可改）
	@DEBUG=1 $(BIN)/python manage.py setup_site
	@DEBUG=1 $(BIN)/python manage.py make_demo --once
	@exec env DEBUG=1 $(BIN)/python manage.py run_site

demo: $(VENV)/.run ## 只建库和放演示内容
	@DEBUG=1 $(BIN)/python manage.py setup_site
	@DEBUG=1 $(BIN)/python manage.py make_demo --once

install: $(VENV)/.run ## 装好运行所需的依赖（升级之后先做这一步）

serve: $(VENV)/.run ## 正式运行：须设 SECRET_KEY 和 ALLOWED_HOSTS；新版本第一次启动时建库、收集静态文件
	@exec $(BIN)/python manage.py run_site

test: $(VENV)/.dev ## 测试：SQLite、浏览器、PostgreSQL 上与数据库有关的；缺什么就跳过并说明原因
	@$(BIN)/python tests/run.py

$(NEXT)/.dev: requirements-dev.txt
	@$(PYTHON) -m venv $(NEXT)
	$(NEXT)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(NEXT)/bin/python -m pip install --quiet --disable-pip-version-check --upgrade "Django>=6,<7"
	@touch $@

next: $(NEXT)/.dev ## 装上最新的 Django 6（在自己的环境里），test-all 在它上面也跑一遍

test-all: $(VENV)/.dev $(NEXT)/.dev ## 更久的测试：PostgreSQL、Django 6 上也跑全部，加上耗时的
	@$(BIN)/python tests/run.py --all

check: $(VENV)/.dev ## 代码检查：格式、类型、导入契约、迁移、部署检查、中文标点
	@sh .ci/check

format: $(VENV)/.dev ## 整理代码格式
	$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .
	-$(BIN)/djhtml --tabwidth 2 --extra-block cache,endcache templates

peers: ## 装上性能对比用的 Wagtail（在自己的环境里）
	python3 -m venv .venv-peers && .venv-peers/bin/pip install --quiet -r benchmarks/wagtailsite/requirements.txt

tables: $(VENV)/.dev ## 重新生成姓名读音表、相似字符表和检索用的繁简表
	$(BIN)/python -m correspondents.pinyin.generate
	$(BIN)/python -m articles.search.generate
	$(BIN)/python -m correspondents.lookalike.generate

editor: ## 重新打包投稿页的编辑器（要有 node 和 npm；打好的包随代码提交）
	@cd submissions/editor && npm ci --silent --no-audit --no-fund && node build.mjs

bench: $(VENV)/.dev ## 性能对比（同一次运行内的比值）
	@DEBUG=1 $(BIN)/python -m benchmarks
	@$(BIN)/python -m benchmarks.rush
	@$(BIN)/python -m benchmarks.crash
	@$(BIN)/python -m benchmarks.parts
	@$(BIN)/python -m benchmarks.pictures
	@$(BIN)/python -m benchmarks.reading
	@$(BIN)/python -m benchmarks.searching
	@$(BIN)/python -m benchmarks.desk_lists
	@$(BIN)/python -m benchmarks.writing
	@$(BIN)/python -m benchmarks.serving
	@$(BIN)/python -m benchmarks.day
	@$(BIN)/python -m benchmarks.peers 10000 100000
	@$(BIN)/python -m benchmarks.slow_phone
	@$(BIN)/python -m benchmarks.first_start

scenes: $(VENV)/.dev ## 画出演示内容里新写的图（画好的随代码提交）
	$(BIN)/python -m tests.scenes

pictures: $(VENV)/.dev ## 重拍网站各种页面的样子（docs/design.md）
	@SITE_PICTURES=docs/pictures/site $(BIN)/python -m pytest -q -m browser tests/browser/test_dresses.py

handbook: $(VENV)/.dev ## 照手册走一遍演示报纸，重拍手册里的图（要有 Chromium）
	@HANDBOOK_PICTURES=docs/pictures $(BIN)/python -m pytest -q -m browser tests/browser/test_handbook.py

messages: ## 编译界面文字的译文（改了 portal/locale 之后）
	msgfmt -o portal/locale/zh_Hans/LC_MESSAGES/django.mo portal/locale/zh_Hans/LC_MESSAGES/django.po

lock: $(VENV)/.dev ## 重新编译带校验和的依赖清单
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements-dev.in -o requirements-dev.txt

clean: ## 删除环境和缓存，不动数据
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
