# What letters say of days, time limits, documents and remedies.

day = { $year }年{ $month }月{ $day }日
due = { $day }
due-provisional = { $day }（暂定：之后的放假调休安排尚未公布）
due-none = （未计时）
not-given = （未填写）
yes = 是
no = 否
by-law = （依法视为作出）
working-days = { $amount }个工作日
days = { $amount }日
months = { $amount }个月
basis = 《{ $instrument }》{ $place }
item = { $number }. { $document }：{ $why }
answer-granted = { $track }（{ $department }）：同意
answer-refused = { $track }（{ $department }）：不同意。{ $reasons }
remedy-open = { $title }：自{ $from }起{ $within }内，向{ $to }提出（{ $basis }）。{ $how }
remedy-none = { $title }：为最终决定，不能申请行政复议，也不能提起行政诉讼（{ $basis }）。{ $how }
remedy-unsettled = { $how }
