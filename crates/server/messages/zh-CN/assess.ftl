# 自评：开始

assess-kicker = 自评 · 无需注册，不存储答案
start-title = 事项、地点和日期
start-heading = 办什么、在哪里、哪一天
start-lead = 规则因地、因时而不同。先定下这三项，再逐项说明情况。
start-programme = 要办理的事项
start-place = 在哪里办理
start-place-hint = 一般是用人单位所在地。
start-on = 按哪一天的规则
start-on-hint = 一般是递交申请的日子，例如 2026 年 11 月 23 日。
start-no-programme = 请选择要办理的事项
start-unknown-programme = 没有事项“{ $given }”，请从列表中选择
start-unknown-place = 没有地点“{ $given }”，请从列表中选择
start-missing-date = 请填写日期
date-year = 年
date-month = 月
date-day = 日
date-incomplete = 请把年、月、日都填上，例如 2026、11、23
date-impossible = { $given }不是一个存在的日期
date-not-digits = 年、月、日请用数字填写，例如 2026、11、23

# 自评：任务清单

tasks-title = 您的情况
tasks-heading = 您的情况
tasks-lead = 下面每一部分都可以先填、后填，也可以留空。缺少的事实若影响结论，结果会逐项说明。
tasks-back = 更改事项、地点或日期
tasks-progress = 共 { $all } 部分，已完成 { $done } 部分
tasks-check = 核对答案
tasks-result = 直接看结果
ask-heading = 现在最关键的问题
ask-why = 用于：{ $needed }
ask-why-points = 积分取决于这一项。
ask-decides = 回答“{ $answer }”即可确定：{ $outcome }
task-not-started = 未开始
task-in-progress = 进行中
task-done = 已完成
task-not-needed = 不需要

# 自评：各部分

matter-progress = 第 { $number } 部分，共 { $all } 部分
matter-optional = 不知道或不愿说明的，可以留空。
matter-back = 返回清单
matter-continue = 保存并继续
matter-unknown = 没有“{ $given }”这一部分
field-evidence = 证明材料：
choice-yes = 是
choice-no = 否
choice-unknown = 还不知道，或不愿说明
choice-none = 以上都没有
many-both = 选了“以上都没有”，又选了其他项。请只留一种
number-not-number = “{ $given }”不是数字，请填写数字，例如 { $example }

# 自评：核对

check-title = 核对答案
check-heading = 核对您的答案
check-lead = 更改一项之后，会回到这一页。
check-setting = 事项、地点和日期
check-empty = 留空
check-result = 看结果
check-none = 无

# 答案有误

answers-unreadable = 随页面带来的答案无法读取，已从头开始
answers-too-many = 随页面带来的答案太多，已从头开始
answers-unknown-fact = 没有“{ $given }”这项事实，没有采用
answers-fault = { $fact }：{ $fault }，没有采用
fault-joint = 。
fault-semicolon = ；
