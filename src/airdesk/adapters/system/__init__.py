"""Clock, ids and files of the machine itself."""

from airdesk.adapters.system.clock import SystemClock, SystemIds
from airdesk.adapters.system.secret_key import load_or_create_key

__all__ = ["SystemClock", "SystemIds", "load_or_create_key"]
