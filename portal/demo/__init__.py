"""Demo content: a small newspaper of invented people, made by ``manage.py make_demo``."""
