# What letters say of days, time limits, documents and remedies.

day = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }
due = { $day }
due-provisional = { $day } (provisional: the days off after that have not been announced)
due-none = (no time limit runs)
not-given = (not given)
yes = yes
no = no
by-law = (by operation of law)
working-days = { $amount } { $amount ->
    [one] working day
   *[other] working days
}
days = { $amount } { $amount ->
    [one] day
   *[other] days
}
months = { $amount } { $amount ->
    [one] month
   *[other] months
}
basis = { $instrument }, { $place }
item = { $number }. { $document }: { $why }
answer-granted = { $track } ({ $department }): agreed
answer-refused = { $track } ({ $department }): not agreed. { $reasons }
remedy-open = { $title }: within { $within } of { $from }, to { $to } ({ $basis }). { $how }
remedy-none = { $title }: it is final; neither reconsideration nor a suit is open against it ({ $basis }). { $how }
remedy-unsettled = { $how }
