/// Figures (REP-1).
extension PageRoom {
  static let insight = PageRoom(
    templates: [("on-time", PackageResources.on_time_mustache), ("on-time-figures", PackageResources.on_time_figures_mustache)],
    assets: ["insight.css": .style(PackageResources.insight_css)], zh: insightZh, en: insightEn)

  private static let insightZh = """
    nav.insight = 按时率
    insight.title = 按时率
    insight.from = 从
    insight.to = 到
    insight.target = 承诺
    insight.rate = 按时率
    insight.met = 按时
    insight.missed = 未按时
    insight.all = 合计
    insight.look = 按什么看
    insight.by.target = 承诺
    insight.by.branch = 服务站
    insight.by.engineer = 工程师
    insight.by.customer = 客户
    insight.by.month = 月份
    insight.none.target = 无
    insight.none.branch = 没有服务站
    insight.none.engineer = 还没有人
    insight.none.customer = 不明客户
    insight.none.month = 无
    insight.show = 查看
    insight.customer = 客户
    insight.clear-customer = 取消客户筛选：
    insight.file = 存为 CSV
    insight.more = 还有 {0} 行，都在 CSV 文件里。
    insight.empty = 这几个月里没有到期的承诺
    insight.empty-do = 换一个月份，或去掉一个筛选条件。本月的承诺到期一件，这里就多一件。
    insight.this-month = 看本月全部
    insight.cases.met = 按时的工单
    insight.cases.missed = 未按时的工单
    insight.cases.decided = 已见分晓的工单
    insight.cases.between = {0} 至 {1} 到期
    insight.cases.back = 回到按时率
    help.insight.1 = 承诺算在它到期的那个月。按时或未按时才算；不再需要的（如电话里解决了，不必派工）不算。 | REP-1
    help.insight.2 = 到期没做到，过了那一刻就算未按时，没有人动这件工单也一样。 | SLA-8
    help.insight.3 = 算在谁头上：做到它的那张派工单的工程师；没有派工单的，最后派去的人；没派过人的，受理这件工单的同事。 | REP-1
    help.insight.4 = 点数字打开那些工单，点名称再往细看。合并了的客户一起算。 | INT-6
    keys.insight.1 = ? | 打开这份说明
    """

  private static let insightEn = """
    nav.insight = Rates
    insight.title = On-time rates
    insight.from = From
    insight.to = To
    insight.target = Promise
    insight.rate = On time
    insight.met = Kept
    insight.missed = Missed
    insight.all = All
    insight.look = Look at it by
    insight.by.target = Promise
    insight.by.branch = Branch
    insight.by.engineer = Engineer
    insight.by.customer = Customer
    insight.by.month = Month
    insight.none.target = None
    insight.none.branch = Without a branch
    insight.none.engineer = Nobody yet
    insight.none.customer = Unknown customer
    insight.none.month = None
    insight.show = Show
    insight.customer = Customer
    insight.clear-customer = No longer only:
    insight.file = Save as CSV
    insight.more = {0} more rows are in the CSV file.
    insight.empty = No promise was due in these months
    insight.empty-do = Choose another month, or take a filter away. Each promise of this month stands here once it is due.
    insight.this-month = Show all of this month
    insight.cases.met = Cases on time
    insight.cases.missed = Cases not on time
    insight.cases.decided = Cases that are decided
    insight.cases.between = due {0} to {1}
    insight.cases.back = Back to the rates
    help.insight.1 = A promise counts in the month in which it was due. Kept or missed counts; what was not needed any more (solved by phone, no visit owed) does not. | REP-1
    help.insight.2 = What is not done by its due time is missed from that moment on, also where nobody touches the case. | SLA-8
    help.insight.3 = It counts for the engineer of the work order that kept it; without one, for whom was sent last; where nobody was sent, for the colleague who took the case on. | REP-1
    help.insight.4 = A figure opens its cases, a name goes into detail. Merged customers count together. | INT-6
    keys.insight.1 = ? | Opens this help
    """
}
