"""What pages of articles are made of, beside their text: words for templates, kept parts, charts."""
