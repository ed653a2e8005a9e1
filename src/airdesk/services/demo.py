"""A small company to look around in: a shop with an owner, two agents, a bot and its answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from msgspec.structs import replace

from airdesk.core.accounts import (
    CannedId,
    CannedReply,
    FaqEntry,
    FaqId,
    InboxSettings,
    InboxTexts,
    Label,
    LanguageTexts,
)
from airdesk.core.conversation import ConfigureInbox
from airdesk.core.kernel import AgentId, LabelId, Role
from airdesk.ports.clock import IdSource
from airdesk.ports.directory import Directory, Transaction
from airdesk.services.access import COMMAND_LINE, Links
from airdesk.services.accounts import Accounts, NewAccount
from airdesk.services.changes import By, Changes


class DemoPerson(NamedTuple):
    """Somebody of the demo company, and the secret of a link by which he comes in once."""

    name: str
    role: Role
    secret: str


_OWNER: Final = ("owner@leaf.example", "陈一叶", Role.OWNER)
_AGENTS: Final = (
    ("lin@leaf.example", "林晓", Role.AGENT),
    ("zhou@leaf.example", "周宁", Role.AGENT),
)

_SETTINGS: Final = InboxSettings(
    colour="#2f6f4f",
    texts=LanguageTexts(
        zh=InboxTexts(
            title="一叶一纸",
            subtitle="茶与纸的事，都可以问我们",
            greeting="您好，欢迎来到一叶一纸。想问哪一件？",
            offline="我们现在不在店里。请留言，并写下您的邮箱，回来后马上答复。",
        ),
        en=InboxTexts(
            title="Leaf & Paper",
            subtitle="Ask us anything about tea and paper",
            greeting="Hello, and welcome to Leaf & Paper. What would you like to know?",
            offline="Nobody is in the shop just now. Leave a message and your e-mail.",
        ),
    ),
)

_FAQ: Final = (
    (
        "zh",
        "什么时候发货？",
        ("多久能到", "几天到货", "今天下单什么时候发"),
        "工作日 16 点前下单当天发出，江浙沪次日到，其他地区三到五天。",
        True,
    ),
    (
        "zh",
        "可以退换吗？",
        ("怎么退货", "不喜欢能退吗", "退款要多久"),
        "七天内未拆封可以退换，运费由我们出；退款在收到后两天内原路退回。",
        True,
    ),
    (
        "zh",
        "龙井怎么泡？",
        ("泡茶用多少度的水", "水温多少合适"),
        "三克茶叶，150 毫升 85℃ 的水，先湿润十秒，再泡一分钟。",
        True,
    ),
    (
        "zh",
        "可以开发票吗？",
        ("怎么开票", "能开专票吗"),
        "可以，下单时填写抬头和税号，电子发票随发货通知发到您的邮箱。",
        False,
    ),
    (
        "en",
        "When will my order arrive?",
        ("how long is shipping", "delivery time", "when do you ship"),
        "Orders before 4 p.m. leave the same working day and arrive in three to five days.",
        True,
    ),
    (
        "en",
        "Can I return something?",
        ("refund", "how do I send it back", "exchange an item"),
        "Unopened goods can be returned within seven days. We pay for the parcel.",
        True,
    ),
    (
        "en",
        "How do I brew Longjing?",
        ("water temperature", "how hot should the water be"),
        "Three grams to 150 ml of water at 85 °C: wet the leaves, then steep for a minute.",
        True,
    ),
)

_CANNED: Final = (
    ("hi", "您好{{contact.name}}，我是一叶一纸的{{agent.name}}，很高兴为您服务。"),
    ("hello", "Hello {{contact.name}}, this is {{agent.name}} of Leaf & Paper. How can I help?"),
    ("ship", "您的订单今天发出，快递单号会发到您的邮箱。"),
    ("bye", "感谢您的光临，祝您喝茶愉快！"),
)


_LABELS: Final = (("破损", "#d9480f"), ("退款", "#1971c2"), ("物流", "#2f9e44"))

_TEAM: Final = "售后"


class Demo:
    """Makes the demo company once, and lets its people in.

    Args:
        directory: where it is kept.
        accounts: makes accounts.
        links: makes one-time links.
        changes: writes the audit and the outbox.
        ids: ids of what is made.
    """

    def __init__(
        self,
        directory: Directory,
        accounts: Accounts,
        links: Links,
        changes: Changes,
        ids: IdSource,
    ) -> None:
        self._directory = directory
        self._accounts = accounts
        self._links = links
        self._changes = changes
        self._ids = ids

    async def prepare(self, origins: Sequence[str]) -> list[DemoPerson]:
        """Make the company where there is no account yet, and a link for each of its people.

        Args:
            origins: where the demo shop is served today; its inbox allows them.

        Returns:
            Its people; none where the installation belongs to somebody else.
        """
        team: tuple[By, list[AgentId]] | None = None
        async with self._directory.transaction() as tx:
            if await tx.accounts.is_empty():
                team = await self._make(tx)
        self._changes.written()
        if team is not None:
            by, members = team
            await self._accounts.add_team(by, _TEAM, members)
        if not await self._allow(origins):
            return []
        return [
            DemoPerson(name, role, await self._links.login_link(email))
            for email, name, role in (_OWNER, *_AGENTS)
        ]

    async def _make(self, tx: Transaction) -> tuple[By, list[AgentId]]:
        """Make all but the team; give who makes it and who is in it."""
        email, name, _ = _OWNER
        wanted = NewAccount("一叶一纸 Leaf & Paper", email, name, "zh")
        account, _ = await self._accounts.create(tx, wanted, COMMAND_LINE)
        by = By(account.account_id, COMMAND_LINE)
        seats = [
            await self._accounts.add_colleague(tx, by, email, name, role)
            for email, name, role in _AGENTS
        ]
        inbox = (await tx.inboxes.page(account.account_id, limit=1))[0]
        dressed = replace(inbox, has_bot=True, settings=_SETTINGS)
        await tx.inboxes.replace(dressed)
        await self._changes.change(tx, account.account_id, COMMAND_LINE, inbox, dressed)
        await self._changes.tell_home(tx, account.account_id, ConfigureInbox(dressed.facts))
        for language, question, variants, answer, is_suggested in _FAQ:
            entry = FaqEntry(
                account.account_id,
                FaqId(self._ids.new_id()),
                question,
                answer,
                variants=variants,
                is_suggested=is_suggested,
                language=language,
            )
            await tx.faq.add(entry)
            await self._changes.change(tx, account.account_id, COMMAND_LINE, None, entry)
        for shortcut, text in _CANNED:
            reply = CannedReply(account.account_id, CannedId(self._ids.new_id()), shortcut, text)
            await tx.canned.add(reply)
            await self._changes.change(tx, account.account_id, COMMAND_LINE, None, reply)
        for word, colour in _LABELS:
            label = Label(account.account_id, LabelId(self._ids.new_id()), word, colour)
            await tx.labels.add(label)
            await self._changes.change(tx, account.account_id, COMMAND_LINE, None, label)
        return by, [seat.user_id for seat in seats]

    async def _allow(self, origins: Sequence[str]) -> bool:
        """Let the shop's page show the widget; False where this is no demo."""
        async with self._directory.reading() as tx:
            owner = await tx.users.by_email(_OWNER[0])
            seats = [] if owner is None else await tx.members.of_user(owner.user_id)
            inboxes = await tx.inboxes.page(seats[0].account_id, limit=1) if seats else []
        if not inboxes:
            return False
        inbox = inboxes[0]
        missing = [origin for origin in origins if origin not in inbox.allowed_origins]
        if missing:
            # The demo's port may be another one each time; older ones need not stay allowed.
            fields = {"allowed_origins": tuple(origins)}
            by = By(inbox.account_id, COMMAND_LINE)
            await self._accounts.doors.change(by, inbox.inbox_id, fields)
        return True
