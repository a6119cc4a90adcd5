# 结果

result-back = 返回核对
result-undecided = 还不能得出结论
result-undecided-text = 缺少下列事实，结论可能是：{ $outcomes }。
result-undecided-open = 缺少下列事实，规则还不能作出结论。
result-eligible-no = 有一项或几项基本条件不符合。基本条件都要具备，积分和途径不能代替。
result-eligible-unknown = 基本条件是否都具备，还要看缺少的事实。
result-points = 积分
result-of-cap = / { $cap }
result-threshold = { $outcome }（{ $value } 分）
result-above = 高出 { $points } 分
result-exact = 恰好达到
result-below = 还差 { $points } 分
result-between = 视缺少的事实而定
result-self = 这是按公开规则作出的自评。是否批准，由主管部门的工作人员依法审查后决定。
result-print = 打印
result-download = 下载（JSON）
result-change = 更改答案
result-again = 重新开始

missing-heading = 还缺什么
missing-lead = 补上这些事实，规则就能作出结论。
missing-heading-decided = 没有提供的事实
missing-lead-decided = 结论已定。补上这些事实，积分或途径可能不同。
missing-answer = 去填写
missing-parameter = 规则库没有的当地数值
missing-needed = 涉及：

improve-heading = 怎样可以改变结果
improve-lead = 按所需的努力从小到大排列，每一项都已按同一套规则重新算过。
improve-to = 改为
improve-reaches = 结论成为：{ $outcome }
improve-reaches-score = 结论成为：{ $outcome }，积分 { $score }
improve-score = 积分成为 { $score }
improve-more = 结论更有利

routes-heading = 途径
routes-lead = 途径之间是“或”的关系，符合一条即可。
routes-met = 符合
routes-open = 还不能判断
routes-failed = 不符合的途径（{ $count } 条）及原因
route-opens = → { $outcome }
line-yes = 符合
line-no = 不符合
line-unknown = 还不能判断
line-missing = 缺少：

conditions-heading = 基本条件
conditions-lead = 这些条件要同时具备，积分和途径不能代替。

points-heading = 积分
points-caption = 各要素的得分与满分
points-factor = 要素及依据
points-points = 得分
points-cap = 满分
points-total = 合计
points-sub-scores = 各部分小计和分项
points-part = 小计或分项
points-range = { $low } 至 { $high }
points-unknown = 不明
chart-title = 积分图：合计 { $score }，满分 { $cap }
chart-description = 每条横线是一个要素，外框为满分，实心为得分，斜线为取决于缺少的事实的部分。最下一条为合计，虚线为各类的分数线。数值见下表。
chart-total = 合计

flags-heading = 有待核实的依据
flags-lead = 本结果用到下列来源未经充分核实的规则。递交之前，请向主管部门核对。

applied-heading = 适用的规则
applied = 适用 { $day } 在{ $place }生效的规则：
version-from = { $from } 起
version-between = { $from } 至 { $to }
parameters-heading = 适用的当地数值
facts-heading = 采用的事实（{ $count } 项）

next-heading = 接下来
next-decides = 这项申请由{ $authority }主管。自评不产生任何权利或义务，材料是否真实、岗位是否相符，由工作人员审查。
next-evidence = 每一项事实都需要证明材料。各部分的问题下面写明了通常要求的材料。
remedies-heading = 如果不予批准

notices-heading = 请注意
conditions-met = 已具备（{ $count } 项）
law-same = 同上，
