import Domain

/// Where the demonstration's counties and towns are (WGS-84), for distances and routes.
///
/// Source: GeoNames (geonames.org, CC BY 4.0), populated places, to 10 m; the seats of 玉山 and 进贤, which it lacks, to about a kilometre. The
/// county's seat stands first in its line. A town that it lacks is where its county's seat is.
enum DemoPlaces {
  private static let lines = """
    南昌市 28.6840 115.8531
    余干县 28.6956 116.6844; 瑞洪镇 28.7303 116.4049; 黄金埠镇 28.4792 116.8029; 古埠镇 28.7173 116.8015; 石口镇 28.8291 116.6251; 九龙镇 28.5212 116.6330; 社赓镇 28.4357 116.6635; 江埠乡 28.6310 116.5796; 三塘乡 28.7353 116.5675
    鄱阳县 28.9924 116.6675; 谢家滩镇 29.4876 116.7120; 石门街镇 29.5775 116.7671; 四十里街镇 29.1139 116.7578; 油墩街镇 29.3770 116.6374; 金盘岭镇 29.3353 116.9955; 高家岭镇 29.1675 116.7823; 凰岗镇 29.1561 117.0034; 双港镇 29.0751 116.6156
    万年县 28.6929 117.0673; 石镇镇 28.8543 116.9662; 青云镇 28.6621 116.9247; 梓埠镇 28.8533 116.8629; 大源镇 28.7383 117.1774; 裴梅镇 28.6395 117.1037; 湖云乡 28.7934 116.8104; 齐埠乡 28.7215 116.8640; 汪家乡 28.7091 116.9386; 上坊乡 28.6783 117.0458; 苏桥乡 28.5860 116.9291
    婺源县 29.2497 117.8547; 清华镇 29.4190 117.7743; 秋口镇 29.3470 117.8996; 江湾镇 29.3719 118.0469; 思口镇 29.3543 117.8123; 中云镇 29.2213 117.6859; 赋春镇 29.3241 117.5435; 镇头镇 29.2668 117.4683; 太白镇 29.0873 117.6894; 溪头乡 29.4540 118.0794; 段莘乡 29.5059 117.9708
    玉山县 28.6820 118.2450; 临湖镇 28.6596 117.9377; 横街镇 28.7044 118.1431; 下镇镇 28.6461 118.4024; 岩瑞镇 28.7140 118.3371; 紫湖镇 28.9056 118.1546; 仙岩镇 28.5733 118.3942
    铅山县 28.3118 117.7081; 河口镇 28.3118 117.7081; 石塘镇 28.1142 117.8449; 鹅湖镇 28.2905 117.7943; 湖坊镇 28.1622 117.5502; 武夷山镇 28.0047 117.8114; 汪二镇 28.2893 117.5164; 稼轩乡 28.1884 117.8247; 英将乡 28.1386 117.9133; 紫溪乡 28.0695 117.7840
    弋阳县 28.3910 117.4398; 曹溪镇 28.7024 117.3442; 南岩镇 28.3994 117.4478; 朱坑镇 28.3926 117.5127; 圭峰镇 28.3257 117.3741; 叠山镇 28.2142 117.5087; 港口镇 28.1901 117.3393; 中畈乡 28.5404 117.3782; 葛溪乡 28.4642 117.4588
    横峰县 28.4114 117.5955; 葛源镇 28.6026 117.6718; 莲荷乡 28.3833 117.5833; 司铺乡 28.4353 117.7087; 港边乡 28.4664 117.6892; 龙门畈乡 28.5005 117.6511; 青板乡 28.5095 117.5720; 新篁乡 28.7135 117.6014; 铺前镇 28.4733 117.6136
    德兴市 28.9536 117.5728; 新岗山镇 29.1049 117.9430; 泗洲镇 29.0463 117.7099; 香屯镇 29.0081 117.5403; 海口镇 29.1068 117.8074; 李宅乡 29.0084 117.9189; 龙头山乡 28.9479 117.8396
    广丰区 28.4189 118.2137; 横山镇 28.3172 118.1971; 桐畈镇 28.3082 118.3104; 湖丰镇 28.5903 118.1908; 大南镇 28.5485 118.2440; 排山镇 28.4596 118.2794; 毛村镇 28.3942 118.3644; 泉波镇 28.3808 118.3342; 壶峤镇 28.5483 118.1578
    广信区 28.4365 117.9142; 上泸镇 28.2217 117.9470; 华坛山镇 28.7109 117.8151; 茶亭镇 28.3567 117.8880; 四十八镇 28.2299 118.0276; 枫岭头镇 28.4631 117.8454; 煌固镇 28.5808 117.9810; 五府山镇 28.1433 118.0474
    进贤县 28.3770 116.2420; 李渡镇 28.2236 116.1564; 文港镇 28.2866 116.1088; 梅庄镇 28.5890 116.4062; 罗溪镇 28.4149 116.1507; 前坊镇 28.5235 116.2336; 三里乡 28.6809 116.3785
    """

  private static let known: [String: Coordinate] = {
    var known: [String: Coordinate] = [:]
    for line in lines.split(separator: "\n") {
      var county = ""
      for place in line.split(separator: ";") {
        let words = place.split(separator: " ").map(String.init)
        guard words.count == 3, let at = Coordinate(latitude: words[1], longitude: words[2]) else { continue }
        if county.isEmpty { county = words[0] }
        known[county == words[0] ? county : county + words[0]] = at
      }
    }
    return known
  }()

  /// The fields of a place; none where nobody knows.
  ///
  /// - Parameter spread: houses of one place do not stand on one point: a step of some 100 m, from the record's own number.
  static func fields(county: String, town: String? = nil, spread: Int = 0) -> [String: FieldValue] {
    guard let at = town.flatMap({ known[county + $0] }) ?? known[county] else { return [:] }
    func angle(_ millionths: Int, _ step: Int) -> FieldValue {
      let (whole, rest) = (millionths + step * 1_000).quotientAndRemainder(dividingBy: 1_000_000)
      let digits = String(rest)
      return .text("\(whole)." + String(repeating: "0", count: 6 - digits.count) + digits)
    }
    return ["latitude": angle(at.latitude, spread % 7 - 3), "longitude": angle(at.longitude, spread / 7 % 7 - 3)]
  }
}
