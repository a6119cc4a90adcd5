# One person by every programme

everywhere-title = Where could you go
everywhere-heading = Where could you go
everywhere-lead = One profile, assessed by every programme of every country in the rules. The nearest come first. Nothing is stored.
everywhere-day = By the rules of { $day }
everywhere-open = { $count ->
    [one] Open: { $count } programme
   *[other] Open: { $count } programmes
}
everywhere-undecided = { $count ->
    [one] Facts are missing: { $count } programme
   *[other] Facts are missing: { $count } programmes
}
everywhere-closed = { $count ->
    [one] Not open today: { $count } programme
   *[other] Not open today: { $count } programmes
}
everywhere-missing-count = { $count ->
    [one] { $count } fact missing
   *[other] { $count } facts missing
}
everywhere-missing = {"Missing: "}
everywhere-missing-data = {"Data that an operator must load: "}
everywhere-failed = {"Not met: "}
everywhere-points = { $score } points
everywhere-joint = {"; "}
everywhere-short = { $short } short of { $threshold }
everywhere-above = { $above } above the threshold { $threshold }
everywhere-without = { $count ->
    [one] No answer for { $count } programme
   *[other] No answer for { $count } programmes
}
everywhere-profile-heading = Or as a file
everywhere-profile = Profile as JSON
everywhere-profile-hint = What you filled in stands here too. Keep it, and paste or drop the file next time.
everywhere-schema = Which keys there are (JSON Schema)
everywhere-file = Choose a file, or drop it here
everywhere-assess = Assess by every programme
everywhere-example = An example
everywhere-empty = Fill in a part of the form, paste a profile, or choose a file
everywhere-not-common = This is no common profile: it has none of the keys of the schema, as birth_date with education, work or languages
everywhere-at = { $key }, line { $line }
everywhere-named = { $name } ({ $at }):{" "}
everywhere-form-heading = Fill in what you know
everywhere-form-lead = In any order. What you leave out is not guessed: the answer says what is missing.
everywhere-change-heading = Change your answers
everywhere-keep = Keep the profile as a file
