"""What owners and their people keep in the directory: seats, teams, doors, replies, contacts."""

from airdesk.services.accounts.catalogue import Catalogue
from airdesk.services.accounts.contacts import Contacts
from airdesk.services.accounts.doors import Doors
from airdesk.services.accounts.people import Accounts, NewAccount, TeamWithMembers

__all__ = ["Accounts", "Catalogue", "Contacts", "Doors", "NewAccount", "TeamWithMembers"]
