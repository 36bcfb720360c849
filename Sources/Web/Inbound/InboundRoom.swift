import Domain
import Operations

/// Mail and messages that came in, and what became of them (INT-1).
extension PageRoom {
  static let inbound = PageRoom(
    templates: [("inbound", PackageResources.inbound_mustache)], zh: PageTexts.inboundZh, en: PageTexts.inboundEn)
}

extension InboundWords {
  /// What stands in a case is in the company's language, whoever reads it.
  static let company = InboundWords(
    sentence: { Catalogue.zh.text($0, $1) ?? $0 }, refusal: { $0.message(in: .zh) })
}

extension PageTexts {
  static let inboundZh = """
    nav.inbound = 来信
    help.inbound.1 = 邮件和消息到了就成工单，或并入它的工单；同一封到两个邮箱只算一件。 | INT-1
    help.inbound.2 = 自动回复、退信、群发、自己发的信不成工单，列为“搁置”，写明原因；看错的可以“收下”。 | INT-1
    help.inbound.3 = 一个发件人一小时内来得太多，多出的“待定”，由您收下或不理；没有一封会丢。 | INT-4
    help.inbound.4 = 读不了的邮件请存下来小心查看，再手工登记。点发件人可只看他的来信。 | INT-1
    keys.inbound.1 = ? | 打开这份说明
    inbound.title = 来信
    inbound.trouble = 信箱 {0} 从 {1} 起读不到（{2}）。来信都还在信箱里，恢复后自动读取；请告诉管理员。
    inbound.states = 状态
    inbound.all = 全部
    inbound.state-count = {0} {1} 封
    inbound.state.taken = 已成工单
    inbound.state.joined = 已并入
    inbound.state.held = 待定
    inbound.state.set-aside = 搁置
    inbound.state.unreadable = 读不了
    inbound.state.dismissed = 不理
    inbound.reason.flood = 这个发件人一小时内来得太多，请您定。
    inbound.reason.auto-reply = 自动回复。
    inbound.reason.bulk = 群发邮件或邮件列表。
    inbound.reason.bounce = 退信。
    inbound.reason.own = 我们自己发出的邮件。
    inbound.reason.too-large = 邮件太大，只在邮箱里。
    inbound.reason.no-mail = 不是一封邮件。
    inbound.reason.no-sender = 没有可读的发件人。
    inbound.reason.too-deep = 邮件嵌套太深。
    inbound.reason.too-many-parts = 邮件分段太多。
    inbound.reason.too-many-headers = 邮件头太多。
    inbound.reason.fault = 程序几次都没能处理它。
    inbound.sender = 发件人
    inbound.sender-hint = 完整的发件地址
    inbound.nobody = 发件人不明或已删除
    inbound.untitled = （无主题）
    inbound.mail = 邮件
    inbound.save = 存下原文
    inbound.take = 收下
    inbound.dismiss = 不理
    inbound.took = 已收下：{0}
    inbound.dismissed = 已标为不理，留的原文已删除。
    inbound.empty = 还没有来信
    inbound.empty-state = 这里没有
    inbound.empty-sender = 没有 {0} 的来信
    inbound.empty-next = 邮箱和消息渠道在 weibao.yaml 里设置；来的每一封都会列在这里。
    inbound.no-subject = （无主题的来信）
    inbound.no-text = （没有文字）
    inbound.ended = 客户来信是回复已结束的 {0}，故另立一单
    inbound.number-unknown = 主题写有 {0}，但来信地址不属于该单的客户，故另立一单
    inbound.no-machine = 来信写的序列号 {0} 没有登记
    inbound.continued = 客户又来信，已另立 {0}。
    inbound.cut = 后面的文字见附件
    inbound.whole-name = 来信全文.txt
    inbound.file-refused = 附件“{0}”没有收下：{1}
    inbound.file-lost = 附件“{0}”没有存成，请到邮箱里看原件
    inbound.files-left-out = 另有 {0} 个附件超过一封邮件的数量，没有收下，请到邮箱里看原件
    """

  static let inboundEn = """
    nav.inbound = Mail in
    help.inbound.1 = Mail and messages become cases, or join theirs; the same mail to two boxes is one. | INT-1
    help.inbound.2 = Automatic replies, bounces, bulk mail and our own make no case: they are set aside with the reason. Take what was set aside wrongly. | INT-1
    help.inbound.3 = What one sender sends too much of within an hour is held; you take it or dismiss it. None is lost. | INT-4
    help.inbound.4 = Save a mail that cannot be read, look at it with care, and report the case by hand. Press a sender to see theirs alone. | INT-1
    keys.inbound.1 = ? | Open this help
    inbound.title = Mail and messages in
    inbound.trouble = The mailbox {0} cannot be read since {1} ({2}). Its mail stays there and is read once it is back; please tell an administrator.
    inbound.states = State
    inbound.all = All
    inbound.state-count = {0} {1}
    inbound.state.taken = a case
    inbound.state.joined = joined its case
    inbound.state.held = held
    inbound.state.set-aside = set aside
    inbound.state.unreadable = unreadable
    inbound.state.dismissed = dismissed
    inbound.reason.flood = Too many from this sender within an hour; you decide.
    inbound.reason.auto-reply = An automatic reply.
    inbound.reason.bulk = Bulk mail or a mailing list.
    inbound.reason.bounce = A mail that came back undelivered.
    inbound.reason.own = Mail that we sent ourselves.
    inbound.reason.too-large = Too large: it is in the mailbox only.
    inbound.reason.no-mail = This is no mail.
    inbound.reason.no-sender = No sender that can be read.
    inbound.reason.too-deep = Nested too deep.
    inbound.reason.too-many-parts = Too many parts.
    inbound.reason.too-many-headers = Too many headers.
    inbound.reason.fault = The program failed at it several times.
    inbound.sender = Sender
    inbound.sender-hint = The sender's whole address
    inbound.nobody = Sender unknown or erased
    inbound.untitled = (no subject)
    inbound.mail = e-mail
    inbound.save = Save what came
    inbound.take = Take it
    inbound.dismiss = Dismiss
    inbound.took = Taken: {0}
    inbound.dismissed = Dismissed; what was kept of it is gone.
    inbound.empty = Nothing has come in yet
    inbound.empty-state = Nothing here
    inbound.empty-sender = Nothing from {0}
    inbound.empty-next = Mailboxes and channels are set in weibao.yaml; whatever comes is listed here.
    inbound.no-subject = (A message without a subject)
    inbound.no-text = (no text)
    inbound.ended = The customer answered {0}, which has ended; this is a new case
    inbound.number-unknown = The subject names {0}, but the address is not of that case's customer; this is a case of its own
    inbound.no-machine = The serial number {0} is in no register
    inbound.continued = The customer wrote again: it goes on in {0}.
    inbound.cut = The rest is in the attachment
    inbound.whole-name = whole-message.txt
    inbound.file-refused = The attachment “{0}” was not taken: {1}
    inbound.file-lost = The attachment “{0}” could not be stored; look into the mailbox
    inbound.files-left-out = {0} more attachments than a mail may have were not taken; look into the mailbox
    """
}
