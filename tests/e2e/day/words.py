"""What the people of a tea and paper shop call themselves and say, in both languages."""

from __future__ import annotations

from typing import Literal, NamedTuple

Language = Literal["zh", "en"]

PASSWORD = "three quiet rivers by night"


class Being(NamedTuple):
    """Somebody with a name and an e-mail."""

    name: str
    email: str


class Question(NamedTuple):
    """What the assistant is taught."""

    asked: str
    variants: str
    answer: str


class Words(NamedTuple):
    """Everything that is typed on one day in one language."""

    locale: str
    timezone: str
    copied: str
    """What a button says once it has copied."""
    company: str
    owner: Being
    supervisor: Being
    emma: Being
    """The agent who is there from the morning."""
    tom: Being
    """The agent whose work begins later; he is the team."""
    inbox: str
    title: str
    subtitle: str
    greeting: str
    questions: tuple[Question, Question, Question]
    trial: str
    canned: tuple[tuple[str, str], ...]
    labels: tuple[str, ...]
    team: str
    clara: Being
    """The visitor at a computer."""
    ben: Being
    """The visitor with a phone."""
    ines: Being
    """The visitor who was here in the morning."""
    clara_asks: str
    clara_worries: str
    clara_tells: str
    clara_writes: str
    hello: str
    """The canned reply, as Clara gets it from Emma."""
    transfer_note: str
    tom_greets: str
    whisper: str
    tom_promises: str
    clara_thanks: str
    tom_reports: str
    clara_cheers: str
    ben_asks: str
    emma_advises: str
    ben_thanks: str
    ines_asks: str
    tom_answers: str
    ines_thanks: str
    searched: str
    shop: tuple[str, str, str, tuple[tuple[str, str], ...]]
    """The shop's page: its menu, headline, sentence, and goods with prices."""


_ENGLISH = Words(
    locale="en-GB",
    timezone="Europe/London",
    copied="Copied",
    company="Leaf & Paper",
    owner=Being("Olivia Hart", "olivia@leaf.example"),
    supervisor=Being("Sara Wells", "sara@leaf.example"),
    emma=Being("Emma Lind", "emma@leaf.example"),
    tom=Being("Tom Hale", "tom@leaf.example"),
    inbox="Web shop",
    title="Leaf & Paper",
    subtitle="Tea and paper since 2009",
    greeting="Good day! Ask us anything about tea, paper or your parcel.",
    questions=(
        Question(
            "How long does shipping take?",
            "When will my parcel arrive?\nDelivery time",
            "Orders placed before two o'clock leave the same day. A parcel takes two days within "
            "the country and up to six abroad.",
        ),
        Question(
            "How do I store green tea?",
            "Does tea belong in the fridge?",
            "Cool, dark and airtight. An opened tin keeps its scent for about three months.",
        ),
        Question(
            "Can I send something back?",
            "How do returns work?\nI want to return an order",
            "Yes, within thirty days, unopened. Just put the slip from the parcel back into it.",
        ),
    ),
    trial="when does my parcel arrive",
    canned=(
        ("hello", "Hello {{contact.name}}, this is {{agent.name}}. Let me look that up for you."),
        ("parcel", "Your parcel left our house today. You can follow it on the carrier's page."),
        ("bye", "Thank you for writing to {{inbox.name}}, and enjoy your tea!"),
    ),
    labels=("Delivery", "Gift", "Return"),
    team="Dispatch",
    clara=Being("Clara Novak", "clara@customer.example"),
    ben=Being("Ben Okafor", "ben@customer.example"),
    ines=Being("Ines Duarte", "ines@customer.example"),
    clara_asks="When will my parcel arrive?",
    clara_worries="Order 20931 was due on Monday, and it is a present for tomorrow.",
    clara_tells="It should go to 4 Mill Lane, the house with the green door.",
    clara_writes="Could it perhaps still",
    hello="Hello Clara Novak, this is Emma Lind. Let me look that up for you.",
    transfer_note="Parcel 20931 hangs at the depot since Friday. Tom, can you call the carrier?",
    tom_greets="Good morning Clara, Tom from dispatch. I am calling the carrier right now.",
    whisper="If it is not on the van by noon, send a new one by express, at our cost.",
    tom_promises="If it is not on the van by noon, a new tin leaves here by express.",
    clara_thanks="That is very kind of you, thank you!",
    tom_reports="Good news: it is on the van, and will be with you before five.",
    clara_cheers="Wonderful! You saved a birthday.",
    ben_asks="Which tea can I drink in the evening, without caffeine?",
    emma_advises="Roasted barley: warm, nutty and without any caffeine.",
    ben_thanks="Perfect, one bag of that, please.",
    ines_asks="The slip was not in my parcel. What shall I do?",
    tom_answers="No harm done: I have just mailed you a new slip.",
    ines_thanks="It has arrived, thanks.",
    searched="birthday",
    shop=(
        "Tea   Paper   Ink   Our house",
        "First flush, picked by hand",
        "From three small gardens, kept cold until the day it leaves for you.",
        (
            ("Longjing, 50 g", "£24"),
            ("Roasted barley, 200 g", "£9"),
            ("Letter paper, 30 sheets", "£16"),
        ),
    ),
)

_CHINESE = Words(
    locale="zh-CN",
    timezone="Asia/Shanghai",
    copied="已复制",
    company="一叶一纸",
    owner=Being("何叶", "heye@leaf.example"),
    supervisor=Being("苏敏", "sumin@leaf.example"),
    emma=Being("林晓", "linxiao@leaf.example"),
    tom=Being("周岚", "zhoulan@leaf.example"),
    inbox="网上商店",
    title="一叶一纸",
    subtitle="茶与纸，始于二〇〇九",
    greeting="您好！关于茶、纸和您的包裹，都可以问我们。",
    questions=(
        Question(
            "多久能送到？",
            "我的包裹什么时候到？\n发货要几天",
            "下午两点前的订单当天发出，国内两天送达，海外最多六天。",
        ),
        Question(
            "绿茶怎么保存？",
            "茶叶要放冰箱吗？",
            "阴凉、避光、密封。开封后的茶罐大约三个月内香气最好。",
        ),
        Question(
            "可以退货吗？",
            "怎样退换货？\n我想退掉订单",
            "可以，三十天内未开封即可。请把包裹里的退货单放回包裹。",
        ),
    ),
    trial="包裹什么时候能到",
    canned=(
        ("问候", "{{contact.name}}您好，我是{{agent.name}}，马上为您查询。"),
        ("发货", "您的包裹今天已经发出，可以在快递公司的页面上查看进度。"),
        ("道别", "感谢您联系{{inbox.name}}，祝您喝茶愉快！"),
    ),
    labels=("物流", "礼品", "退货"),
    team="发货组",
    clara=Being("王小明", "xiaoming@customer.example"),
    ben=Being("李婷", "liting@customer.example"),
    ines=Being("陈伟", "chenwei@customer.example"),
    clara_asks="我的包裹什么时候到？",
    clara_worries="订单 20931 本来周一就该到，这是明天要送人的生日礼物。",
    clara_tells="地址是磨坊巷 4 号，绿色大门的那一家。",
    clara_writes="请问今天还有可能",
    hello="王小明您好，我是林晓，马上为您查询。",
    transfer_note="包裹 20931 从周五起就停在中转站，周岚能打电话问一下快递吗？",
    tom_greets="早上好，我是发货组的周岚，正在给快递公司打电话。",
    whisper="如果中午还没有上车，就用特快补寄一份，费用我们承担。",
    tom_promises="如果中午还没有上车，我们用特快再寄一罐。",
    clara_thanks="太贴心了，谢谢您！",
    tom_reports="好消息：包裹已经上车，下午五点前送到。",
    clara_cheers="太好了！您救了一个生日。",
    ben_asks="晚上喝什么茶好？最好不含咖啡因。",
    emma_advises="推荐烤大麦茶：温润，有坚果香，完全不含咖啡因。",
    ben_thanks="好的，请给我来一袋。",
    ines_asks="包裹里没有退货单，怎么办？",
    tom_answers="没关系，我刚把新的退货单发到您的邮箱。",
    ines_thanks="已经收到，谢谢。",
    searched="生日",
    shop=(
        "茶　纸　墨　本店",
        "明前头采，手工采摘",
        "来自三座小茶园，一直冷藏到寄出的那一天。",
        (("龙井，50 克", "¥198"), ("烤大麦茶，200 克", "¥68"), ("信笺，30 张", "¥128")),
    ),
)

WORDS: dict[Language, Words] = {"en": _ENGLISH, "zh": _CHINESE}
