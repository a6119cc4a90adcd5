# 一份档案，评估全部项目

everywhere-title = 您可以去哪里
everywhere-heading = 您可以去哪里
everywhere-lead = 一份档案，按规则包中各国的全部项目评估，最接近的排在最前。内容不会被保存。
everywhere-day = 依据{ $day }的规则
everywhere-open = 可以申请：{ $count }个项目
everywhere-undecided = 缺少事实：{ $count }个项目
everywhere-closed = 目前不符合：{ $count }个项目
everywhere-missing-count = 缺少{ $count }项事实
everywhere-missing = 缺少：
everywhere-missing-data = 须由运营方载入的数据：
everywhere-failed = 不符合：
everywhere-points = { $score }分
everywhere-joint = ；
everywhere-short = 距分数线{ $threshold }还差{ $short }分
everywhere-above = 高出分数线{ $threshold } { $above }分
everywhere-without = { $count }个项目没有结论
everywhere-profile-heading = 您的档案
everywhere-profile = JSON 格式的档案
everywhere-profile-hint = 粘贴文件内容。没有填写的不作猜测，结果会说明缺少什么。
everywhere-schema = 可以填写哪些项（JSON Schema）
everywhere-file = 选择文件，或拖放到这里
everywhere-assess = 按全部项目评估
everywhere-example = 示例
everywhere-empty = 请粘贴档案，或选择文件
everywhere-not-common = 这不是通用档案：其中没有模式中的任何一项，如 birth_date 与 education、work 或 languages
everywhere-at = { $key }（第{ $line }行）：
