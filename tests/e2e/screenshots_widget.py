"""Pictures of the widget for the documentation, and for whoever judges how it looks.

    python -m tests.e2e.screenshots_widget [folder] [--all]

Without `--all` only those that the documentation shows. The pages are the built ones; what the
server would say is a scene.
"""

from __future__ import annotations

import argparse
import base64
import struct
import sys
import zlib
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, Literal, NamedTuple

from playwright.sync_api import Browser, BrowserContext, Page

from tests.kit import scripted_desk as desk
from tests.kit.chat_page import chromium
from tests.kit.scripted_desk import DESK, INBOX, SHOP, Scene, ScriptedDesk

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "pictures"
SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
DOCUMENTED = {("zh", "light"), ("en", "dark")}
DOCUMENTED_SCENES = {"empty", "chatting", "offline", "waiting", "rating"}
FILE = "0192f0c1-a2b3-7c4d-8e5f-00000000f001"
OTHER_FILE = "0192f0c1-a2b3-7c4d-8e5f-00000000f002"

SAYINGS = {
    "zh": {
        "agents": ("林晓", "周岚"),
        "ask": "您好，请问明前龙井今年的新茶到了吗？",
        "answer": "您好！到了，上周四刚从梅家坞发来，密封后放冷库保存。",
        "more": "给您看看今年的样品：",
        "link": "冲泡方法在这里 https://leaf.example/brew，85℃ 水温就好。",
        "thanks": "太好了，我要两罐，送人的，能不能附一张手写的卡片？",
        "bot": "您好，我是智能助手。您可以直接提问，也可以点下面的问题。",
        "options": ("多久能送到？", "怎样退换货？", "茶叶如何保存？", "有礼盒装吗？"),
        "away": "你好，我想改一下收货地址，订单号 20931。",
        "bye": "卡片已经写好，今天下午就寄出。祝您生活愉快！",
        "file": "冲泡指南.pdf",
        "picture": "龙井新茶.png",
    },
    "en": {
        "agents": ("Emma Lind", "Tom Hale"),
        "ask": "Hello, has this year's Longjing arrived yet?",
        "answer": "Good morning! Yes, last Thursday, straight from the hills. We keep it cold.",
        "more": "This is what it looks like this year:",
        "link": "How to brew it: https://leaf.example/brew – 85 °C is just right.",
        "thanks": "Lovely. Two tins, please, as a gift. Could you add a handwritten card?",
        "bot": "Hello, I am the assistant. Ask me anything, or tap one of these.",
        "options": ("When will it arrive?", "How do returns work?", "How do I store tea?"),
        "away": "Hi, I need to change the address of order 20931.",
        "bye": "The card is written and leaves this afternoon. Have a lovely day!",
        "file": "brewing guide.pdf",
        "picture": "longjing.png",
    },
}


class Look(NamedTuple):
    """How the widget is looked at."""

    size: str
    language: str
    scheme: Literal["light", "dark"]

    @property
    def name(self) -> str:
        """The look in a file's name."""
        return f"{self.size}-{self.language}-{self.scheme}"

    def context(self, browser: Browser) -> BrowserContext:
        """Give an empty browser of this look, whose person does not like motion."""
        width, height = SIZES[self.size]
        return browser.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN" if self.language == "zh" else "en",
            color_scheme=self.scheme,
            reduced_motion="reduce",
            has_touch=self.size == "phone",
            is_mobile=self.size == "phone",
        )


def _said(author: int, text: str, **more: Any) -> dict[str, Any]:
    return {"kind": desk.MESSAGE, "author": author, "text": text, **more}


def _talk(words: dict[str, Any]) -> list[dict[str, Any]]:
    picture = {"id": FILE, "bytes": 48_200, "media_type": "image/png", "width": 640, "height": 420}
    guide = {"id": OTHER_FILE, "bytes": 236_000, "media_type": "application/pdf"}
    return [
        _said(desk.VISITOR_AUTHOR, words["ask"]),
        {"kind": desk.ASSIGNED, "subject": desk.AGENT},
        _said(desk.AGENT_AUTHOR, words["answer"]),
        _said(desk.AGENT_AUTHOR, words["more"]),
        _said(desk.AGENT_AUTHOR, words["picture"], file=picture),
        _said(desk.AGENT_AUTHOR, words["file"], file={**guide, "width": 0, "height": 0}),
        _said(desk.AGENT_AUTHOR, words["link"]),
        _said(desk.VISITOR_AUTHOR, words["thanks"]),
    ]


def scenes(language: str, pictures: Path) -> dict[str, Scene]:
    """Give what there is to see, by name."""
    words: dict[str, Any] = SAYINGS[language]
    agents = dict(zip((desk.AGENT, desk.OTHER_AGENT), words["agents"], strict=True))
    usual: dict[str, Any] = {"language": language, "agents": agents}
    talk = _talk(words)
    asked = [_said(desk.VISITOR_AUTHOR, words["away"])]
    greeted = [_said(desk.BOT_AUTHOR, words["bot"], options=words["options"])]
    ended = [*talk, _said(desk.AGENT_AUTHOR, words["bye"]), {"kind": desk.RESOLVED, "author": 3}]
    files = {FILE: pictures / "sample.png"}
    return {
        "closed": Scene(**usual, status=2, events=talk, unread=2, files=files),
        "empty": Scene(**usual, suggestions=words["options"][:-1]),
        "bot": Scene(**usual, status=desk.BOT_STATUS, events=greeted),
        "chatting": Scene(
            **usual, status=desk.ASSIGNED_STATUS, events=talk, read=8, typing=True, files=files
        ),
        "offline": Scene(**usual, online=0, status=desk.QUEUED_STATUS, events=asked),
        "waiting": Scene(
            **usual,
            status=desk.QUEUED_STATUS,
            place=3,
            events=[*asked, {"kind": desk.QUEUED}],
        ),
        "rating": Scene(**usual, status=desk.RESOLVED_STATUS, events=ended, read=9, files=files),
        "form": Scene(**usual, inbox={"form": "before"}),
        "away": Scene(**usual, online=0),
        "broken": Scene(
            **usual, status=desk.ASSIGNED_STATUS, events=talk, read=8, connected=False, files=files
        ),
    }


def show(context: BrowserContext, name: str, scene: Scene, language: str) -> Page:
    """Open the shop with the widget in this scene, and wait until all is there."""
    connected, scene.connected = scene.connected, True
    told = ScriptedDesk(context, scene)
    page = context.new_page()
    page.set_default_timeout(10_000)
    if name == "closed":  # Somebody who chatted before is told of answers.
        page.add_init_script(f"localStorage['airdesk.{INBOX}.chat'] = '1'")
    page.goto(f"{SHOP}/demo/?lang={language}")
    page.locator("airdesk-widget button").wait_for()
    if name == "closed":
        page.locator("airdesk-widget .n", has_text="2").wait_for()
        return page
    page.evaluate("AirDesk('open')")
    frame = page.frame_locator("airdesk-widget iframe")
    frame.get_by_test_id("connection").wait_for(state="attached")
    frame.locator('[data-state="live"][data-testid=connection]').wait_for(state="attached")
    if scene.typing:
        frame.locator(".dots").wait_for()
    for _ in scene.files:
        frame.locator(".picture img").wait_for()
    if name == "rating":
        frame.get_by_test_id("rate-4").hover()
    if not connected:
        told.hang_up()
        frame.locator('[data-state="offline"]').wait_for()
        frame.get_by_test_id("again").wait_for()
    page.wait_for_timeout(250)  # Fonts and the last step of layout; nothing tells of them.
    return page


def alone(context: BrowserContext, scene: Scene) -> Page:
    """Open the stand-alone page in this scene."""
    ScriptedDesk(context, scene)
    page = context.new_page()
    page.goto(f"{DESK}/chat/{INBOX}")
    page.locator('[data-state="live"]').first.wait_for(state="attached")
    page.wait_for_timeout(250)
    return page


_INDEXED = """async base64 => {
  const picture = new Image();
  picture.src = `data:image/png;base64,${base64}`;
  await picture.decode();
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const pen = canvas.getContext('2d');
  pen.drawImage(picture, 0, 0);
  const {data} = pen.getImageData(0, 0, canvas.width, canvas.height);
  const pixels = Array.from({length: data.length / 4}, (_, n) =>
    (data[4 * n] << 16) | (data[4 * n + 1] << 8) | data[4 * n + 2]);
  const counts = new Map();
  for (const colour of pixels) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const parts = colour => [colour >> 16, (colour >> 8) & 255, colour & 255];
  const frequent = [...counts].sort((a, b) => b[1] - a[1]).map(([colour]) => colour);
  const far = (a, b) => parts(a).reduce((sum, part, n) => sum + (part - parts(b)[n]) ** 2, 0);
  const palette = [];
  for (const colour of frequent) {
    if (palette.length === 256) break;
    if (palette.every(known => far(known, colour) > 9)) palette.push(colour);
  }
  const nearest = new Map(frequent.map(colour => [colour, palette.reduce(
    (best, known, n) => far(known, colour) < far(palette[best], colour) ? n : best, 0)]));
  const rows = pixels.map(colour => String.fromCharCode(nearest.get(colour))).join('');
  return [picture.width, picture.height, palette, btoa(rows)];
}"""


def keep(page: Page, place: Path) -> None:
    """Take a picture and write it small: 256 colours are enough for a page."""
    keep_small(page.context, page.screenshot(), place)


def keep_small(context: BrowserContext, taken: bytes, place: Path) -> None:
    """Write a picture that was taken with 256 colours, with the help of a browser."""
    painter = context.new_page()
    encoded_once = base64.b64encode(taken).decode()
    width, height, palette, pixels = painter.evaluate(_INDEXED, encoded_once)
    painter.close()
    rows = base64.b64decode(pixels)
    lines = b"".join(b"\0" + rows[n : n + width] for n in range(0, width * height, width))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", b"".join(colour.to_bytes(3) for colour in palette)),
        (b"IDAT", zlib.compress(lines, 9)),
        (b"IEND", b""),
    )
    encoded = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )
    place.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(encoded))


def take(folder: Path, looks: list[Look], names: set[str] | None) -> Iterator[Path]:
    """Take pictures into a folder, and give their places."""
    sample = Path(__file__).parent / "pictures"
    with chromium() as browser:
        for look in looks:
            for name, scene in scenes(look.language, sample).items():
                if names is not None and name not in names:
                    continue
                context = look.context(browser)
                page = show(context, name, scene, look.language)
                place = folder / f"widget-{name}-{look.name}.png"
                keep(page, place)
                context.close()
                yield place
            context = look.context(browser)
            page = alone(context, scenes(look.language, sample)["chatting"])
            place = folder / f"widget-alone-{look.name}.png"
            keep(page, place)
            context.close()
            yield place


def main() -> None:
    """Take pictures as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=PICTURES)
    parser.add_argument("--all", action="store_true", help="every look of every scene")
    parser.add_argument("--only", nargs="*", help="names of scenes")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    looks = [Look(*one) for one in product(SIZES, SAYINGS, SCHEMES)]
    if not options.all:
        looks = [look for look in looks if (look.language, look.scheme) in DOCUMENTED]
    names = set(options.only) if options.only else None if options.all else DOCUMENTED_SCENES
    for place in take(options.folder, looks, names):
        sys.stdout.write(f"{place} {place.stat().st_size}\n")


if __name__ == "__main__":
    main()
