import Domain

/// What can be wrong with a line, in both languages: the file with the refused rows is read by whoever filled it in.
enum ImportTrouble: Hashable, Sendable {
  case tooManyCells(Int, headings: Int)
  case cellWithoutHeading(String)
  case missing
  case missingFor(Role)
  case notAWord(String, [String])
  case notANumber(String, ClosedRange<Int>)
  case notYesOrNo(String)
  case notDegrees(String, Int)
  case notADay(String)
  case notAMoment(String)
  case creditCode(String, SocialCreditCode.Fault)
  case division(String, DivisionCode.Fault)
  case tooLong(Int)
  case lineBreak
  case controlCharacters
  case blank
  case tooManyEntries(Int)
  case noExpiry(String)
  case notFound(Register, String)
  case several(Register, String)
  case archived
  case merged(into: String)
  case sameAs(line: Int)
  case taken
  case foreignPlace
  case accountRights
  case unreadable

  func message(chinese: Bool) -> String { chinese ? self.chinese : english }

  private var english: String {
    switch self {
    case .tooManyCells(let cells, let headings): "has \(cells) cells for \(headings) headings; quote a cell that has a comma in it"
    case .cellWithoutHeading(let text): "“\(text)” stands in a column without a heading"
    case .missing: "is missing"
    case .missingFor(let role): "is missing for the role \(role.rawValue)"
    case .notAWord(let text, let words): "“\(text)” is none of \(words.joined(separator: ", "))"
    case .notANumber(let text, let range): "“\(text)” is not a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .notYesOrNo(let text): "“\(text)” is neither yes nor no"
    case .notDegrees(let text, let max): "“\(text)” are not degrees like 28.6956, with at most 6 decimals, from -\(max) to \(max)"
    case .notADay(let text): "“\(text)” is not a day like 2026-11-23"
    case .notAMoment(let text): "“\(text)” is not a moment"
    case .creditCode(let text, let fault): "“\(text)”: \(FieldProblem.notACreditCode("", fault).message)"
    case .division(let text, let fault): "“\(text)”: \(FieldProblem.notADivision("", fault).message)"
    case .tooLong(let most): "is longer than \(most) characters"
    case .lineBreak: "contains a line break; write it on one line"
    case .controlCharacters: "contains control characters"
    case .blank: "holds nothing that can be seen"
    case .tooManyEntries(let most): "has more than \(most) entries"
    case .noExpiry(let text): "“\(text)” lacks its day of expiry: write it like DR:2027-12-31"
    case .notFound(let register, let text): "there is no \(register.description.streamKind) “\(text)” in use\(Self.hint(register))"
    case .several(let register, let text): "there are several called “\(text)”; give the \(register.description.streamKind)'s id"
    case .archived: "the record is archived; restore it first"
    case .merged(let into): "the record was merged into “\(into)”; write that one's name"
    case .sameAs(let line): "is the same as in line \(line)"
    case .taken: "another record has this value"
    case .foreignPlace: "belongs to another customer; give site and department of this one"
    case .accountRights: "only who may manage accounts may change this"
    case .unreadable: "cannot be imported"
    }
  }

  private static func hint(_ register: Register) -> String {
    switch register {
    case .models: "; import models first"
    case .customers: "; import customers first"
    case .branches: "; import branches first"
    case .sites, .departments: " at this customer"
    case .staff, .contacts, .equipment: ""
    }
  }

  private var chinese: String {
    switch self {
    case .tooManyCells(let cells, let headings): "有 \(cells) 格，列名只有 \(headings) 个；格内有逗号时请给整格加引号"
    case .cellWithoutHeading(let text): "“\(text)”所在的列没有列名"
    case .missing: "缺少内容"
    case .missingFor(let role): "角色为\(ImportWords.chinese(role.rawValue))时必填"
    case .notAWord(let text, let words): "“\(text)”不在可选之列：\(words.map(ImportWords.chinese).joined(separator: "、"))"
    case .notANumber(let text, let range): "“\(text)”不是 \(range.lowerBound) 到 \(range.upperBound) 的整数"
    case .notYesOrNo(let text): "“\(text)”既不是“是”也不是“否”"
    case .notDegrees(let text, let max): "“\(text)”不是度数；请写成 28.6956，最多 6 位小数，在 -\(max) 到 \(max) 之间"
    case .notADay(let text): "“\(text)”不是日期；请写成 2026-11-23"
    case .notAMoment(let text): "“\(text)”不是时刻"
    case .creditCode(let text, .length(let count)): "“\(text)”：统一社会信用代码有 18 位，这里是 \(count) 位"
    case .creditCode(let text, .place(let place, _)): "“\(text)”：第 \(place) 位不能是这个字符"
    case .creditCode(let text, .check): "“\(text)”：校验码不对，请重新抄录"
    case .division(let text, .form): "“\(text)”：行政区划代码有 6 位数字，带乡镇、村的有 9 位或 12 位"
    case .division(let text, .province(let digits)): "“\(text)”：没有以 \(digits) 开头的省份"
    case .division(let text, .unknown(let code, let edition)): "“\(text)”：\(edition) 的区划表中没有 \(code)"
    case .division(let text, .otherDistrict(let name)): "“\(text)”与行政区划代码不符，该代码是\(name)"
    case .tooLong(let most): "超过 \(most) 个字"
    case .lineBreak: "格内有换行；请写在一行里"
    case .controlCharacters: "含有控制字符"
    case .blank: "没有可见的内容"
    case .tooManyEntries(let most): "超过 \(most) 项"
    case .noExpiry(let text): "“\(text)”没有到期日；请写成 DR:2027-12-31"
    case .notFound(let register, let text): "没有在用的\(Self.chinese(register))“\(text)”\(Self.chineseHint(register))"
    case .several(let register, let text): "有几个\(Self.chinese(register))都叫“\(text)”；请填其 id"
    case .archived: "该记录已归档；请先恢复"
    case .merged(let into): "该记录已并入“\(into)”；请写后者的名称"
    case .sameAs(let line): "与第 \(line) 行相同"
    case .taken: "另一条记录已用此值"
    case .foreignPlace: "属于另一家客户；请同时填写这家客户的院区和科室"
    case .accountRights: "只有账户管理员可以更改"
    case .unreadable: "不能导入"
    }
  }

  private static func chinese(_ register: Register) -> String {
    switch register {
    case .branches: "机构"
    case .staff: "员工"
    case .customers: "客户"
    case .sites: "院区"
    case .departments: "科室"
    case .contacts: "联系人"
    case .models: "型号"
    case .equipment: "设备"
    }
  }

  private static func chineseHint(_ register: Register) -> String {
    switch register {
    case .models, .customers, .branches: "；请先导入\(chinese(register))"
    case .sites, .departments: "（在这家客户）"
    case .staff, .contacts, .equipment: ""
    }
  }
}

/// What a line was taken for although it does not say so plainly.
enum ImportNote: Hashable, Sendable {
  case total
  case withdrawnDivision(code: String, name: String)

  func message(chinese: Bool) -> String {
    switch self {
    case .total: chinese ? "合计行，未导入" : "a line of totals, left out"
    case .withdrawnDivision(let code, let name):
      chinese ? "行政区划代码 \(code)（\(name)）已撤销" : "division code \(code) (\(name)) has been withdrawn"
    }
  }
}
