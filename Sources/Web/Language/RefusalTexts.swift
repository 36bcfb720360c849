/// Refusals in Chinese, by their code; English stands in `message`. A test fails on a code that is missing here.
enum RefusalTexts {
  static let zh = [access, request, inputs, files, policy, storage, words].joined(separator: "\n")

  private static let access = """
    access.not-signed-in = 还没有登录。请登录，或提供令牌。
    access.token-expired = 令牌无效或已过期。请用 weibao token create 新建一个。
    access.wrong-password = 姓名与密码不符。请再试一次，或找管理员。
    access.too-many-tries = 尝试次数太多。请等 {0} 秒。
    access.not-allowed = 您的角色没有这项权限（{0}）。请找有权限的人处理。
    access.not-found = 没有找到{0}，或您无权查看。请核对单号。
    access.too-late = 事情发生已超过 {0} 小时。请经理补录，并填写迟报原因。
    account.bad-name = “{0}”不能作登录名。请用 1 到 64 个字母、数字或 . _ - @。
    account.bad-password = 密码须为 8 到 256 个字符。请换一个。
    account.name-taken = 已有用户 {0}。请换一个名字。
    account.unknown-user = 没有用户 {0}。用 weibao user list 查看。
    account.unknown-token = 没有这个令牌。用 weibao token list 查看。
    account.disabled = {0} 的账号已停用。重设密码即可启用。
    account.needs-customer = 医院用户须属于一家客户。请用 --customer 指明。
    account.needs-partner = 合作方用户须属于一家公司。请用 --partner 指明。
    """

  private static let request = """
    request.not-allowed = 工单“{1}”时不能做“{0}”。请选当前可做的步骤。
    request.not-higher = 工单已在“{0}”级。请选更高一级。
    request.not-attempted = 还没有“{0}”的处理记录。请先记录结果，再升级。
    request.no-open-work-order = 没有进行中的派工。请先派工程师。
    request.several-work-orders = 有几张进行中的派工单。请在要处理的那张上操作。
    request.work-order-step = 派工单“{1}”时不能做“{0}”。
    request.already-dispatched = 这位工程师在本单已有进行中的派工。请用那一张，或先交回。
    request.already-paused = 计时已经暂停。请先恢复。
    request.not-paused = 计时没有暂停。
    request.remote-running = 远程协助正在进行。请先结束并填写结果。
    request.remote-not-running = 没有正在进行的远程协助。
    request.agreement-missing = 院方还没有同意处理方案。请先记录同意，再排除。
    request.open-work-order = 还有进行中的派工。请工程师离场或交回后再结单。
    request.sign-off-missing = 经理还没有签核。请先签核，再结单。
    request.already-signed-off = 已经签核过了。
    request.own-work = 做这项工作的人不能自己签核。请另一位经理签核。
    request.confirmation-missing = 院方还没有确认结果。请先确认；否则由经理填写原因后结单。
    request.nothing-changed = 与已有记录相同。请至少改一项。
    request.merge-into-itself = 工单不能并入自己，也不能并入已并入它的工单。
    request.merge-into-younger = 另一单报修更晚。请把那一单并入本单。
    request.merge-into-ended = 另一单已不在处理中。请先重开，或另选一单。
    request.work-order-goes-forward = 这张派工单已有更晚的步骤。请核对时间。
    request.later-step = 若此时做这一步，其后已记录的“{0}”就不成立了。请核对时间。
    request.before-report = 时间早于报修。请核对时间。
    request.not-arrived = 派工单“{0}”：到场后才能记录工作和读数。
    version.stale = 您看到的是第 {0} 版，现在是第 {1} 版。请重新读取后再决定。
    """

  private static let inputs = """
    input.malformed = 内容无法读取（{0}）。请发送一个 UTF-8 的 JSON 对象。
    input.invalid = 请改正 {0} 后再提交；没有保存任何内容。
    field.unknown = 没有这个字段。可用的有：{0}。
    field.missing = 必填。
    field.null = 必填，不能为 null。
    field.type-text = 应为文字。
    field.type-integer = 应为整数。
    field.type-bool = 应为 true 或 false。
    field.type-object = 应为对象。
    field.type-list = 应为列表，每项类型须正确。
    field.too-long = 最多 {0} 个字。
    field.empty = 内容为空。请填写，或不要这个字段。
    field.control-character = 含有控制字符。请删去。
    field.word = 请从中选一个：{0}。
    field.instant = 不是时刻。请写成 2026-11-23T10:42:00+08:00。
    field.date = 不是日期。请写成 2026-11-23。
    field.range = 应在 {0} 到 {1} 之间。
    field.too-many = 最多 {0} 项。
    field.picture = 不是 PNG 图片。请发送 data:image/png;base64, 加图片内容。
    field.picture-size = 最多 {0} 字节。
    field.repeated = 只能给一次。
    idempotency.other-body = 这个 Idempotency-Key 已用于别的内容。新的请求请用新的键。
    idempotency.erased = 这件事已经办过；当时的回答含有已删除的个人信息。请直接查看工单。
    register.not-unique = 已有记录的 {0} 相同。请改那一条，或更正内容。
    register.archived = 这条记录已归档。请先恢复。
    register.not-archived = 这条记录没有归档。
    register.changed = 有人改过这条记录：您看到第 {0} 版，现在是第 {1} 版。请重新读取后再改。
    register.version-required = 请用 If-Match 说明您改的是哪一版（填 ETag）。
    instant.not-an-instant = “{0}”不是时刻。请写成 2026-11-23T10:42:00+08:00。
    http.no-such-path = 这个地址没有内容。/api/openapi.json 列出了全部地址。
    http.method-not-allowed = 这个地址不支持这种请求方式。支持 {0}。
    http.body-too-large = 内容超过 {0} 字节。请分次发送。
    http.content-type = 这里只读 JSON。请发送 Content-Type: application/json。
    http.bad-idempotency-key = Idempotency-Key 应为 1 到 255 个可见 ASCII 字符，例如 UUID。
    http.bad-if-match = If-Match 没有说明版本。请原样填写上次读到的 ETag。
    http.version-required = 请用 If-Match 说明您改的是哪一版（填 ETag）。
    http.too-many-tokens = 这个地址发来太多无效令牌。请等 {0} 秒。
    http.foreign-form = 这不是从维保页面提交的。请重新打开页面再操作。
    """

  private static let files = """
    import.not-utf8 = 文件不是 UTF-8。请另存为“CSV UTF-8”。
    import.too-large = 文件超过 50 MB 或 200,000 行。请分成几份。
    import.stray-quote = 第 {0} 行：引号的位置不对。请给整格加引号，格内的引号写两个。
    import.empty = 文件没有内容。第一行应为列名；--template 可打印一份。
    import.headings = 第一行不对：{0}。--template 可打印列名。
    import.unknown-kind = 不能导入“{0}”。请看 weibao import --help。
    demo.not-empty = 这个数据库里已有公司数据。请用 --data 指定空目录。
    rebuild.serving = 有节点正在使用这个数据库。请先停止它（崩溃后等 15 秒），再重建。
    """

  private static let policy = """
    policy.not-a-duration = “{0}”不是时长。请写数字加单位：7200s、30min、2h、1d 或 2wd。
    policy.duration-out-of-range = “{0}”超过十年。请写短一些。
    policy.malformed = 不是可读的 YAML：{0}。
    policy.too-large = 文件超过 {0} 字节。请缩短。
    policy.unknown-key = 这里没有“{0}”。可用：{1}。
    policy.missing-key = 缺少“{0}”。
    policy.wrong-shape = “{0}”的写法不对。应为 {1}。
    policy.unknown-word = “{1}”不是“{0}”的取值。可用：{2}。
    policy.not-an-instant = “{0}”：“{1}”不是时刻。请写成 2026-11-23T10:42:00+08:00。
    policy.zero-within = “within”为 0。承诺须有时间，至少 1s。
    policy.unknown-calendar = 没有日历“{0}”。请写在“calendars”下，或用 always（7 x 24）。
    policy.calendar-comes-later = 日历“{0}”还不能用。请用 always（7 x 24）。
    policy.working-days-need-calendar = “{0}”按工作日计，而 always（7 x 24）没有工作日。请写小时或天，或指定日历。
    policy.never-closes = “ends: close”须有下班时间，而 always（7 x 24）没有。请去掉，或指定日历。
    policy.too-many = {0}超过 {1} 个。请少写一些。
    """

  /// Arguments that are words of the handbook.
  private static let words = """
    word.request = 工单
    word.work order = 派工单
    word.notice = 通知
    word.reported = 已报修
    word.accepted = 已受理
    word.working = 处理中
    word.cleared = 已排除
    word.confirmed = 已确认
    word.closed = 已结单
    word.cancelled = 已取消
    word.merged = 已合并
    word.dispatched = 已派工
    word.departed = 已出发
    word.arrived = 已到场
    word.left = 已离场
    word.handed-back = 已交回
    word.phone = 电话支持
    word.remote = 远程支持
    word.on-site = 上门
    word.on-site-parts = 带件上门
    word.accept = 受理
    word.acknowledge = 受理确认
    word.respond = 回复
    word.attempt = 记录处理
    word.locate = 定位
    word.raise = 升级
    word.dispatch = 派工
    word.depart = 出发
    word.arrive = 到场
    word.leave = 离场
    word.hand-back = 交回
    word.propose = 提出方案
    word.agree = 同意方案
    word.remote-start = 开始远程
    word.remote-end = 结束远程
    word.pause = 暂停
    word.resume = 恢复
    word.clear = 排除
    word.confirm = 确认结果
    word.reject = 否认结果
    word.sign-off = 签核
    word.standby = 备用机
    word.close = 结单
    word.reopen = 重开
    word.cancel = 取消
    word.merge = 合并
    word.change = 更改
    word.comment = 备注
    word.record = 记录工作
    """

  private static let storage = """
    storage.busy = 等待写入的太多。没有保存任何内容；请 {0} 秒后再试。
    storage.disk-full = 服务器磁盘已满。没有保存任何内容。请腾出空间后再试；查看不受影响。
    storage.read-only = 服务器不能写数据库。没有保存任何内容。请给它写权限；查看不受影响。
    storage.damaged = 数据库有一页损坏。没有保存任何内容。请运行 weibao verify，并恢复备份。
    storage.input-output = 服务器磁盘读写失败。没有保存任何内容。请检查磁盘后再试。
    storage.changed = 有人同时改了这里。您的改动没有保存；请重新读取后再决定。
    clock.set-back = 服务器时钟是 {0}，而记录已到 {1}。没有保存任何内容：请校准时钟后再试。
    """
}
