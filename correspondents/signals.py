"""What the registry announces upwards; higher apps listen."""

from django.dispatch import Signal

# The public registry changed (a person or unit was added, renamed, withdrawn); no arguments.
registry_changed = Signal()
