# Texts of every page

service-name = Xianlu
service-line = Rules of talent immigration
service-description = Under the published rules, in a place and on a day: whether a person may come to work, in which category, and under which provision. No account; answers are not stored.
language-name = English
skip-to-content = Skip to the content
nav-label = Main sections
nav-assess = Self-assessment
nav-rules = Rules
colon = {": "}
continue = Continue
change = Change
foot-status = This is a self-assessment under published rules, not an administrative decision. An official of the competent authority decides under the law.
foot-privacy = Your answers travel with your pages only. The server does not store them, writes them to no log, and uses no cookies.
foot-rules = The rules in full
foot-instruments = Register of instruments
foot-api = Programming interface

# First page

home-title = Home
home-heading-first = {"Work and residence in China: "}
home-heading-second = see the rules before you plan
home-lead = Describe your situation and see which category you fall into under the rules of a place and a day; which provision of which instrument stands behind every point and every step; what is still missing; and what would change the outcome.
home-start = Start the self-assessment
home-rules = Read the rules
home-everywhere = Or: one profile, assessed by the programmes of every country
home-promise-time = About ten minutes
home-promise-account = No account
home-promise-storage = Answers are not stored
home-person-heading = For people who plan to come
home-person-text = Leave a question empty if you do not know. If a missing fact matters for the outcome, you are told so; it never counts as zero.
home-employer-heading = For employers
home-employer-text = Before you hire, see in which band the post, the pay and the experience fall, and how far the next one is.
home-official-heading = For those who examine and study
home-official-text = Each rule is set out as text with its source and its dates, for any day and any place.
home-programmes = What can be assessed
home-programme-rules = The rules of “{ $programme }”
home-limits = The rule packs say what they cover and what they do not. Rules whose source is not fully attested are marked wherever they are used.

# Pages for faults

error-title = {"Error: "}
error-summary = There is something to correct
error-prefix = {"Error: "}
fault-status = Status { $status }
fault-assess = Start the self-assessment
fault-home = Go to the first page
fault-not-found = There is no such page
fault-not-found-text = The address may be mistyped, or the page may have moved.
fault-method = This page cannot be opened in that way
fault-method-text = Please start again from the first page.
fault-too-large = What was sent is too large
fault-too-large-text = At most { $limit } KB are read at a time. What was sent is larger and has not been read.
fault-too-large-help = Use your browser’s Back button; what you had filled in is still there. Shorten the long text and send it again.
fault-unreadable = What was sent cannot be read
fault-unreadable-text = It does not have the form in which the pages of this service send answers.
fault-unreadable-help = Use your browser’s Back button and send the page again.
fault-internal = Something went wrong here
fault-internal-text = This is a fault of the program, not yours. Your answers have not been stored.
fault-internal-help = Try again later, or use your browser’s Back button.
fault-timeout = Sending took too long
fault-timeout-text = The answers did not arrive within the time allowed.
fault-timeout-help = Check your connection, use your browser’s Back button and send the page again.

# How well a source is attested

law-label = {"Source: "}
confidence-statute = full text read
confidence-published = seen as published
confidence-provisional = provisional
confidence-unverified = unverified
confidence-uncertain = uncertain
confidence-statute-meaning = The clause was read in the full text.
confidence-published-meaning = The content was seen on a published page.
confidence-provisional-meaning = Seen only on a page of low authority; the official text may differ.
confidence-unverified-meaning = From expert knowledge; no published page has been found to check it against.
confidence-uncertain-meaning = Sources contradict each other or are incomplete. No outcome rests on it.
