# 每一页都有的文字

service-name = 贤路
service-line = 人才移民规则与自评
service-description = 按公开的规则，在某地、某日，看一个人能否来华工作、属于哪一类、依据哪一条。无需注册，不存储答案。
language-name = 中文
skip-to-content = 跳到正文
nav-label = 主要栏目
nav-assess = 自评
nav-rules = 规则
colon = ：
continue = 继续
change = 更改
foot-status = 本页是按公开规则作出的自评，不是行政决定。决定由主管部门的工作人员依法作出。
foot-privacy = 答案只随您的页面往返，服务器不存储，不写入日志，也不使用 Cookie。
foot-rules = 规则全文
foot-instruments = 法律文件登记
foot-api = 应用程序接口

# 首页

home-title = 首页
home-heading-first = 来华工作与居留：
home-heading-second = 先看清规则，再作打算
home-lead = 说明您的情况，就能看到在某地、某日的规则下您属于哪一类，每一分、每一步依据哪份文件的哪一条，还差什么，怎样可以改变结果。
home-start = 开始自评
home-rules = 阅读规则
home-everywhere = 或者：一份档案，评估各国全部项目
home-promise-time = 约十分钟
home-promise-account = 无需注册
home-promise-storage = 不存储答案
home-person-heading = 给准备来华的人
home-person-text = 不清楚的问题可以留空。缺少的事实若影响结论，会逐项说明，不会当作零分。
home-employer-heading = 给用人单位
home-employer-text = 聘用之前，先看岗位、薪酬和年限落在哪一档，离上一档还差多少。
home-official-heading = 给审核与研究的人
home-official-text = 规则逐条成文，附来源与施行日期，可按任意一天、任意一地查阅。
home-programmes = 可以自评的事项
home-programme-rules = 《{ $programme }》的规则
home-limits = 规则库注明了涵盖与未涵盖的内容。来源未经充分核实的规则，在用到之处都有标记。

# 出错的页面

error-title = 有误：
error-summary = 有需要更正的地方
error-prefix = 有误：
fault-status = 状态码 { $status }
fault-assess = 开始自评
fault-home = 回到首页
fault-not-found = 没有这一页
fault-not-found-text = 地址可能写错了，或者页面已经移走。
fault-method = 这一页不能这样打开
fault-method-text = 请从首页重新进入。
fault-too-large = 提交的内容太大
fault-too-large-text = 一次最多接收 { $limit } KB，提交的内容超出了这个限度，因此没有读取。
fault-too-large-help = 请用浏览器的“后退”回到上一页；已填写的内容仍在那里。请缩短过长的文字后再提交。
fault-unreadable = 提交的内容无法读取
fault-unreadable-text = 内容不是本页的表单所发出的格式。
fault-unreadable-help = 请用浏览器的“后退”回到上一页，再提交一次。
fault-internal = 系统出错
fault-internal-text = 这是程序的错误，不是您的错误。答案没有被存储。
fault-internal-help = 请稍后再试，或用浏览器的“后退”回到上一页。
fault-timeout = 提交用时太长
fault-timeout-text = 内容没有在规定的时间内收完。
fault-timeout-help = 请检查网络，用浏览器的“后退”回到上一页，再提交一次。

# 来源的可信程度

law-label = 依据：
confidence-statute = 全文已核
confidence-published = 已见公布
confidence-provisional = 暂定
confidence-unverified = 未核实
confidence-uncertain = 存疑
confidence-statute-meaning = 已通读文件全文的有关条款。
confidence-published-meaning = 已在公开页面上看到有关内容。
confidence-provisional-meaning = 只在权威性较低的页面上看到，可能与正式文本不同。
confidence-unverified-meaning = 出自专业知识，尚未找到公开页面核对。
confidence-uncertain-meaning = 来源互相矛盾或不完整，不作为任何结论的依据。
