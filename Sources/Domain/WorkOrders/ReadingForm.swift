/// What is measured on a machine of a kind before and after work (FLT-4): a managed list, shipped. The maker's manual wins where it
/// says otherwise.
public struct ReadingForm: Hashable, Sendable {
  public struct Item: Hashable, Sendable {
    /// Stable: the name of the input.
    public let id: String
    public let zh, en: String
    public let unit: String
    /// In thousandths of the unit; nil where that side is open.
    public let low, high: Int?

    /// `4.75–5.25`, `±5`, `≥ 160`, `≤ 0.5`.
    public var expected: String {
      switch (low, high) {
      case (let low?, let high?) where low == -high: "±\(ReadingForm.text(high))"
      case (let low?, let high?): "\(ReadingForm.text(low))–\(ReadingForm.text(high))"
      case (let low?, nil): "≥ \(ReadingForm.text(low))"
      case (nil, let high?): "≤ \(ReadingForm.text(high))"
      case (nil, nil): ""
      }
    }

    /// Whether what was read lies within; nil where it is no number, such as `正常`.
    public func passes(_ value: String) -> Bool? {
      guard let read = ReadingForm.thousandths(value) else { return nil }
      return (low.map { $0 <= read } ?? true) && (high.map { read <= $0 } ?? true)
    }
  }

  public let id: String
  public let items: [Item]

  /// The form of a model's category, which is free text: `DR`, `全自动生化分析仪`, `Ultrasound`.
  public static func of(category: String?) -> ReadingForm {
    let text = (category ?? "").lowercased()
    return all.first { form in (words[form.id] ?? []).contains { text.contains($0) } } ?? other
  }

  /// A decimal as people type it, in thousandths: `4.12`, `-0.5`, `１２`; further places are cut. Nil for anything else.
  public static func thousandths(_ text: String) -> Int? {
    var digits = "", places: Int?, isNegative = false
    for (index, character) in text.filter({ !$0.isWhitespace }).enumerated() {
      switch character {
      case "-" where index == 0, "−" where index == 0: isNegative = true
      case "+" where index == 0: break
      case ".", "．", ",":
        guard places == nil else { return nil }
        places = 0
      default:
        guard let digit = character.wholeNumberValue, (0...9).contains(digit), digits.count < 12 else { return nil }
        if let count = places {
          guard count < 3 else { continue }
          places = count + 1
        }
        digits.append(String(digit))
      }
    }
    guard !digits.isEmpty, var value = Int(digits) else { return nil }
    for _ in (places ?? 0)..<3 { value *= 10 }
    return isNegative ? -value : value
  }

  static func text(_ thousandths: Int) -> String {
    let size = abs(thousandths), places = size % 1_000
    var text = String(size / 1_000)
    if places > 0 {
      var rest = String(places + 1_000).dropFirst()
      while rest.last == "0" { rest.removeLast() }
      text += "." + rest
    }
    return thousandths < 0 ? "−\(text)" : text
  }

  public static let all = [ct, dr, ultrasound, biochemistry, haematology, monitor]

  private static let words: [String: [String]] = [
    "ct": ["ct"], "dr": ["dr", "x射线", "x线", "x-ray", "radiograph"], "ultrasound": ["超声", "彩超", "b超", "ultrasound"],
    "biochemistry": ["生化", "biochem"], "haematology": ["血球", "血细胞", "haemat", "hemat", "blood cell"],
    "monitor": ["监护", "monitor"],
  ]

  private static func item(_ id: String, _ zh: String, _ en: String, _ unit: String, _ low: Int?, _ high: Int?) -> Item {
    Item(id: id, zh: zh, en: en, unit: unit, low: low, high: high)
  }

  /// WS 76 for the tube; the voltages are those of the usual supply boards.
  public static let dr = ReadingForm(
    id: "dr",
    items: [
      item("v5", "供电板 5 V 输出", "Supply board 5 V output", "V", 4_750, 5_250),
      item("v24", "主机 24 V 输入", "Main unit 24 V input", "V", 22_800, 25_200),
      item("kv", "管电压指示偏离", "Tube voltage deviation", "%", -5_000, 5_000),
      item("dose", "输出量重复性", "Output repeatability", "%", nil, 10_000),
      item("hvl", "半值层（80 kV）", "Half-value layer (80 kV)", "mmAl", 2_300, nil),
    ])

  /// WS 519.
  public static let ct = ReadingForm(
    id: "ct",
    items: [
      item("water", "水模 CT 值", "CT number of water", "HU", -4_000, 4_000),
      item("noise", "噪声", "Noise", "%", nil, 350),
      item("uniform", "均匀性", "Uniformity", "HU", -5_000, 5_000),
      item("table", "诊断床定位偏差", "Table positioning", "mm", -2_000, 2_000),
    ])

  /// GB 10152.
  public static let ultrasound = ReadingForm(
    id: "ultrasound",
    items: [
      item("depth", "最大探测深度", "Depth of penetration", "mm", 160_000, nil),
      item("blind", "盲区", "Dead zone", "mm", nil, 5_000),
      item("axial", "纵向几何位置误差", "Axial position error", "%", nil, 10_000),
      item("lateral", "横向几何位置误差", "Lateral position error", "%", nil, 15_000),
    ])

  /// YY/T 0654.
  public static let biochemistry = ReadingForm(
    id: "biochemistry",
    items: [
      item("temperature", "反应盘温度", "Reaction disk temperature", "°C", 36_700, 37_300),
      item("drift", "吸光度稳定性", "Absorbance stability", "Abs", nil, 10),
      item("stray", "杂散光", "Stray light", "Abs", 2_300, nil),
      item("sample", "加样重复性 CV", "Sampling repeatability CV", "%", nil, 2_000),
      item("carry", "携带污染率", "Carry-over", "%", nil, 100),
    ])

  /// YY/T 0653.
  public static let haematology = ReadingForm(
    id: "haematology",
    items: [
      item("wbc", "空白计数 WBC", "Blank count WBC", "10⁹/L", nil, 500),
      item("rbc", "空白计数 RBC", "Blank count RBC", "10¹²/L", nil, 50),
      item("hgb", "空白计数 HGB", "Blank count HGB", "g/L", nil, 2_000),
      item("plt", "空白计数 PLT", "Blank count PLT", "10⁹/L", nil, 10_000),
    ])

  public static let monitor = ReadingForm(
    id: "monitor",
    items: [
      item("heart", "心率示值误差", "Heart rate error", "bpm", -2_000, 2_000),
      item("spo2", "血氧示值误差", "SpO₂ error", "%", -2_000, 2_000),
      item("pressure", "静态压力误差", "Static pressure error", "mmHg", -3_000, 3_000),
      item("leakage", "外壳漏电流", "Enclosure leakage", "µA", nil, 100_000),
    ])

  public static let other = ReadingForm(
    id: "other",
    items: [
      item("mains", "供电电压", "Mains voltage", "V", 198_000, 242_000),
      item("earth", "保护接地阻抗", "Protective earth", "Ω", nil, 100),
      item("leakage", "外壳漏电流", "Enclosure leakage", "µA", nil, 100_000),
    ])
}
