# 案件接口的问题

problem-scope = 该访问令牌无权使用此部分。
problem-token-missing = 需要访问令牌。
problem-token-invalid = 该访问令牌不存在、已过期或者已撤销。
problem-case = 没有此案件，或者您无权查看。
problem-procedure = 没有此程序。
problem-conflict = 案件在此期间已有变化。请查看其后的办理情况，再作决定。
problem-id-taken = 该标识符已被另一请求使用。
problem-query = 无法读取地址中的查询参数。
problem-request = 无法读取该请求。
problem-storage = 存储暂时无法访问。未作任何处理，请原样重新发送。
problem-too-often = 请求过于频繁。未作任何处理，请稍后重试并降低频率。
problem-storage-failed = 存储出现故障，须由本服务的运行者处理。
problem-no-storage = 本服务器不保存案件。
problem-facts = 部分事实无法使用。
problem-proposal = 按规则无法就这些事实得出拟办意见。
problem-proposal-by-officer = 本程序没有可适用的规则，须由工作人员写明理由和不利于申请人的情况，提出意见。
problem-cursor = 该游标不是此列表给出的。
problem-other-case = 所指的另一案件不存在，或者您无权查看。
problem-on-behalf = 该访问令牌不允许代表此人办理。

# 由哪个部门办理

department-no-place = 案件没有写明办理地点。
department-too-large = 办理地点有几个部门，案件没有写明是哪一个。
department-unsaid = 所读规定没有说明办理地点由哪个部门办理。

# 材料

document-promised = 按目前填报的情况评定为：{ $category }。本项材料可以先作书面承诺，以后补交。

# 操作不予办理的理由

refused-conflict = 案件已有变化。
refused-other-case = 此操作属于另一案件。
refused-other-person = 拟复议的案件属于另一人。
refused-other-procedure = 案件适用另一程序。
refused-wrong-status = 案件当前所处阶段不能办理此事项。
refused-no-step = 程序中没有此步骤。
refused-too-early = 应当在先的步骤尚未办理。
refused-not-yours = 此步骤由他人办理。
refused-conflict-of-interest = 有利害关系的人员应当回避。
refused-same-person = 拟办人不得作出决定。
refused-declared = 该人员应否回避，须由另一名工作人员确认。
refused-rules-decide = 本案由规则得出结论；只有规则不能得出结论时，才由工作人员自行提出意见。
refused-no-reason = 须说明理由。
refused-nothing-asked = 通知未列明任何事项。
refused-unknown-document = 程序中没有此材料。
refused-second-notice = 需要补正的内容应当一次告知：其后只能就新提交的材料提出。
refused-too-much = 超出一个案件所能容纳的数量：材料至多500份，名称至多200个字符；满2,000项办理后不再接收提交。
refused-copy-taken = 已有同名材料。
refused-no-date = 某期限计算至一个日期，而事实中没有该日期。
refused-correction-pending = 正在等待补正。
refused-no-correction = 没有待补正的事项。
refused-unknown-track = 程序中没有此分支。
refused-answered = 该部门已经作出同样的答复。
refused-unanswered = 联办部门尚未全部答复。
refused-other-facts = 拟办意见所依据的事实与案件不同。
refused-unconfirmed = 决定人尚未逐项核阅全部不利事项。
refused-not-adverse = 不利事项中没有此项。
refused-duplicate-unresolved = 可能与另一案件重复，尚无人认定。
refused-not-suspected = 未怀疑该案件与本案重复。
refused-no-clock = 该期限尚未起算。
refused-not-of-time = 只有因时间经过而发生的事项才如此记录。
refused-served-later = 送达时间不得晚于登记时间。
refused-served-early = 送达不能早于文书作出之时。
refused-track-refused = 有部门就其部分不同意，不能准予。请退回审查，或者不予准予。
refused-nothing-against = 案卷中没有对申请人不利的事项，不能不予准予。请退回审查，并将不利事项记录在案。
refused-notice-taken = 已有同名通知，每份通知须有各自的名称。
refused-no-notice = 没有待送达的同名通知。
refused-not-running = 该期限未在计算：已经办结、已经届满或者案件已经终结。
refused-not-requested = 尚无人申请将该期限延长这么久：须由一人申请、另一人批准。
refused-contest-pending = 该决定已在另一案件中提出救济，尚未办结。
refused-no-remedy = 本程序不是针对该案件决定的救济程序。
refused-clock = 该期限的规定不允许如此办理。
refused-other = 程序不允许如此办理。

# 接口的功能

problem-no-proposal = 本案尚未提出拟办意见。
api-open = 新建案件
api-open-about = 案件编号由服务器编制，形如 TM-7K3Q-ZD5M-4。同一人以同一标识再次发送同一请求，得到同一案件。
api-queue = 列出案件，期限最近者在先
api-queue-about = 当事人看到自己的案件；办理人员看到已提交、且其程序中有本部门步骤的案件。翻页期间新增案件不影响已读部分之后的内容。
api-show = 一个案件的现状
api-show-about = 所处阶段、各期限及其剩余、缺少的材料，以及查询人接下来可以办理的事项。不存在的案件与无权查看的案件，答复相同。
api-log = 案件的办理记录
api-log-about = 办理人员看到全部操作；当事人看到己方的操作和已经告知的操作。
api-act = 在案件中办理
api-act-about = 办理人以令牌所属之人为准，时间以到达之时为准。若在预期版本之后他人已有办理，则不作处理，答复附上其后的办理情况。同一操作再次发送不作处理，答复相同。拟办意见由服务器根据案件事实作出。
api-proposal = 规则对案件当前事实的意见
api-proposal-about = 供办理人员使用。适用提交申请之日、办理地的规则。不予保存。
api-replay = 就已提出的拟办意见重新询问规则
api-replay-about = 供办理人员使用。说明按保存的事实和规则能否逐字节得出同一意见。
api-procedures = 程序清单
api-procedure = 一项程序
api-procedure-about = 各步骤及其办理人、期限、材料和文书。
api-programmes = 项目清单，含版本、结果和所需事实
api-coverage = 规则的涵盖范围：各版本、核对日期与来源，以及未涵盖的内容
api-assess = 评估一份资料
api-assess-all = 按全部项目评估一个人，最接近的排在最前
api-description = 本接口的描述文件
api-health = 服务器是否正常运行（不论数据库是否可用）
api-ready = 是否可以向本服务器发送请求：数据库是否可用

problem-clock = 本机时钟不可信。在本服务的运行者查看之前，任何期限都不届满。
problem-webhook = 没有此回调，或者属于其他部门。
problem-webhooks = 回调供办理案件的部门使用。
problem-webhook-url = 不向此地址发送事件。
api-events = 全部案件中发生的事件
api-events-about = CloudEvents 1.0，不含个人信息；限于本部门有步骤的程序。“next”可以在以后再次使用：此后告知的事件不会排在它之前。
api-subscribe = 订阅事件
api-subscribe-about = 每一事件以 JSON 形式的 CloudEvent 发送，按 Standard Webhooks 签名：以密钥对请求头 webhook-id、webhook-timestamp 和正文作 HMAC-SHA256。十五秒内未以 2xx 答复的，间隔逐次加长，三天内反复发送。不跟随重定向，也不向服务器所在网络发送。
api-webhooks = 本部门的回调
api-webhook = 一个回调及其尚未送达的事件
api-webhook-about = 前一百次尚未送达的发送，以及最近一次失败的原因。
api-unsubscribe = 取消回调
api-replay-webhook = 重新发送
api-replay-webhook-about = 重新发送已放弃的事件，或者事件序列中某处之后的全部事件。事件标识不变，接收方可据以辨认已收到的事件。

problem-letter = 此操作没有发出文书。
api-letters = 案件的文书
api-letters-about = 已发出的每一文书，中英文各一份，仅依案件记录写成。
api-letter = 一份文书
api-letter-about = 以发出文书的操作序号指明，一种语言，并附文本中各占位处的内容。
api-export-ocel = 以 OCEL 2.0 导出案件记录
api-export-csv = 以表格导出案件记录
api-export-about = 何时、以何身份、为哪一部门办理了何事：不含事实和理由，人员以仅在此次答复中有效的编号表示。限于已提交、且其程序中有本部门步骤的案件。请求头“Link”指明下一部分。

# 材料

problem-document = 没有这份材料。
problem-other-document = 所列材料与已上传的不一致。
problem-documents = 存放材料之处暂时无法访问，未作任何处理；请原样重新请求。
problem-no-documents = 本服务器不保存材料。
problem-busy = 同时上传的材料过多，请稍后原样重新提交。
problem-busy-sending = 同时下载的材料过多，请稍后重新下载。
problem-not-searched = 材料须经恶意软件查验后方可取用。
problem-infected = 材料中发现恶意软件，不予提供。
document-empty = 文件是空的。
document-too-large = 文件过大：最多接收 20 MiB。请降低扫描分辨率，或分份提交。
document-other-kind = 只接收 PDF、JPEG 和 PNG。请将材料另存或扫描为 PDF。
document-other-name = 文件扩展名与内容不符，请改用正确的文件名。
document-other-type = 所报的类型与文件内容不符。请使用正确的 Content-Type，或不填。
document-damaged = 文件已损坏，请重新保存或扫描。
document-polyglot = 文件结尾之后还有其他内容，请重新保存或扫描。
document-bomb = 文件解压后过大，请重新打印为 PDF。
document-too-many-pixels = 图片过大，请降低扫描分辨率。
document-active = 文件不只供阅读：含有脚本、程序或其他文件。请重新打印为 PDF。
document-locked = 文件有密码保护，请去除密码后保存。
document-malicious = 文件中发现恶意软件，未保存任何内容。
api-upload = 上传材料
api-upload-about = 请求正文即文件：PDF、JPEG 或 PNG，最大 20 MiB。先检查、查毒并保存，然后才告知收到。草稿阶段上传即为提交；等待补正时，先行保存，待“correct”列明后一并提交。同一材料重复上传不产生任何变化，答复相同。不予接收的，在“code”中说明原因，在“allowed”中说明可接收的类型。
api-documents = 案件材料
api-documents-about = 工作人员可见已提交的材料，以及在其可见的其他案件中提交过的完全相同的文件。当事人一方还可见已上传而尚未提交的材料。
api-download = 取得材料
api-download-about = 与提交时逐字节相同，以附件方式提供。设有查毒而尚未查验的，以及发现恶意软件的，不予提供。
api-known = 已知的个人事实
api-known-about = 同一人在其他案件中经来源核实、目前仍然有效且查询者有权查看的事实，无须再次询问。

# 接口说明页

api-title = 应用程序接口
api-lead = 本服务器的全部功能都可以通过 HTTP 以 JSON 调用。
api-token = 规则、项目和程序无需令牌。案件需要令牌，置于请求头“Authorization: Bearer …”；由服务器的运行者用“xianlu token make”签发。令牌说明持有人是谁、可以使用哪些部分。
api-language = 各成员的名称和含义以英文给出。
api-file = 供程序使用的 OpenAPI 3.1 文件
api-scope = 令牌权限
api-parameters = 参数
api-member = 成员
api-kind = 类型
api-meaning = 含义
api-needed = 必填
api-body = 发送内容
api-examples = 示例
api-shapes = 发送和答复的内容
api-problems = 问题
api-problems-about = 出错时按 RFC 9457 以 application/problem+json 说明：固定的类型、标题、此次错在何处，必要时附请求中的位置以及中英文说明。
api-problem-400 = 请求无法读取，行号和列号指明位置。
api-problem-401 = 没有令牌，或者令牌无效。
api-problem-403 = 令牌无权使用此部分。
api-problem-404 = 此处没有内容，或者您无权查看。
api-problem-405 = 此地址须以其他方法请求，“Allow”列出可用的方法。
api-problem-408 = 请求未及时到达。
api-problem-409 = 案件已有变化，“since”列出其后的办理情况。
api-problem-413 = 请求过大。
api-problem-415 = 请求不是 JSON。
api-problem-422 = 请求可以理解但不能办理，“code”说明不予办理的理由。
api-problem-429 = 短时间内请求过多，“Retry-After”说明何时再试。
api-problem-500 = 本服务出现故障，须由运行者查看。
api-problem-503 = 存储暂时无法访问，“Retry-After”说明何时重发。
