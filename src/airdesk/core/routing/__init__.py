"""Who gets whom: the fair queue and the classic rules."""

from airdesk.core.routing.queue import Place, WaitingQueue
from airdesk.core.routing.rules import Candidate, Rule, choose

__all__ = ["Candidate", "Place", "Rule", "WaitingQueue", "choose"]
