enum PageTexts {
  static let zh = ""
  static let en = ""
}
