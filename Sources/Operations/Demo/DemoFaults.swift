import Domain

/// What breaks, as people say it, and what was done about it.
struct DemoFault {
  let summary, part, remedy: String
  let cause: CauseCode

  static func fault(of category: String, using random: inout DemoRandom) -> DemoFault {
    random.pick(table[category] ?? common)
  }

  private static func row(_ summary: String, _ cause: CauseCode, _ part: String, _ remedy: String) -> DemoFault {
    DemoFault(summary: summary, part: part, remedy: remedy, cause: cause)
  }

  private static let common = [
    row("开机无反应", .hardware, "电源板", "更换电源板，开机自检通过"), row("设备报警后停机", .hardware, "主控板", "重新插拔并清洁主控板接插件，恢复正常"),
    row("操作界面死机", .software, "工作站软件", "升级软件并清理数据库，运行正常"), row("不会做日常保养，请求指导", .operation, "无", "电话指导日常保养步骤"),
    row("打印机不出报告", .environment, "打印机", "重新安装驱动并更换网线"), row("设备异响", .hardware, "散热风扇", "更换散热风扇并除尘"),
  ]

  private static let table: [String: [DemoFault]] = [
    "DR": [
      row("曝光后图像全白", .hardware, "平板探测器电源板", "更换探测器电源板并重新校准"), row("曝光后无图像，报 E-117", .network, "探测器网线", "重做网线接头，图像恢复"),
      row("图像有横纹", .hardware, "平板探测器", "重新做增益校准，横纹消失"), row("高压不能发生", .hardware, "高压发生器", "更换逆变模块，测试千伏和毫安正常"),
      row("图像传不到PACS", .network, "DICOM 设置", "修正目的端 IP 和端口，补传图像"), row("机架不能升降", .hardware, "升降电机保险", "更换保险并润滑导轨"),
    ],
    "CT": [
      row("扫描中断，报滑环通讯错误", .hardware, "滑环碳刷", "更换碳刷并清洁滑环"), row("球管温度过高不能扫描", .environment, "机房空调", "空调修复后温度正常，检查散热器"),
      row("图像有环状伪影", .hardware, "探测器模块", "重新做空气校准，伪影消失"), row("重建很慢", .database, "重建服务器", "清理磁盘和数据库，重建速度恢复"),
    ],
    "生化分析仪": [
      row("吸样针堵塞报警", .consumable, "吸样针", "清洗并更换吸样针，质控在控"), row("多项结果偏高", .consumable, "光源灯", "更换光源灯并重新定标"),
      row("反应盘温度异常", .hardware, "加热片", "更换加热片，37 ℃ 恒温正常"), row("清洗站漏液", .hardware, "清洗站泵管", "更换泵管，试运行无漏液"),
      row("与LIS通讯中断", .network, "串口服务器", "重启并固定串口服务器地址"), row("开机初始化失败", .hardware, "样品盘光耦", "清洁光耦并校准位置"),
    ],
    "血细胞分析仪": [
      row("本底偏高", .consumable, "稀释液", "更换稀释液并清洗流路"), row("堵孔报警", .operation, "红细胞小孔", "反冲并浸泡清洗小孔"),
      row("结果打印不全", .software, "报告模板", "修正报告模板"), row("血红蛋白结果为零", .hardware, "比色池灯", "更换比色池灯并定标"),
    ],
    "超声": [
      row("图像有暗道", .hardware, "凸阵探头", "更换探头，图像均匀"), row("探头不识别", .hardware, "探头接口板", "清洁接口并更换接口板"),
      row("开机停在自检界面", .operatingSystem, "系统盘", "重装系统并恢复设置"), row("轨迹球不灵", .consumable, "轨迹球", "清洁轨迹球"),
      row("图像存不进工作站", .network, "采集卡", "重装采集卡驱动"),
    ],
    "监护仪": [
      row("血氧无读数", .consumable, "血氧探头", "更换血氧探头"), row("血压测不出", .hardware, "气泵", "更换气泵，与水银血压计比对合格"),
      row("心电波形干扰大", .environment, "接地线", "改善接地并更换导联线"), row("电池不能充电", .consumable, "电池", "更换电池"),
    ],
    "呼吸机": [
      row("自检不通过，氧浓度偏差", .consumable, "氧电池", "更换氧电池并校准"), row("潮气量报警", .hardware, "流量传感器", "更换流量传感器，测试合格"),
      row("运行中黑屏", .hardware, "显示屏排线", "更换排线，老化四小时正常"),
    ],
    "血液透析机": [
      row("电导率报警", .hardware, "电导率传感器", "校准传感器，配比正常"), row("漏血报警误报", .operation, "漏血检测器", "清洁检测器光路"),
      row("水温不升", .hardware, "加热器", "更换加热器"),
    ],
  ]

  /// Other kinds than a fault (INT-2): what is asked, and what came of it.
  static func errand(_ kind: RequestKind, using random: inout DemoRandom) -> (summary: String, remedy: String) {
    switch kind {
    case .support: ("咨询设备使用问题", "电话解答")
    case .parts: random.pick([("请购吸样针两支", "已发货，单号已告知"), ("采购血氧探头 5 个", "报价经确认，已发货"), ("需要X射线防护用品报价", "报价单已发送并确认")])
    case .training: random.pick([("新来两名技师，申请操作培训", "已到院培训半天，考核合格"), ("申请生化仪保养培训", "已安排培训中心课程")])
    case .renewal: random.pick([("保修即将到期，询问续保", "续保合同已签"), ("申请全保报价", "报价单已送达，客户选择技术保")])
    case .complaint: random.pick([("工程师到场太晚", "服务经理已致歉并调整排班"), ("同一故障修了三次", "已安排专家会诊并更换部件"), ("电话一直打不通", "热线已增加坐席并回访")])
    case .return: random.pick([("试剂批号发错，申请退货", "核对出库记录一致，已收回入退货区"), ("显示器型号不符，申请退回", "已换发正确型号")])
    }
  }
}
