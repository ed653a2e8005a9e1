"""Every bound of the program, with its reason.

A queue, buffer, loop, retry or message that is bounded anywhere is bounded by a name from here.
What happens at the bound is said in the name's comment.
"""

from typing import Final

# Sockets ---------------------------------------------------------------------------------------

FRAME_BYTES_MAX: Final = 64 * 1024
"""One WebSocket message from a client. Larger: close 4003 (1009 for a single frame's header).
picows' read buffer doubles and never shrinks, so a larger cap would be paid per connection."""

TEXT_BYTES_MAX: Final = 16 * 1024
"""One message's text in UTF-8, about 5,000 Chinese characters. Larger: the command is rejected."""

OPTIONS_MAX: Final = 10
"""Answers that the bot may offer with one message. More: the command is rejected."""

OPTION_BYTES_MAX: Final = 256
"""One offered answer in UTF-8, a line on a phone. Larger: the command is rejected."""

FILE_TICKET_BYTES_MAX: Final = 2_048
"""The ticket of an uploaded file, its name of at most 255 characters in it. Larger: the command is
rejected."""

HELLO_MS_MAX: Final = 10_000
"""From open to hello. Later: close 4305, so that silent sockets cost nothing for long."""

BEAT_MS: Final = 25_000
"""From one beat to the next, below the 30 s after which mobile carriers forget a path."""

SILENCE_MS_MAX: Final = 30_000
"""Without a byte from the other end it counts as dead; a beat and 5 s for it to arrive."""

OUTBOX_BYTES_MAX: Final = 256 * 1024
"""Bytes that wait for one slow reader. More: the connection is cut (4301) and may resume."""

LOOP_REST_MS_MAX: Final = 4
"""From one turn of a busy event loop to the next, so that it works on several messages at once. A
turn that takes longer is followed by no rest."""

CLOSE_MS_MAX: Final = 2_000
"""From our close frame to the peer's answer. Later: the TCP connection is dropped."""

CONNECTIONS_MAX: Final = 19_000
"""Sockets of one process, below the 20,000 files that it may usually open. More: HTTP 503."""

BACKLOG_MAX: Final = 4_096
"""Connections that wait for accept, so that no crowd is turned away; Linux has the same cap."""

COMMANDS_PENDING_MAX: Final = 64
"""Commands of one connection without an answer. More: close 4303, the client resends later."""

COMMANDS_IN_FLIGHT_MAX: Final = 32
"""Commands that a client sends ahead of their answers, half of what the server bears. The others
wait in its outbox."""

MESSAGES_PER_WINDOW_MAX: Final = 100
"""Messages of one connection in a window. More: close 4302."""

RATE_WINDOW_MS: Final = 5_000
"""The window of MESSAGES_PER_WINDOW_MAX."""

HELD_CONVERSATIONS_MAX: Final = 200
"""Conversations that one connection may follow or name in hello. More: close 4004."""

CLOSED_REFS_MAX: Final = 64
"""Refs of closed conversations that a connection still understands, for commands that were on
their way when it closed. The oldest go first."""

MARKS_MAX: Final = 200
"""Receipts in one message. More: close 4004."""

TOKEN_BYTES_MAX: Final = 1024
"""A credential in hello."""

# Pages -----------------------------------------------------------------------------------------

PAGE_EVENTS_MAX: Final = 100
"""Events read from the log at once, about 0.5 ms of the loop. More: further pages follow."""

OPENING_EVENTS: Final = 50
"""Events shown when a conversation is opened without a position; two screens."""

RESUME_EVENTS_MAX: Final = 1_000
"""Missed events of one conversation that are replayed. More: its view is reset to the newest."""

QUEUE_ROWS_MAX: Final = 50
"""Waiting conversations whose rows an agent's list shows; the count beside it is whole."""

# Views and search ------------------------------------------------------------------------------

VIEWS_WAIT_MS_MAX: Final = 2_000
"""How long a read of lists or search waits for what its asker has just written; usually it is a few
milliseconds. Longer: 4320, and the asker comes again."""

VIEW_ITEMS_MAX: Final = 200
"""Items of one page of a list. More: 4004."""

VISITORS_ASKED_MAX: Final = 100
"""Visitors whose conversations are listed at once: the devices of one person. More: 4004."""

PREVIEW_CHARS_MAX: Final = 160
"""Characters of the newest words in a list; a row shows two lines. The rest is cut off."""

SEARCH_WORDS_MAX: Final = 16
"""Words of a search that count, so that nobody makes a search of a page of text. The rest is left
out."""

SEARCH_CANDIDATES_MAX: Final = 2_000
"""Messages looked at for one page of found ones, some 20 ms. More: the page ends and its key goes
on behind them."""

SNIPPET_CHARS_MAX: Final = 120
"""Characters shown around what was found, three lines of a list. The rest is cut off."""

HEARD_RECORDS_MAX: Final = 4_096
"""Records that are kept in memory for each consumer of the log, a few seconds of a busy shard and a
few MB. Who falls further behind reads the log."""

VIEW_RECORDS: Final = 32
"""Records that the views take in one go, less than 1 ms of work in Python, so that the event loop
does not wait long for the thread that does it."""

VIEW_COMMIT_RECORDS: Final = 2_048
"""Records put into the views with one commit: each page of the file that they share is written
once. A few hundred are as good; more make reads wait."""

# Bot -------------------------------------------------------------------------------------------

FAQ_FRESH_MS: Final = 1_000
"""How old the bot's knowledge of a FAQ may be; with the time to read it, an owner's change counts
within two seconds."""

FAQS_MAX: Final = 200
"""Accounts whose FAQ is kept in memory, 1 KB for each question. The one longest unused goes first
and is read again."""

BOT_RECORDS: Final = 256
"""Records that the bot takes at once; their conversations are answered side by side."""

CONTACT_RECORDS: Final = 256
"""Records of which the contacts of visitors are made at once, in one transaction: it holds up the
directory's other writers for 100 milliseconds or so where all of them are new visitors."""

BOT_TALKS_MAX: Final = 20_000
"""Conversations of which the bot remembers what it said last. The one longest silent goes first
and is read again when its visitor speaks."""

# Home ------------------------------------------------------------------------------------------

APPENDS_IN_FLIGHT_MAX: Final = 20_000
"""Records that wait for the disk. More: new commands get 4300 until it has caught up."""

STATES_IN_FLIGHT_MAX: Final = 65_536
"""States that wait for the disk, so that a checkpoint made faster than the disk takes it does not
fill the memory. More: `save_states` raises 4300 and the checkpoint goes on later."""

COMMIT_RECORDS_MAX: Final = 1_000
"""Records in one commit, so that the first in it does not wait for a long transaction."""

COMMIT_DELAY_MS_MAX: Final = 2
"""How long a commit under load may wait for more records, where that saves CPU."""

LINK_BYTES_MAX: Final = 8 * 1024 * 1024
"""Bytes that wait for one gateway. More: messages are dropped, their numbers show the hole, and
the gateway reads again from its last positions."""

LINK_FRAME_BYTES_MAX: Final = 4 * 1024 * 1024
"""One message between home and gateway. Larger: the link is cut."""

LINK_TO_HOME_BYTES_MAX: Final = 64 * 1024 * 1024
"""Bytes that wait for a home, which takes them one by one: after a broken link a gateway introduces
all its sessions at once, about 300 bytes each. More: the link is cut and made anew."""

LINK_BEAT_MS: Final = 1_000
"""From one beat of a link to the next, in both directions."""

LINK_SILENT_BEATS_MAX: Final = 5
"""Beats in a row before which not a byte came: the other process hangs, the link is cut."""

LINK_RETRY_MS_MIN: Final = 50
"""From a broken link to the first try to make it anew; each further pause is twice as long."""

LINK_RETRY_MS_MAX: Final = 1_000
"""Between two tries to reach a home that is away: a gateway never gives up."""

LINK_WAITING_MAX: Final = 100_000
"""Messages that wait for a gateway in the home's own process until the loop's next turn. More:
they are dropped and the gateway is told of the hole."""

READ_MARK_MS: Final = 1_000
"""Read positions are stored at most this often, all of a shard together."""

ROWS_MS: Final = 250
"""Changed rows are sent to an agent at most this often (four times a second)."""

PRESENCE_GRACE_MS: Final = 60_000
"""An agent whose last connection broke counts as away after this; his chats are queued again."""

ANSWER_MS_MAX: Final = 180_000
"""An assigned agent who has written nothing by then loses the conversation to the next; 0 = off,
an inbox may say otherwise."""

HOT_RESOLVED_MAX: Final = 10_000
"""Resolved conversations kept in memory after they were stored, for quick reopening. The oldest
go first."""

CHECKPOINT_RECORDS: Final = 20_000
"""Records between checkpoints, so that a restart replays less than two seconds' work."""

CHECKPOINT_SLICE: Final = 100
"""States encoded for a checkpoint without letting others run, below 2 ms."""

SNOOZE_MS_MAX: Final = 366 * 24 * 3_600_000
"""A conversation is put aside for a year at most. Longer: the command is rejected."""

RETRY_ROUTE_MS: Final = 15_000
"""A visitor whose agent is silent while nobody else is free is looked at again after this."""

SWEEP_MS: Final = 5_000
"""How often a gateway looks at each connection."""

SWEEP_SLICE_MS: Final = 200
"""Between two looks at a share of the connections, a 25th: the beats of 15,000 are 120 at a time,
not 600, and no message waits behind them."""

LOOKED_AGAIN_MAX: Final = 5_000
"""Sessions that a gateway looks at in one tick when tokens became void: 15,000 in three."""

PUT_OUT_MAX: Final = 200
"""Sessions that it puts out in one tick, a thousand a second, so that no message waits longer than
the closing of so many takes (4 ms)."""

ATTACHING_MAX: Final = 100
"""Sessions that a gateway introduces to a returned home at once; each answer lets the next go, so
that neither holds its loop for long."""

# Directory -------------------------------------------------------------------------------------

NAME_CHARS_MAX: Final = 100
"""One line that names a person, a team, an inbox or an account. Longer: refused."""

EMAIL_CHARS_MAX: Final = 254
"""RFC 5321, section 4.5.3.1.3, less the angle brackets."""

PASSWORD_CHARS_MIN: Final = 10
"""Shorter passwords are guessed from a stolen file. Shorter: refused."""

PASSWORD_CHARS_MAX: Final = 256
"""Longer than any password manager makes; hashing a megabyte would serve an attacker."""

ORIGIN_CHARS_MAX: Final = 260
"""A host name of 253 characters with scheme and port."""

ORIGINS_MAX: Final = 100
"""Sites of one inbox; all of them go into one header of the widget's frame."""

SKILLS_MAX: Final = 50
"""Skills of one member or inbox; each choice of an agent looks at them."""

CAPACITY_MAX: Final = 1_000
"""Conversations of one agent at once: far above people, enough for a program."""

INBOX_MS_MAX: Final = 366 * 24 * 3_600_000
"""The longest time that an inbox's rule may name, a year."""

WIDGET_TEXT_CHARS_MAX: Final = 500
"""One of the widget's texts; the greeting is shown in one bubble."""

DAY_SPANS_MAX: Final = 6
"""Spans of a day in which an inbox is attended: a shift's three breaks and some to spare."""

HOLIDAYS_MAX: Final = 400
"""Closed days of an inbox, more than a year of them."""

ATTRIBUTES_MAX: Final = 50
"""Attributes of a contact; all of them go to the agent's page."""

ATTRIBUTE_CHARS_MAX: Final = 500
"""One attribute's value."""

CANNED_CHARS_MAX: Final = 5_000
"""A canned reply or the bot's answer, so that it fits into one message in any language."""

QUESTION_CHARS_MAX: Final = 300
"""A question of the FAQ; the widget shows it on a button."""

FAQ_VARIANTS_MAX: Final = 30
"""Other ways to ask one question; every message to the bot is compared with all."""

ENTITIES_MAX: Final = 5_000
"""Teams, inboxes, canned replies, questions, labels or open invitations of one account, each; what
is listed whole is bounded. More: 4321."""

MEMBERS_MAX: Final = 5_000
"""Seats of one account, former ones too. More: 4321."""

STRESS_PEOPLE_MAX: Final = 1_000
"""Visitors made for a load generator in one request, some 10 ms of signing. More: 422."""

TOKENS_MAX: Final = 50
"""API tokens of one user in one account. More: 4321."""

PAGE_VIEWS_MAX: Final = 100
"""Pages kept of one visitor's way through the site. The oldest go first."""

PAGE_ITEMS: Final = 50
"""Items of a list's page where the client names no number."""

PAGE_ITEMS_MAX: Final = 200
"""Items of a list's page at most."""

LINK_MS_MAX: Final = 600_000
"""A one-time link is good for ten minutes: long enough to copy it."""

INVITATION_MS_MAX: Final = 7 * 24 * 3_600_000
"""An invitation is good for a week."""

SESSION_IDLE_MS_MAX: Final = 14 * 24 * 3_600_000
"""A session that nobody uses ends."""

SESSION_MS_MAX: Final = 90 * 24 * 3_600_000
"""Every session ends then, however much it is used."""

SESSION_TOUCH_MS: Final = 60_000
"""A used session is written at most this often, so that reading stays reading."""

ADDRESS_CHARS_MAX: Final = 64
"""A client's address as a session remembers it; IPv6 with a zone has less. Longer: cut."""

BROWSER_CHARS_MAX: Final = 200
"""A browser's own words about itself as a session remembers them. Longer: cut."""

SOCKET_TOKEN_S: Final = 300
"""A socket's token is good for this long; the page gets a new one from its session."""

ATTEMPT_WINDOW_MS: Final = 15 * 60_000
"""The window in which wrong passwords and links are counted."""

ATTEMPTS_BY_ADDRESS_MAX: Final = 30
"""Wrong passwords or links from one address (one /64 of IPv6) in a window; an office shares an
address. More: 4320."""

ATTEMPTS_BY_ACCOUNT_MAX: Final = 10
"""Wrong passwords for one e-mail in a window, from wherever. More: 4320, also for the right one."""

HASHES_AT_ONCE: Final = 2
"""Passwords hashed at the same time, 19 MiB and a core each."""

HASHES_WAITING_MAX: Final = 64
"""Passwords that wait to be hashed, two seconds of work. More: 4322."""

DIRECTORY_WAIT_MS_MAX: Final = 5_000
"""A change waits so long for another process's change. Longer: 4520."""

DIRECTORY_READERS: Final = 4
"""Connections of one process that read the directory at the same time."""

FACTS_MS: Final = 200
"""The relay looks for new outbox rows at least this often: other processes write them too."""

FACTS_AT_ONCE: Final = 100
"""Outbox rows that the relay gives to the home before it waits for the disk."""

ANSWERS_MS_MAX: Final = 24 * 3_600_000
"""The answer to an Idempotency-Key is kept for a day."""
# HTTP ------------------------------------------------------------------------------------------
BODY_BYTES_MAX: Final = 256 * 1024
"""One request's body in JSON, ten times the longest text. Larger: 413."""

FILE_BYTES_MAX: Final = 25 * 1024 * 1024
"""One file; streamed to the disk, never held in memory. Larger: 413."""

URL_CHARS_MAX: Final = 2_000
"""Address of a page that a visitor looked at; browsers and proxies bear no longer ones."""

TITLE_CHARS_MAX: Final = 300
"""Title of a page that a visitor looked at."""

PAGES_AT_ONCE_MAX: Final = 20
"""Pages in one report of a visitor's trail. More: refused."""

NEW_VISITORS_MAX: Final = 120
"""New visitors from one address in NEW_VISITORS_WINDOW_MS; a school shares an address. More: 429,
and the widget comes again."""

NEW_VISITORS_WINDOW_MS: Final = 60_000
"""The window of NEW_VISITORS_MAX."""

UPLOADS_MAX: Final = 60
"""Files that one person may send in UPLOADS_WINDOW_MS. More: 429."""

UPLOADS_WINDOW_MS: Final = 10 * 60_000
"""The window of UPLOADS_MAX."""

CONTACT_CHANGES_MAX: Final = 30
"""How often one visitor may say who he is in CONTACT_CHANGES_WINDOW_MS: each is an audit row. More:
429."""

CONTACT_CHANGES_WINDOW_MS: Final = 10 * 60_000
"""The window of CONTACT_CHANGES_MAX."""

TRAILS_MAX: Final = 120
"""How often one visitor may tell of pages in TRAILS_WINDOW_MS; the widget tells of several at once.
More: 429, and the widget tells of them later."""

TRAILS_WINDOW_MS: Final = 60_000
"""The window of TRAILS_MAX."""

ADDRESSES_MAX: Final = 50_000
"""Addresses that are counted at the same time. The oldest are forgotten first."""

CLAIM_MS_MAX: Final = 60_000
"""A process that claimed an Idempotency-Key and gave no answer in so long has died: a repeat may
act. Longer than any request may take whose answer is remembered."""

CLAIM_LOOK_MS: Final = 50
"""How often a repeat looks whether the other process has answered."""

UNSENT_FILE_MS_MAX: Final = 25 * 3_600_000
"""An uploaded file that no message names is removed after so long: a day, in which its ticket is
good, and an hour for a message that was sent at the last moment."""

FIRST_ANSWER_MS_MAX: Final = 10_000
"""How long a repeat waits for the first request of its Idempotency-Key. Longer: 409."""

HOME_REQUESTS_MAX: Final = 1_000
"""HTTP requests of one process that wait for the home. More: they get 4303 and come again."""

HOME_REQUEST_MS_MAX: Final = 5_000
"""How long an HTTP request waits for the home. Later: it gets 4502; a repeat with the same
operation id finds out what became of it."""

REVOKED_MS: Final = 6 * 60_000
"""How long the home refuses a revoked credential: socket tokens live five minutes, and clocks of
two machines may differ a little."""

REVOKED_MAX: Final = 10_000
"""Revoked credentials that one account refuses at once. More: the oldest are let go early."""

BLOCKED_MAX: Final = 10_000
"""Visitors whom one account blocks, 400 KB of its state. More: the command is rejected; somebody
has to be let in again first."""

LABELS_MAX: Final = 20
"""Labels of one conversation; a row shows them in one line. More: the command is rejected."""

MENTIONS_MAX: Final = 20
"""Agents whom one note mentions. More: the command is rejected."""

TYPED_CHARS_MAX: Final = 500
"""What a visitor has typed so far, as the staff sees it before he sends it; three lines. The rest
is cut off."""

BOARD_AGENTS_MAX: Final = 1_000
"""Agents on a supervisor's board, those who are there first; a read of it then takes some 2 ms. The
rest is left out."""

BOARD_INBOXES_MAX: Final = 200
"""Inboxes on a supervisor's board, those where visitors wait first. The rest is left out."""

VISITORS_SHOWN_MAX: Final = 500
"""Visitors on the list of those who are online, the latest first. The rest is left out."""

VIEWERS_SHOWN_MAX: Final = 20
"""Agents who are shown to look at one conversation. The rest is left out."""

ALIASES_MAX: Final = 64
"""Visitors who turned out to be one and the same. More: the command is rejected."""

ALIASES_CACHED_MAX: Final = 20_000
"""Visitors of whom the home remembers who else they are, or that they are nobody else. The one
longest not asked for goes first and is read again when needed."""
