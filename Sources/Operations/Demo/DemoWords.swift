/// Places, names and machines of a dealer in Jiangxi. Counties and towns are real; people, makers and hospitals' telephone
/// numbers are invented.
enum DemoWords {
  struct County {
    let code, name: String
    let towns: [String]
    /// `余干` of 余干县.
    var short: String { String(name.dropLast()) }
  }

  static let counties: [County] = [
    county("YUGAN", "余干县", "瑞洪镇 黄金埠镇 古埠镇 乌泥镇 石口镇 杨埠镇 九龙镇 社赓镇 江埠乡 三塘乡"),
    county("POYANG", "鄱阳县", "谢家滩镇 石门街镇 四十里街镇 油墩街镇 田畈街镇 金盘岭镇 高家岭镇 凰岗镇 双港镇 古县渡镇"),
    county("WANNIAN", "万年县", "石镇镇 青云镇 梓埠镇 大源镇 裴梅镇 湖云乡 齐埠乡 汪家乡 上坊乡 苏桥乡"),
    county("WUYUAN", "婺源县", "清华镇 秋口镇 江湾镇 思口镇 中云镇 赋春镇 镇头镇 太白镇 溪头乡 段莘乡"),
    county("YUSHAN", "玉山县", "临湖镇 必姆镇 横街镇 文成镇 下镇镇 岩瑞镇 双明镇 紫湖镇 仙岩镇 樟村镇"),
    county("YANSHAN", "铅山县", "河口镇 石塘镇 鹅湖镇 湖坊镇 武夷山镇 汪二镇 葛仙山镇 稼轩乡 英将乡 紫溪乡"),
    county("YIYANG", "弋阳县", "曹溪镇 漆工镇 樟树墩镇 南岩镇 朱坑镇 圭峰镇 叠山镇 港口镇 中畈乡 葛溪乡"),
    county("HENGFENG", "横峰县", "葛源镇 姚家乡 莲荷乡 司铺乡 港边乡 龙门畈乡 青板乡 新篁乡 铺前镇 岑阳镇"),
    county("DEXING", "德兴市", "新岗山镇 泗洲镇 花桥镇 绕二镇 香屯镇 海口镇 李宅乡 龙头山乡 昄大乡 黄柏乡"),
    county("GUANGFENG", "广丰区", "五都镇 洋口镇 横山镇 桐畈镇 湖丰镇 大南镇 排山镇 毛村镇 泉波镇 壶峤镇"),
    county("GUANGXIN", "广信区", "田墩镇 上泸镇 华坛山镇 茶亭镇 皂头镇 四十八镇 枫岭头镇 煌固镇 花厅镇 五府山镇"),
    county("JINXIAN", "进贤县", "李渡镇 温圳镇 文港镇 梅庄镇 张公镇 罗溪镇 架桥镇 前坊镇 三里乡 二塘乡"),
  ]

  /// Counties of Jiangxi and its neighbours; the towns in them are invented.
  static let farCounties: [County] = """
    南昌县 安义县 新建区 浮梁县 乐平市 莲花县 上栗县 芦溪县 柴桑区 武宁县 修水县 永修县 德安县 都昌县 湖口县 彭泽县 瑞昌市 共青城市 分宜县 余江区 贵溪市 信丰县 大余县 上犹县 崇义县
    安远县 龙南市 定南县 全南县 宁都县 于都县 兴国县 会昌县 寻乌县 石城县 瑞金市 南康区 吉安县 吉水县 峡江县 新干县 永丰县 泰和县 遂川县 万安县 安福县 永新县 井冈山市 奉新县 万载县
    上高县 宜丰县 靖安县 铜鼓县 丰城市 樟树市 高安市 南城县 黎川县 南丰县 崇仁县 乐安县 宜黄县 金溪县 资溪县 广昌县 东乡区 浦城县 武夷山市 建阳区 邵武市 光泽县 江山市 开化县 常山县
    休宁县 祁门县 黟县 东至县 黄梅县 阳新县 浏阳市 平江县 醴陵市 攸县 炎陵县 南雄市 仁化县 和平县
    """.split(whereSeparator: \.isWhitespace).map { county("FAR", String($0), "城北镇 城南镇 东坪镇 西溪镇 石桥镇 大塘乡 新田乡 龙泉乡") }

  private static func county(_ code: String, _ name: String, _ towns: String) -> County {
    County(code: code, name: name, towns: towns.split(separator: " ").map(String.init))
  }

  static let surnames = Array("王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程魏苏吕丁任沈姚卢姜崔钟谭陆汪范石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严").map(
    String.init)
  static let givenNames = [
    "伟", "芳", "娜", "敏", "静", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超", "秀兰", "霞", "平", "刚", "桂英", "志强", "建华", "国庆", "小红",
    "文斌", "海燕", "晓东", "丽华", "建国", "玉梅", "秋霞", "春生", "志远", "家豪", "雨欣", "子涵", "俊峰", "美玲", "红梅", "永康", "瑞雪", "思远", "德明", "立新", "少华", "慧敏",
    "金水", "水根", "细妹", "冬生", "来发", "小勇", "海波", "云飞", "晓燕", "志刚", "振华", "佳怡", "梦琪", "浩然", "宇航", "欣怡", "嘉诚",
  ]

  static let clinics = ["康民诊所", "仁济诊所", "惠民门诊部", "同德诊所", "益寿门诊部"]

  struct Model {
    let name, manufacturer, category: String
    let isKey: Bool
    let months: Int
    /// Where it stands, and in how big a house: 3 county hospital, 2 second hospital, 1 health centre, 0 clinic.
    let department: String
    let from: Int
  }

  static let models: [Model] = [
    model("DR-3000", "华江影像", "DR", true, 24, "放射科", 1), model("DR-5000 悬吊", "华江影像", "DR", true, 24, "放射科", 2),
    model("移动DR M200", "赣医科技", "DR", false, 12, "放射科", 2), model("CT-32 星河", "星河医疗", "CT", true, 24, "放射科", 3),
    model("CT-64 星河", "星河医疗", "CT", true, 36, "放射科", 3), model("乳腺机 MG-20", "华江影像", "乳腺X射线机", false, 12, "放射科", 3),
    model("BC-480 全自动生化", "明泽生物", "生化分析仪", true, 18, "检验科", 1), model("BC-1200 全自动生化", "明泽生物", "生化分析仪", true, 24, "检验科", 2),
    model("血球仪 H-60", "明泽生物", "血细胞分析仪", false, 12, "检验科", 0), model("血球仪 H-90", "明泽生物", "血细胞分析仪", false, 12, "检验科", 2),
    model("尿液分析仪 U-500", "明泽生物", "尿液分析仪", false, 12, "检验科", 0), model("化学发光 CL-2000", "康洁诊断", "化学发光分析仪", true, 24, "检验科", 2),
    model("电解质分析仪 E-5", "康洁诊断", "电解质分析仪", false, 12, "检验科", 1), model("彩超 US-7", "声远医疗", "超声", true, 18, "超声科", 1),
    model("彩超 US-9 四维", "声远医疗", "超声", true, 24, "超声科", 2), model("便携彩超 P-3", "声远医疗", "超声", false, 12, "超声科", 1),
    model("监护仪 PM-12", "安护电子", "监护仪", false, 12, "重症医学科", 1), model("监护仪 PM-15 高端", "安护电子", "监护仪", false, 18, "重症医学科", 2),
    model("心电图机 ECG-12", "安护电子", "心电图机", false, 12, "心电图室", 0), model("除颤仪 D-200", "安护电子", "除颤仪", true, 18, "急诊科", 1),
    model("呼吸机 V-60", "瑞息医疗", "呼吸机", true, 18, "重症医学科", 2), model("麻醉机 A-50", "瑞息医疗", "麻醉机", true, 18, "手术室", 2),
    model("内镜系统 EV-300", "镜远光电", "内镜", true, 18, "内镜中心", 3), model("高压灭菌器 S-250", "洁康设备", "灭菌器", false, 12, "供应室", 1),
    model("血透机 HD-8", "瑞息医疗", "血液透析机", true, 24, "血透室", 3),
  ]

  private static func model(
    _ name: String, _ manufacturer: String, _ category: String, _ isKey: Bool, _ months: Int, _ department: String, _ from: Int
  ) -> Model {
    Model(name: name, manufacturer: manufacturer, category: category, isKey: isKey, months: months, department: department, from: from)
  }

  static let skills = ["DR", "CT", "生化分析仪", "血细胞分析仪", "化学发光分析仪", "超声", "监护仪", "呼吸机", "麻醉机", "内镜", "灭菌器", "血液透析机"]
  static let educations = ["大专", "本科", "本科", "大专", "硕士", "中专"]
  static let partners = ["星河医疗售后服务有限公司", "赣鄱医疗工程有限公司"]
}
