# Rules

rules-title = Rules
rules-heading = The rules
rules-lead = The rules stand here as text and tables, each row with its source and its dates. The computation reads this very text; there is no second one.
rules-coverage = What is covered
rules-checked = Sources last checked on { $day }
rules-coverage-link = Checked until when and by which source, and what is not covered
rules-locals = Local rules
rules-since = Rules since { $day }
rules-instruments = Register of instruments
confidence-heading = How well a source is attested
confidence-lead = Every rule says how well its source is attested. The first two kinds carry no mark; the others are marked wherever they are used.
rules-on = Rules of which day
rules-on-hint = (as 2026-11-23)
rules-place = Which place
rules-show = Show
rules-bad-date = “{ $given }” is not a day of the calendar; write it as 2026-11-23
rules-unknown-place = There is no place “{ $given }”; choose from the list
versions-heading = Versions
versions-now = (shown here)
no-version-heading = There are no rules for this day
no-version-first = See the first rules, of { $day }
contents-heading = Contents
overlay-mark = local
replaced-mark = replaces the national rule
flag-mark = needs checking
document-main = National rules · { $period }
document-local = Local rules · { $period }
document-import = Rules referred to

table-row = Row
table-any = any
table-default = otherwise
hit-unique = Rows do not overlap; at most one applies.
hit-any = Several rows may apply; their results are the same.
hit-priority = Of the rows that apply, the one with the best result counts.
hit-first = From the top down, the first row that applies counts.
hit-rule-order = All rows that apply, in the order of the rows.
hit-output-order = All rows that apply, in the order of their results.
hit-collect = All rows that apply.
hit-sum = The rows that apply are added up.
hit-minimum = The least of the rows that apply.
hit-maximum = The greatest of the rows that apply.
hit-count = The number of rows that apply.
column-source = Source
column-words = In words

# Coverage

coverage-title = What is covered
coverage-lead = For every version of every programme: until which day it has been checked, by which source, what is flagged as not fully attested, and what is not covered. What changed after the day of the latest dated source is not known here.
coverage-programme = Programme
coverage-version = Rules in force
coverage-now = in force today
coverage-until = Checked until
coverage-undated = no dated source
coverage-not-obtained = not obtained: nothing is decided by these rules
coverage-flagged = Flagged
coverage-none-flagged = none
coverage-rows = { $flagged } of { $all } rows
coverage-between = Rules from { $from } to { $to }
coverage-in-places = { $period }, in { $places }
coverage-not-covered = Not covered
coverage-colon = {": "}

# Register of instruments

instruments-title = Register of instruments
instruments-heading = Register of instruments
instruments-lead = The { $count } instruments that the rules cite, by kind.
instruments-text = Text
instruments-issued = issued { $day }
instruments-from = in force from { $day }
instruments-to = in force to { $day }

list-joint = {", "}
