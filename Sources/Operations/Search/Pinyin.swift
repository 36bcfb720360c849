/// How Chinese characters are typed: each character's commonest reading (ICU's Han-Latin data), and the words below where a
/// character is read otherwise. A register's row may name its own reading besides.
enum Pinyin {
  /// One syllable a character; a character without a reading stands for itself.
  static func syllables(of han: [Unicode.Scalar]) -> [String] {
    var result: [String] = []
    var index = 0
    while index < han.count {
      var length = min(longest, han.count - index)
      while length > 0 {
        let word = String(String.UnicodeScalarView(han[index..<index + length]))
        if let known = words[word] {
          result += known
          break
        }
        length -= 1
      }
      if length == 0 {
        result.append(Characters.reading(han[index]) ?? String(han[index]))
        length = 1
      }
      index += length
    }
    return result
  }

  /// A name whose first characters are read otherwise as a surname; nil when they are read as usual.
  static func surnamed(_ name: [Unicode.Scalar]) -> [String]? {
    for length in [2, 1] where name.count > length {
      let surname = String(String.UnicodeScalarView(name.prefix(length)))
      if let read = surnames[surname] { return read + syllables(of: Array(name.dropFirst(length))) }
    }
    return nil
  }

  private static let surnames = read(surnameTable)
  private static let words = read(table)

  private static func read(_ table: String) -> [String: [String]] {
    Dictionary(
      uniqueKeysWithValues: table.split(separator: "\n").map { line in
        let parts = line.split(separator: " ").map(String.init)
        return (parts[0], Array(parts.dropFirst()))
      })
  }
  private static let longest = 3

  /// Places, names and words of our trade whose characters have several readings. Our own list: the first reading of ICU's data is
  /// wrong for them, character by character.
  private static let table = """
    重庆 chong qing
    重复 chong fu
    重启 chong qi
    重新 chong xin
    重装 chong zhuang
    长 chang
    院长 yuan zhang
    科长 ke zhang
    部长 bu zhang
    处长 chu zhang
    局长 ju zhang
    站长 zhan zhang
    组长 zu zhang
    护士长 hu shi zhang
    生长 sheng zhang
    增长 zeng zhang
    厦门 xia men
    大厦 da sha
    铅山 yan shan
    六安 lu an
    六合 lu he
    亳州 bo zhou
    蚌埠 beng bu
    台州 tai zhou
    丽水 li shui
    乐清 yue qing
    音乐 yin yue
    洪洞 hong tong
    浚县 xun xian
    尉犁 yu li
    番禺 pan yu
    东莞 dong guan
    珲春 hun chun
    歙县 she xian
    黟县 yi xian
    涡阳 guo yang
    会稽 kuai ji
    朝阳 chao yang
    都 du
    单县 shan xian
    曾 zeng
    东阿 dong e
    大夫 dai fu
    银行 yin hang
    调度 diao du
    调查 diao cha
    调 tiao
    弹簧 tan huang
    校准 jiao zhun
    校正 jiao zheng
    藏 zang
    泊 bo
    堵塞 du se
    阻塞 zu se
    栓塞 shuan se
    轧 zha
    爪 zhua
    地 di
    咳 ke
    拓 tuo
    仔 zai
    """

  /// Our own list, after the usage of dictionaries: surnames that are read otherwise than the same characters elsewhere.
  private static let surnameTable = """
    单 shan
    解 xie
    仇 qiu
    任 ren
    华 hua
    区 ou
    查 zha
    朴 piao
    覃 qin
    翟 zhai
    乐 yue
    缪 miao
    曾 zeng
    种 chong
    员 yun
    盖 ge
    冼 xian
    那 na
    召 shao
    繁 po
    尹 yin
    葛 ge
    折 she
    逄 pang
    褚 chu
    晁 chao
    郗 xi
    长孙 zhang sun
    尉迟 yu chi
    万俟 mo qi
    澹台 tan tai
    令狐 ling hu
    单于 chan yu
    """
}
