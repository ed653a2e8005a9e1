"""What visitors want of a bot besides answers: people, the truth, a kind word."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Final

from airdesk.core.dialogue.phrases import CHINESE, ENGLISH
from airdesk.core.dialogue.similarity import normal_text


class Wish(Enum):
    """What a sentence is for."""

    QUESTION = auto()
    """To be looked up."""
    A_PERSON = auto()
    ARE_YOU_A_BOT = auto()
    GREETING = auto()
    THANKS = auto()


_HAN: Final = re.compile("[\u3400-\u9fff]")
_LATIN: Final = re.compile("[a-z]")

_BOT_QUESTIONS: Final = re.compile(
    r"你(到底|究竟)?是(不是)?(一个|个)?(机器人|真人|活人|人工智能|人工客服|人工|人|ai|bot|程序|智能客服)"
    r"|^(机器人|真人)(吗|还是)|是(机器人|真人)(吗|还是|吧|么)"
    r"|\b(are|r) (you|u|this|that) (really )?(an? )?(real )?"
    r"(ro)?(bot|human|person|machine|ai|computer)"
    r"|\bam i (talking|speaking|chatting) (to|with) an? (real )?(ro)?(bot|human|person|machine|ai)"
    r"|\bis (this|that|it) an? (ro)?(bot|human|machine|real person)"
)
_REFUSED_PEOPLE: Final = re.compile(
    r"(不要|不用|不需要|不想|别|无需|不必)(再)?(转|找|要)?(接)?(人工|真人)"
    r"|\b(no|not|don t|do not|without)( \w+){0,3} (humans?|agents?|persons?|people|operators?)\b"
)
_PEOPLE: Final = re.compile(
    r"人工(?!智能)|真人|活人"
    r"|(转|找|要|换|叫|接)(个|一个|一下|到|接)?(客服|人来|坐席|专员|经理|主管)"
    r"|(联系|呼叫)(一下)?(在线)?客服"
    r"|\b(talk|speak|chat|connect|transfer|pass|put)( \w+){0,5} "
    r"(humans?|agents?|persons?|people|someone|somebody|operators?|representatives?|staff|support)\b"
    r"|\b(real|live|actual) (humans?|agents?|persons?|people|support|chat)\b"
    r"|\b(need|want|get|give me|prefer)( me)?( an?| the| some| another)? "
    r"(humans?|agents?|operators?|representatives?|real person|person|people)\b"
)
_PEOPLE_ALONE: Final = re.compile(
    r"(please )?(an? )?(humans?|agents?|operators?|representatives?|persons?|real person|rep|"
    r"support agent|human agent|customer service|live agent)( please| pls| now)*"
)
_GREETINGS: Final = re.compile(
    r"((你好|您好|嗨|哈喽|哈啰|在吗|在么|有人吗|有人在吗|早上好|下午好|晚上好|你们好|hi|hello|hey|hiya|"
    r"good (morning|afternoon|evening)|there|anybody there|anyone there|亲|啊|呀)\s*)+"
)
_THANKS: Final = re.compile(
    r"(好的?|ok|okay|嗯+|great|perfect|明白了?|知道了|了解了?)?\s*"
    r"((非常|太|多)?(感谢|谢谢|谢啦|多谢|谢了)(你|您|啦|了|哦)*|thanks?( you)?|thx|ty|cheers)"
    r"( (so|very) much| a lot| bye)?\s*(再见|拜拜)?"
)


def wish_of(said: str) -> Wish:
    """Tell what a visitor's sentence is for."""
    normal = normal_text(said)
    if _BOT_QUESTIONS.search(normal):
        return Wish.ARE_YOU_A_BOT
    asks = _PEOPLE.search(normal) or _PEOPLE_ALONE.fullmatch(normal)
    if asks and not _REFUSED_PEOPLE.search(normal):
        return Wish.A_PERSON
    if _GREETINGS.fullmatch(normal):
        return Wish.GREETING
    if _THANKS.fullmatch(normal):
        return Wish.THANKS
    return Wish.QUESTION


def language_of(said: str) -> str:
    """Give the language of a sentence; "" where it has no letters that tell."""
    normal = normal_text(said)
    if _HAN.search(normal):
        return CHINESE
    return ENGLISH if _LATIN.search(normal) else ""
