/// `key = text` a line, in both languages; a test fails on a key that one of the two lacks.
enum OutboxWords {
  static let zh = read(
    """
    company = 售后服务中心
    harm.suspected = 怀疑有伤害
    harm.injury = 有人受伤
    harm.death = 有人死亡
    customer = 客户：{customer}
    harm.subject = 【紧急】{number}：{harm}
    harm.line = 服务请求 {number} 报告可能的人身伤害（{harm}）。请立即查看，并按规定上报。
    warned.subject = {number}：{target}将于 {due} 到期
    warned.line = 服务请求 {number} 的“{target}”应在 {due} 前完成。
    escalated.subject = 【超时】{number}：{target}已过 {due}
    escalated.line = 服务请求 {number} 的“{target}”应在 {due} 前完成，现已超时，请您跟进。
    handed-on.subject = {number} 现由您负责
    handed-on.line = 服务请求 {number} 已转交给您。
    announcement.subject = {company}：服务热线变更通知
    announcement.line = 尊敬的客户：自 {from} 起，我们的服务热线由 {before} 变更为 {hotline}，全天 24 小时受理。请更新您的记录。{company}
    test.subject = 测试消息
    test.line = 这是一条测试消息：您能收到 weibao 发出的通知。
    """)

  static let en = read(
    """
    company = The service centre
    harm.suspected = harm suspected
    harm.injury = somebody was injured
    harm.death = somebody died
    customer = Customer: {customer}
    harm.subject = [Urgent] {number}: {harm}
    harm.line = Case {number} tells of possible harm ({harm}). Look at it now, and report it as the rules ask.
    warned.subject = {number}: {target} is due {due}
    warned.line = “{target}” of case {number} is due {due}.
    escalated.subject = [Overdue] {number}: {target} was due {due}
    escalated.line = “{target}” of case {number} was due {due} and is not done. Please see to it.
    handed-on.subject = {number} is yours now
    handed-on.line = Case {number} was handed on to you.
    announcement.subject = {company}: our hotline changes
    announcement.line = Dear customer, from {from} on our service hotline is {hotline} instead of {before}, day and night. Please note it. {company}
    test.subject = Test message
    test.line = This is a test: messages of weibao reach you.
    """)

  private static func read(_ text: String) -> [String: String] {
    Dictionary(
      text.split(separator: "\n").compactMap { line in
        line.firstRange(of: " = ").map { (String(line[..<$0.lowerBound]), String(line[$0.upperBound...])) }
      }
    ) { first, _ in first }
  }
}
