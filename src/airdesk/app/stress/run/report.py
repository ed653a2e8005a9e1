"""The report of a stress test: one HTML file, in Chinese and English, without scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

from airdesk.app.stress.run.plots import Line, bars, plot
from airdesk.app.stress.run.stress import Measured, Moment

SHARES: Final = (0.5, 0.9, 0.95, 0.99, 0.999, 0.9999, 1.0)
"""Percentiles in the plot."""

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "title": ("压力测试报告", "Stress test"),
    "verdict": ("结论", "Verdict"),
    "connections": ("连接数", "Connections"),
    "connected": ("窗口内最少在线", "Fewest connected in the window"),
    "sent": ("已发送", "Sent"),
    "acked": ("已确认", "Acknowledged"),
    "delivered": ("已送达", "Delivered"),
    "lost": ("丢失", "Lost"),
    "duplicated": ("重复", "Duplicated"),
    "out_of_order": ("乱序", "Out of order"),
    "cross_talk": ("串话", "Cross-talk"),
    "latency": ("延迟：从计划发送时刻到对方收到", "Latency: from the time to send to receipt"),
    "ack": ("确认延迟", "Latency of the acknowledgement"),
    "server": ("服务器", "Server"),
    "idle": ("每个空闲连接的内存（字节）", "Memory of an idle connection, bytes"),
    "cpu": ("每条消息的 CPU（微秒）", "CPU of a message, µs"),
    "memory": ("最大内存（字节，含内核套接字）", "Most memory with the kernel's sockets, bytes"),
    "lag": ("事件循环延迟（毫秒）", "Lag of the event loops, ms"),
    "bytes": ("每条消息的线上字节数", "Bytes on the wire for a message"),
    "over_time": ("延迟随时间变化（毫秒）", "Latency over time, ms"),
    "percentiles": ("延迟百分位（毫秒）", "Percentiles of the latency, ms"),
    "connections_over_time": ("在线连接", "Connections open"),
    "memory_over_time": ("内存（MiB）", "Memory, MiB"),
    "cpu_over_time": ("服务器 CPU（单核百分比）", "CPU of the server, per cent of a core"),
    "lag_over_time": ("事件循环最大延迟（毫秒）", "Longest lag of an event loop, ms"),
    "back": ("恢复用时（秒）", "Time to be back, s"),
    "machine": ("机器", "Machine"),
    "settings": ("设置", "Settings"),
    "details": ("细节", "Details"),
    "note": (
        "发送按预定时刻进行（开环），等待不会被隐藏。压力发生器与服务器在同一台机器上。",
        "Messages leave at times fixed beforehand (an open loop), so that waiting is not hidden."
        " The generator runs on the server's own machine.",
    ),
    "note_elsewhere": (
        "发送按预定时刻进行（开环），等待不会被隐藏。服务器不在本机，其内存与 CPU 未知。",
        "Messages leave at times fixed beforehand (an open loop), so that waiting is not hidden."
        " The server is another's: its memory and CPU are not known.",
    ),
}

_STYLE: Final = """
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:780px;padding:0 1rem;
color:#1f1f1f;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.05rem;margin:1.6rem 0 .4rem}
table{border-collapse:collapse;width:100%}td{padding:.2rem .5rem;border-bottom:1px solid #eee}
td:last-child{text-align:right;font-variant-numeric:tabular-nums;word-break:break-word}
svg{width:100%;height:auto}svg text{font-size:11px;fill:#595959}svg text[fill]{fill:revert-layer}
.grid{stroke:#eee}.axis{stroke:#999}.ok{color:#237804}.bad{color:#a8071a}
#zh:checked~main [lang=en],#en:checked~main [lang=zh]{display:none}
@media(prefers-color-scheme:dark){body{background:#141414;color:#e0e0e0}td{border-color:#303030}
.grid{stroke:#303030}svg text{fill:#a6a6a6}.ok{color:#73d13d}.bad{color:#ff7875}}
"""


def report(told: Mapping[str, Any], measured: Measured, language: str = "en") -> str:
    """Write the report.

    Args:
        told: the result as JSON has it.
        measured: what the run found out, for the plots.
        language: the one shown first, `zh` or `en`.
    """
    title = " · ".join(_WORDS["title"])
    chosen = {"zh": "", "en": ""} | {language: " checked"}
    is_ok = told["verdict"] == "ok"
    note = "note" if told["settings"]["target"] == "its own server" else "note_elsewhere"
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{_STYLE}</style>"
        f'<input type="radio" name="language" id="zh"{chosen["zh"]}><label for="zh">中文</label>'
        f' <input type="radio" name="language" id="en"{chosen["en"]}>'
        '<label for="en">English</label><main>'
        f"<h1>{_word('title')}</h1>"
        f'<p>{_word("verdict")}: <strong class="{"ok" if is_ok else "bad"}">'
        f"{escape(told['verdict'])}</strong></p><p>{_word(note)}</p>"
        f"{_counts(told)}{_plots(measured)}{_more(told)}</main></html>\n"
    )


def _word(key: str) -> str:
    chinese, english = _WORDS[key]
    return f'<span lang="zh">{escape(chinese)}</span><span lang="en">{escape(english)}</span>'


def _counts(told: Mapping[str, Any]) -> str:
    server = told["server"]
    rows: list[tuple[str, Any]] = [
        (_word(key), told[key])
        for key in (
            *("connections", "connected", "sent", "acked", "delivered"),
            *("lost", "duplicated", "out_of_order", "cross_talk"),
        )
    ]
    rows += [
        (_word("latency"), _written(told["latency_ms"])),
        (_word("ack"), _written(told["ack_ms"])),
        (_word("idle"), _written(server["rss_bytes_per_connection"])),
        (_word("cpu"), _written(server["cpu_us_per_message"])),
        (_word("memory"), _written(server["memory_bytes"])),
        (_word("lag"), _written(server["loop_lag_ms"])),
        (_word("bytes"), _written(told["bytes"])),
    ]
    if told["bare_echo"] is not None:
        rows.append(("bare echo", _written(told["bare_echo"])))
    if "back_s" in told:
        rows.append((_word("back"), _written(told["back_s"])))
    return _table(rows)


def _plots(measured: Measured) -> str:
    moments = measured.moments
    xs = [one.at_s for one in moments]
    histogram = measured.totals.latency
    named = [(f"{share:.2%}", histogram.quantile_us(share) / 1_000) for share in SHARES]
    drawn = [
        ("over_time", plot("latency", xs, _latency(moments), "ms", logarithmic=True)),
        ("percentiles", bars("percentiles", named, "ms")),
        (
            "connections_over_time",
            plot("connections", xs, [Line("", [one.connected for one in moments])], ""),
        ),
    ]
    if measured.memory_bytes:
        drawn += [
            ("memory_over_time", plot("memory", xs, _memory(moments), "MiB")),
            (
                "cpu_over_time",
                plot("CPU", xs, [Line("", [100 * one.cpu_share for one in moments])], "%"),
            ),
            (
                "lag_over_time",
                plot("lag", xs, [Line("", [one.lag_ms for one in moments])], "ms"),
            ),
        ]
    return "".join(f"<h2>{_word(key)}</h2>{drawing}" for key, drawing in drawn)


def _latency(moments: Sequence[Moment]) -> list[Line]:
    names = ("p50", "p99", "max")
    return [Line(name, [one.latency_ms[n] for one in moments]) for n, name in enumerate(names)]


def _memory(moments: Sequence[Moment]) -> list[Line]:
    mib = 2**20
    return [
        Line("server", [one.memory_bytes / mib for one in moments]),
        Line("kernel", [one.kernel_bytes / mib for one in moments]),
    ]


def _more(told: Mapping[str, Any]) -> str:
    return "".join(
        f"<h2>{_word(key)}</h2>" + _table([(escape(k), _written(v)) for k, v in told[key].items()])
        for key in ("settings", "details", "machine")
    )


def _table(rows: Sequence[tuple[str, Any]]) -> str:
    cells = "".join(f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in rows)
    return f"<table>{cells}</table>"


def _written(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{escape(str(k))} {_written(v)}" for k, v in value.items()) or "-"
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "-"}[value]
    if isinstance(value, int):
        return f"{value:,}"
    return escape(f"{value:,.6g}" if isinstance(value, float) else str(value))
