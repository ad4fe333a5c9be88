"""What the registry announces upwards; higher apps listen."""

from django.dispatch import Signal

# Inside the transaction: the public registry changed (a person or unit was added, renamed,
# withdrawn); no arguments.
registry_changed = Signal()
# The sizes of a picture have been made; ``upload`` is the picture.
picture_ready = Signal()
# Inside the transaction, after every row that named ``merged`` names ``kept``; ``by`` is the actor.
person_merged = Signal()
organisation_merged = Signal()
# Inside the transaction: a unit has another full name; ``kept`` is the unit.
unit_renamed = Signal()
# ``person`` asks for all that is kept of him: receivers return ``[(heading, rows)]`` with rows as
# dictionaries of plain values.
personal_data_asked = Signal()
# Inside the transaction: contact data of ``person`` has been erased; drop what hangs on it.
person_erased = Signal()
