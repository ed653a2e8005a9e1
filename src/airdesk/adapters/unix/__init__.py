"""The link between a home and gateway processes of one machine, over a Unix socket."""

from airdesk.adapters.unix.gateway_link import UnixGatewayLink
from airdesk.adapters.unix.home_links import UnixHomeLinks
from airdesk.adapters.unix.numbering import Numberer, Sequence, Verdict

__all__ = ["Numberer", "Sequence", "UnixGatewayLink", "UnixHomeLinks", "Verdict"]
