/// The screen on the wall (INT-6), and calendars to subscribe to.
extension PageRoom {
  static let wall = PageRoom(
    templates: [
      ("wall", PackageResources.wall_mustache), ("wall-parts", PackageResources.wall_parts_mustache),
      ("wall-body", PackageResources.wall_body_mustache), ("wall-screens", PackageResources.wall_screens_mustache),
      ("feed", PackageResources.feed_mustache),
    ],
    assets: ["wall.css": .style(PackageResources.wall_css), "wall.js": .script(PackageResources.wall_js)], zh: wallZh, en: wallEn)

  private static let wallZh = """
    wall.title = 大屏
    wall.centre = 客户服务中心
    wall.now = 现在
    wall.late = 已超时
    wall.late-note = 到期没做到
    wall.hour = 一小时内到期
    wall.next = 最近 {0}
    wall.next-none = 没有快到期的
    wall.unsent = 待派工
    wall.urgent = 急 {0}
    wall.open = 未结
    wall.urgent-held = 急 {0}，等待 {1}
    wall.today = 今日按时
    wall.today-note = 按时 {0}，未按时 {1}
    wall.today-none = 今天还没有到期的
    wall.list = 先到期的
    wall.empty = 没有未结工单
    wall.empty-do = 有新报修，这里马上显示。
    wall.nobody = 未派
    wall.duty = 值班
    wall.stale = 断开：现在显示的是 {0} 的情况，正在重连
    wall.screens = 大屏链接
    wall.open-wall = 打开大屏
    wall.screens-about = 电视没有键盘，不用登录：用链接打开，就只看得到大屏，别的都打不开。链接被人拿走了，在这里停用，立刻失效。
    wall.screens-shelf = 挂在墙上的电视不用登录，凭链接只看大屏；在这里新建和停用。
    wall.make = 新建大屏链接
    wall.of = 显示
    wall.whole = 全公司
    wall.none = 还没有大屏链接
    wall.none-do = 选好显示哪个服务站，新建一个，在电视的浏览器里打开它。
    wall.used = 最近打开 {0}
    wall.unused = 还没有打开过
    wall.revoke = 停用
    help.wall.1 = 数字和次序与调度页相同：先到期的在最前。 | INT-6
    help.wall.2 = 不显示客户联系人，摘要里的电话号码也隐去。 | ORG-2
    help.wall-screens.1 = 链接是 128 位随机数，只能看这块大屏，随时可以停用。 | INT-6
    feed.title = 上门日历
    feed.about = 用手机或电脑的日历订阅这个地址，派给您的上门就自动出现在日历里：时间、医院、地址、单号、机器。不含任何人的电话。
    feed.secret = 谁有这个地址谁就能看，请不要转发。给别人看见了，换一个新地址，旧的立刻失效。
    feed.make = 生成订阅地址
    feed.renew = 换新地址
    feed.end = 停用
    feed.address = 订阅地址
    feed.used = 日历最近来取 {0}
    feed.unused = 还没有日历来取过
    feed.menu = 上门日历
    help.feed.1 = 日历约每一刻钟来取一次；改期或撤回，日历里也跟着改。 | INT-6
    """

  private static let wallEn = """
    wall.title = Wall display
    wall.centre = Customer service centre
    wall.now = Now
    wall.late = Overdue
    wall.late-note = not done when due
    wall.hour = Due within the hour
    wall.next = next {0}
    wall.next-none = nothing is close
    wall.unsent = Nobody sent
    wall.urgent = urgent {0}
    wall.open = Open
    wall.urgent-held = urgent {0}, waiting {1}
    wall.today = On time today
    wall.today-note = kept {0}, missed {1}
    wall.today-none = nothing was due yet today
    wall.list = Next to run out
    wall.empty = No open cases
    wall.empty-do = A new report appears here at once.
    wall.nobody = Nobody sent
    wall.duty = On duty
    wall.stale = Disconnected: this is how it was at {0}; reconnecting
    wall.screens = Links of wall displays
    wall.open-wall = Open the wall display
    wall.screens-about = A television has no keyboard and signs in nowhere: by a link it shows the wall display and nothing else. Where a link got into wrong hands, end it here; it opens nothing from then on.
    wall.screens-shelf = A television on the wall signs in nowhere: a link shows it the wall display, nothing else. Make and end them here.
    wall.make = New link for a display
    wall.of = Shows
    wall.whole = The whole company
    wall.none = There is no link for a display yet
    wall.none-do = Choose the branch, make one, and open it in the television's browser.
    wall.used = Last opened {0}
    wall.unused = Not opened yet
    wall.revoke = End it
    help.wall.1 = Figures and order are those of the board: what runs out first stands first. | INT-6
    help.wall.2 = No contacts of customers are shown; telephone numbers in summaries are left out. | ORG-2
    help.wall-screens.1 = A link is 128 random bits, opens this display only, and can be ended at any time. | INT-6
    feed.title = Calendar of visits
    feed.about = Subscribe to this address in the calendar of your phone or computer, and the visits you are sent on appear in it: time, hospital, address, case number, machine. Nobody's telephone number.
    feed.secret = Whoever has the address can read it: do not pass it on. Where somebody saw it, take a new one; the old one opens nothing from then on.
    feed.make = Make an address
    feed.renew = Take a new address
    feed.end = End it
    feed.address = Address to subscribe to
    feed.used = Last read by a calendar {0}
    feed.unused = No calendar has read it yet
    feed.menu = Calendar of visits
    help.feed.1 = A calendar reads it about every quarter of an hour; what is moved or called back changes there too. | INT-6
    """
}
