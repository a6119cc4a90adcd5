# Result

result-back = Back to your answers
result-undecided = This cannot be decided yet
result-undecided-text = The facts below are missing. The outcome may be: { $outcomes }.
result-undecided-open = The facts below are missing, and the rules cannot decide without them.
result-eligible-no = One or more base conditions are not met. All of them are needed; neither points nor routes replace them.
result-eligible-unknown = Whether all base conditions are met depends on what is missing.
result-points = Points
result-of-cap = of { $cap }
result-threshold = { $outcome } ({ $value } points)
result-above = { $points } above
result-exact = just reached
result-below = { $points } short
result-between = depends on what is missing
result-self = This is a self-assessment under published rules. Whether an application is approved is decided by an official of the authority, under the law.
result-print = Print
result-download = Download (JSON)
result-change = Change answers
result-again = Start again

missing-heading = What is missing
missing-lead = With these facts the rules can decide.
missing-heading-decided = What you have not told
missing-lead-decided = The outcome stands. With these facts the points or the routes may differ.
missing-answer = Answer
missing-parameter = Local values that the rule packs do not hold
missing-needed = {"Needed for: "}

improve-heading = What would change the outcome
improve-lead = In order of effort, the least first. Each has been computed again under the same rules.
improve-to = to
improve-reaches = The outcome becomes: { $outcome }
improve-reaches-score = The outcome becomes: { $outcome }, with { $score } points
improve-score = The points become { $score }
improve-more = The outcome becomes better

routes-heading = Routes
routes-lead = Routes are alternatives: one is enough.
routes-met = Met
routes-open = Cannot be told yet
routes-failed = { $count ->
    [one] One route that is not met, and why
   *[other] { $count } routes that are not met, and why
}
route-opens = → { $outcome }
line-yes = Met
line-no = Not met
line-unknown = Cannot be told yet
line-missing = {"Missing: "}

conditions-heading = Base conditions
conditions-lead = All of these must hold. Neither points nor routes replace them.

points-heading = Points
points-caption = Points and caps by factor
points-factor = Factor and grounds
points-points = Points
points-cap = Cap
points-total = Total
points-sub-scores = Sums and parts of factors
points-part = Sum or part
points-range = { $low } to { $high }
points-unknown = not known
chart-title = Points: { $score } of { $cap }
chart-description = Each bar is a factor: the frame is its cap, the solid part the points, the hatched part what depends on missing facts. The last bar is the total; dashed lines are the thresholds. The table below has the figures.
chart-total = Total

flags-heading = Grounds that need checking
flags-lead = This result uses rules whose source is not fully attested. Check them with the authority before you file.

applied-heading = Rules applied
applied = The rules in force on { $day } in { $place }:
version-from = from { $from } on
version-between = { $from } to { $to }
parameters-heading = Local values applied
facts-heading = { $count ->
    [one] One fact applied
   *[other] { $count } facts applied
}

next-heading = What happens next
next-decides = The authority for this is: { $authority }. A self-assessment creates no right and no duty; an official examines whether papers are genuine and whether the post fits.
next-evidence = Every fact needs evidence. Under each question you find the document that is usually asked for.
remedies-heading = If the application is refused

notices-heading = Please note
conditions-met = { $count ->
    [one] One condition met
   *[other] { $count } conditions met
}
law-same = {"same, "}
