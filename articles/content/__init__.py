"""What an article consists of and where it stands: sections, bylines, pictures, facts, topics, places.

``edition`` is the counter that every public change raises; ``snapshot`` is all of an article as plain
values, which readings vouch for and revisions keep.
"""
