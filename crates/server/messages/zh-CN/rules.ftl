# 规则

rules-title = 规则
rules-heading = 规则
rules-lead = 规则写成条文和表格，每一行都注明来源和施行日期。计算用的就是这里的文字，没有另一套。
rules-coverage = 涵盖范围
rules-checked = 来源最近一次核对：{ $day }
rules-coverage-link = 核对到哪一天，依据哪些来源，哪些未涵盖
rules-locals = 地方规则
rules-since = 规则自 { $day } 起
rules-instruments = 法律文件登记
confidence-heading = 来源的可信程度
confidence-lead = 每条规则都标有来源的可信程度。前两种不加标记，其余在用到之处标出。
rules-on = 哪一天的规则
rules-on-hint = （例如 2026-11-23）
rules-place = 哪个地点
rules-show = 查看
rules-bad-date = “{ $given }”不是一个存在的日期。请写成 2026-11-23 的形式
rules-unknown-place = 没有地点“{ $given }”，请从列表中选择
versions-heading = 沿革
versions-now = （正在查看）
no-version-heading = 这一天没有规则
no-version-first = 查看最早的规则：{ $day }
contents-heading = 目录
overlay-mark = 地方
replaced-mark = 替代全国规定
flag-mark = 有待核实
document-main = 全国规则 · { $period }
document-local = 地方规则 · { $period }
document-import = 被引用的规则

table-row = 行
table-any = 不限
table-default = 其他
hit-unique = 各行互不重叠，至多适用一行。
hit-any = 可能适用几行，结果相同。
hit-priority = 适用的各行中，取结果最优先的一行。
hit-first = 自上而下，取第一行适用的。
hit-rule-order = 列出适用的各行，按行的次序。
hit-output-order = 列出适用的各行，按结果的优先次序。
hit-collect = 列出适用的各行。
hit-sum = 适用的各行相加。
hit-minimum = 取适用各行中最小的。
hit-maximum = 取适用各行中最大的。
hit-count = 计适用的行数。
column-source = 出处
column-words = 文字说明

# 涵盖范围

coverage-title = 涵盖范围
coverage-lead = 每个项目的每一版规则：核对到哪一天，依据哪些来源，哪些来源不够可靠而加标记，哪些未涵盖。最近一份有日期的来源之后的变动，本系统并不知道。
coverage-programme = 项目
coverage-version = 施行的规则
coverage-now = 现行
coverage-until = 核对到
coverage-undated = 来源无日期
coverage-not-obtained = 未取得：不据以判定
coverage-flagged = 加标记
coverage-none-flagged = 无
coverage-rows = { $all }行中{ $flagged }行
coverage-between = { $from }至{ $to }的规则
coverage-in-places = { $period }，{ $places }
coverage-not-covered = 未涵盖
coverage-colon = ：

# 法律文件登记

instruments-title = 法律文件登记
instruments-heading = 法律文件登记
instruments-lead = 规则所引用的 { $count } 份文件，按制定机关的层级和时间排列。
instruments-text = 文本
instruments-issued = { $day } 发布
instruments-from = { $day } 起施行
instruments-to = 施行至 { $day }

# 条文中的位置

list-joint = 、
