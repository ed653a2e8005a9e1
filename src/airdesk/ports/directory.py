"""The directory: accounts, people, doors, contacts, settings, credentials.

One unit of work at a time: `async with directory.transaction() as tx` changes, and
`directory.reading()` only looks. Everything of an account is reached by its `account_id` first, so
that the id of another account's thing finds nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Final, Protocol, TypeVar

from airdesk.core.accounts import (
    Account,
    ApiToken,
    AuditRow,
    CannedReply,
    Contact,
    Device,
    FaqEntry,
    Hours,
    Inbox,
    Invitation,
    Label,
    Member,
    OneTimeLink,
    OutboxRow,
    PageView,
    Session,
    StoredFile,
    Team,
    User,
)
from airdesk.core.kernel import (
    NO_ID,
    AccountId,
    AgentId,
    ConversationId,
    InboxId,
    VisitorId,
    limits,
)

EntityT = TypeVar("EntityT")


class Entities(Protocol[EntityT]):
    """All entities of one kind. An entity's key is (account_id, its own id)."""

    async def get(self, account_id: AccountId, entity_id: bytes) -> EntityT | None:
        """Give one; None where the account has no such."""

    async def page(
        self,
        account_id: AccountId,
        after: bytes = NO_ID,
        limit: int = limits.PAGE_ITEMS_MAX,
        newest_first: bool = False,
    ) -> list[EntityT]:
        """Give a page in the order of ids, which is that of their making.

        Args:
            account_id: whose.
            after: the last id of the page before; NO_ID for the first page.
            limit: at most so many.
            newest_first: turn the order round.

        Cost: one look into the index, however far the page.
        """

    async def count(self, account_id: AccountId) -> int:
        """Give how many the account has."""

    async def add(self, entity: EntityT) -> None:
        """Store a new one.

        Raises:
            AlreadyTaken: something about it must be unique and is not.
            UnknownEntity: something that it names is not there.
        """

    async def replace(self, entity: EntityT) -> None:
        """Store a changed one.

        Raises:
            UnknownEntity: there is none with its key, or something that it names is not there.
            AlreadyTaken: something about it must be unique and is not.
        """

    async def remove(self, account_id: AccountId, entity_id: bytes) -> bool:
        """Remove one with all that is only its own; False where there was none.

        Raises:
            StillUsed: something else names it.
        """


class Accounts(Protocol):
    """The customers of the installation."""

    async def get(self, account_id: AccountId) -> Account | None:
        """Give one."""

    async def all(self) -> list[Account]:
        """Give all, oldest first."""

    async def is_empty(self) -> bool:
        """True before the first owner."""

    async def add(self, account: Account) -> None:
        """Store a new one."""

    async def replace(self, account: Account) -> None:
        """Store a changed one."""


class Users(Protocol):
    """The people who log in, over all accounts."""

    async def get(self, user_id: AgentId) -> User | None:
        """Give one."""

    async def by_email(self, email: str) -> User | None:
        """Give the one with this address in normal form."""

    async def add(self, user: User) -> None:
        """Store a new one.

        Raises:
            AlreadyTaken: the e-mail is somebody's.
        """

    async def replace(self, user: User) -> None:
        """Store a changed one; for errors see `add`."""


class Members(Entities[Member], Protocol):
    """The seats; a seat's id is its user's."""

    async def of_user(self, user_id: AgentId) -> list[Member]:
        """Give a user's seats in all accounts, oldest first."""

    async def with_users(
        self, account_id: AccountId, after: bytes = NO_ID, limit: int = limits.PAGE_ITEMS_MAX
    ) -> list[tuple[Member, User]]:
        """Give a page of seats with who holds them, by user id."""

    async def active_owners(self, account_id: AccountId) -> int:
        """Give how many owners may enter."""


class Inboxes(Entities[Inbox], Protocol):
    """The doors."""

    async def find(self, inbox_id: InboxId) -> Inbox | None:
        """Give a door by its id alone: whoever comes to it has no account yet."""

    async def proof_required(self) -> frozenset[InboxId]:
        """Give all doors of the installation that only let in whom the customer vouches for."""

    async def visitor_key_epochs(self) -> Mapping[InboxId, int]:
        """Give the epochs of all doors of the installation whose visitors' key was renewed."""


class Canned(Entities[CannedReply], Protocol):
    """The canned replies; a shortcut is unique in its account."""


class Contacts(Entities[Contact], Protocol):
    """The people behind visitors; external id and each visitor id are unique in an account."""

    async def by_visitor(self, account_id: AccountId, visitor_id: VisitorId) -> Contact | None:
        """Give whose visitor id this is."""

    async def by_visitors(
        self, account_id: AccountId, visitor_ids: Sequence[VisitorId]
    ) -> dict[VisitorId, Contact]:
        """Give whose visitor ids these are; those of nobody are left out."""

    async def by_external_id(self, account_id: AccountId, external_id: str) -> Contact | None:
        """Give whom the customer's server calls so."""

    async def search(
        self, account_id: AccountId, words: str, after: bytes = NO_ID, limit: int = 50
    ) -> list[Contact]:
        """Give those whose name, e-mail, phone or external id holds the words, newest first.

        Cost: reads the account's contacts until the page is full.
        """

    async def blocked(
        self, account_id: AccountId, after: bytes = NO_ID, limit: int = 50
    ) -> list[Contact]:
        """Give those who are blocked, newest contact first.

        Cost: reads the account's contacts until the page is full.
        """


class Files(Entities[StoredFile], Protocol):
    """The rows of sent files."""

    async def of_conversation(
        self, account_id: AccountId, conversation_id: ConversationId
    ) -> list[StoredFile]:
        """Give a conversation's files, oldest first."""


class PageViews(Protocol):
    """Where visitors have been on the customer's site."""

    async def add(
        self, account_id: AccountId, visitor_id: VisitorId, views: Sequence[PageView]
    ) -> None:
        """Store what came after the last; only the newest PAGE_VIEWS_MAX are kept."""

    async def newest(
        self, account_id: AccountId, visitor_ids: Sequence[VisitorId], limit: int
    ) -> list[PageView]:
        """Give the newest of some visitors, newest first."""

    async def newest_of_each(
        self, account_id: AccountId, visitor_ids: Sequence[VisitorId], each: int
    ) -> dict[VisitorId, list[PageView]]:
        """Give the newest of each visitor, newest first; who has none is left out."""


class Devices(Protocol):
    """What visitors look at the customer's site with."""

    async def keep(self, account_id: AccountId, visitor_id: VisitorId, device: Device) -> None:
        """Store a visitor's device in place of the one before."""

    async def of(
        self, account_id: AccountId, visitor_ids: Sequence[VisitorId]
    ) -> dict[VisitorId, Device]:
        """Give the devices of some visitors; those without one are left out."""


class Sessions(Entities[Session], Protocol):
    """Who is logged in."""

    async def by_hash(self, secret_hash: bytes) -> Session | None:
        """Give the session of a secret."""

    async def of_user(self, user_id: AgentId, account_id: AccountId | None = None) -> list[Session]:
        """Give a user's sessions, in one account or in all, oldest first."""

    async def purge(self, seen_before_ms: int, made_before_ms: int) -> int:
        """Forget those that have ended; gives how many."""


class ApiTokens(Entities[ApiToken], Protocol):
    """Keys for programs."""

    async def by_hash(self, secret_hash: bytes) -> ApiToken | None:
        """Give the token of a secret."""

    async def of_user(
        self, user_id: AgentId, account_id: AccountId | None = None
    ) -> list[ApiToken]:
        """Give a user's tokens, in one account or in all, oldest first."""


class Invitations(Entities[Invitation], Protocol):
    """Who may take a seat."""

    async def by_hash(self, secret_hash: bytes) -> Invitation | None:
        """Give the invitation of a link's secret."""


class OneTimeLinks(Protocol):
    """Links that work once."""

    async def add(self, link: OneTimeLink) -> None:
        """Store a new one."""

    async def get(self, secret_hash: bytes) -> OneTimeLink | None:
        """Look at a link without using it."""

    async def take(self, secret_hash: bytes) -> OneTimeLink | None:
        """Give a link and forget it: of two who take it at once one gets None."""

    async def remove_of_user(self, user_id: AgentId) -> None:
        """Forget a user's links."""

    async def remove_expired(self, now_ms: int) -> None:
        """Forget links that are too old."""


class Attempts(Protocol):
    """Wrong passwords and links, counted by key in windows that all processes share."""

    async def count(self, key: str, since_ms: int) -> tuple[int, int]:
        """Give how many there were in the window, and when it began; (0, 0) for an old one."""

    async def add(self, key: str, now_ms: int, since_ms: int) -> None:
        """Count one; a window that began before `since_ms` starts anew."""

    async def take_back(self, key: str) -> None:
        """Count one less: it was right after all."""

    async def clear(self, key: str) -> None:
        """Forget the window."""


class Audit(Protocol):
    """Who changed what. Rows are added and read, nothing else."""

    async def add(self, row: AuditRow) -> None:
        """Store a row."""

    async def page(
        self, account_id: AccountId, after: bytes = NO_ID, limit: int = limits.PAGE_ITEMS_MAX
    ) -> list[AuditRow]:
        """Give a page, newest first."""


class Outbox(Protocol):
    """Account commands for the home, in one order."""

    async def add(self, row: OutboxRow) -> None:
        """Store a row; the directory gives it the next number."""

    async def waiting(self, limit: int) -> list[OutboxRow]:
        """Give the oldest rows that are not done, in the order of numbers."""

    async def done(self, numbers: Sequence[int]) -> None:
        """Forget rows whose commands are durable in the log."""


class Answers(Protocol):
    """First answers to requests with an Idempotency-Key, and claims of those who make them.

    A claim is a row with the status CLAIMED whose body is the claimer's own id.
    """

    async def get(
        self, account_id: AccountId, actor: bytes, key: str
    ) -> tuple[bytes, int, bytes] | None:
        """Give (hash of the request, status, body) of the first answer, or of a claim."""

    async def claim(
        self,
        account_id: AccountId,
        actor: bytes,
        key: str,
        claim: tuple[bytes, bytes],
        now_ms: int,
    ) -> bool:
        """Claim a key for (hash of the request, the claimer's id) before acting.

        False where there is an answer, or a claim that is younger than CLAIM_MS_MAX: an older one
        is of a process that died.
        """

    async def release(self, account_id: AccountId, actor: bytes, key: str, claimer: bytes) -> None:
        """Take one's own claim back; another's, and an answer, stay."""

    async def add(
        self,
        account_id: AccountId,
        actor: bytes,
        key: str,
        answer: tuple[bytes, int, bytes],
        now_ms: int,
    ) -> None:
        """Store a first answer in place of a claim; those older than ANSWERS_MS_MAX are forgotten.

        Raises:
            AlreadyTaken: another request with this key was quicker.
        """


CLAIMED: Final = 0
"""The status of a request that somebody is acting on; no answer of HTTP has it."""


class Transaction(Protocol):
    """One unit of work: all of it or nothing."""

    @property
    def accounts(self) -> Accounts: ...  # noqa: D102 - each is described by its type
    @property
    def users(self) -> Users: ...  # noqa: D102
    @property
    def members(self) -> Members: ...  # noqa: D102
    @property
    def teams(self) -> Entities[Team]: ...  # noqa: D102
    @property
    def inboxes(self) -> Inboxes: ...  # noqa: D102
    @property
    def hours(self) -> Entities[Hours]: ...  # noqa: D102
    @property
    def canned(self) -> Canned: ...  # noqa: D102
    @property
    def faq(self) -> Entities[FaqEntry]: ...  # noqa: D102
    @property
    def labels(self) -> Entities[Label]: ...  # noqa: D102
    @property
    def contacts(self) -> Contacts: ...  # noqa: D102
    @property
    def files(self) -> Files: ...  # noqa: D102
    @property
    def page_views(self) -> PageViews: ...  # noqa: D102
    @property
    def devices(self) -> Devices: ...  # noqa: D102
    @property
    def sessions(self) -> Sessions: ...  # noqa: D102
    @property
    def api_tokens(self) -> ApiTokens: ...  # noqa: D102
    @property
    def invitations(self) -> Invitations: ...  # noqa: D102
    @property
    def one_time_links(self) -> OneTimeLinks: ...  # noqa: D102
    @property
    def attempts(self) -> Attempts: ...  # noqa: D102
    @property
    def audit(self) -> Audit: ...  # noqa: D102
    @property
    def outbox(self) -> Outbox: ...  # noqa: D102
    @property
    def answers(self) -> Answers: ...  # noqa: D102


class Directory(Protocol):
    """Opens units of work.

    Guarantees: transactions of all processes come one after the other (serializable); a transaction
    that ends without an error is durable, one that ends by an error or is cancelled left nothing. A
    reading sees one moment and never waits for a transaction.

    Raises:
        DirectoryUnavailable: the storage fails, or a transaction waited DIRECTORY_WAIT_MS_MAX.
    """

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Begin a unit of work that may change."""

    def reading(self) -> AbstractAsyncContextManager[Transaction]:
        """Begin a unit of work that only looks; a change in it is an error."""

    async def close(self) -> None:
        """Let go of everything."""
