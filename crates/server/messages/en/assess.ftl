# Self-assessment: start

assess-kicker = Self-assessment · no account, answers are not stored
start-title = What, where and when
start-heading = What, where and when
start-lead = Rules differ by place and by day. Settle these three first, then describe your situation.
start-programme = What do you want to apply for?
start-place = Where would you apply?
start-place-hint = Usually where the employer is.
start-on = By the rules of which day?
start-on-hint = Usually the day on which you would file, as 23 11 2026.
start-no-programme = Choose what you want to apply for
start-unknown-programme = There is nothing called “{ $given }” to apply for; choose from the list
start-unknown-place = There is no place “{ $given }”; choose from the list
start-missing-date = Enter a date
date-year = Year
date-month = Month
date-day = Day
date-incomplete = Enter year, month and day, as 2026, 11, 23
date-impossible = { $given } is not a day of the calendar
date-not-digits = Enter year, month and day as numbers, as 2026, 11, 23

# Self-assessment: list of tasks

tasks-title = Your situation
tasks-heading = Your situation
tasks-lead = Fill in the parts in any order, or leave some empty. If a missing fact matters for the outcome, the result says so.
tasks-back = Change what, where or when
tasks-progress = { $done } of { $all } parts done
tasks-check = Check your answers
tasks-result = Go to the result
ask-heading = The question that decides most
ask-why = Asked for: { $needed }
ask-why-points = Asked because the points depend on it.
ask-decides = “{ $answer }” decides: { $outcome }
task-not-started = Not started
task-in-progress = In progress
task-done = Done
task-not-needed = Not needed

# Self-assessment: the parts

matter-progress = Part { $number } of { $all }
matter-optional = Leave empty what you do not know or prefer not to say.
matter-back = Back to the list
matter-continue = Save and continue
matter-unknown = There is no part “{ $given }”
field-evidence = {"Evidence: "}
choice-yes = Yes
choice-no = No
choice-unknown = I do not know yet, or prefer not to say
choice-none = None of these
many-both = You chose “None of these” together with others. Keep one or the other
number-not-number = “{ $given }” is not a number; enter digits, as { $example }

# Self-assessment: check

check-title = Check your answers
check-heading = Check your answers
check-lead = After each change you come back to this page.
check-setting = What, where and when
check-empty = left empty
check-result = See the result
check-none = none

# Faulty answers

answers-unreadable = The answers that came with the page cannot be read; they start afresh
answers-too-many = Too many answers came with the page; they start afresh
answers-unknown-fact = There is no fact “{ $given }”; it was not used
answers-fault = { $fact }: { $fault }; it was not used
fault-joint = {". "}
fault-semicolon = {"; "}
