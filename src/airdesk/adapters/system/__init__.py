"""Clock, ids and files of the machine itself."""

from airdesk.adapters.system.clock import SystemClock, SystemIds
from airdesk.adapters.system.passwords import Argon2Passwords
from airdesk.adapters.system.secret_key import installation_name, load_or_create_key

__all__ = ["Argon2Passwords", "SystemClock", "SystemIds", "installation_name", "load_or_create_key"]
