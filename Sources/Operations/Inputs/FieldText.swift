import Domain
import FoundationEssentials

/// One value that is wrong, while an input is read.
struct InputProblem: Error {
  let problem: FieldProblem
}

extension FieldType {
  /// Checks a value that arrives as text, by this type's bounds.
  ///
  /// - Throws: ``InputProblem``.
  func value(ofText text: String, at name: String) throws(InputProblem) -> FieldValue {
    switch self {
    case .text(let max, let lines): return .text(try checked(text, max: max, lines: lines, at: name))
    case .reference: return .text(try checked(text, max: FieldType.referenceLength, lines: false, at: name))
    case .word(let words):
      guard words.contains(text) else { throw InputProblem(problem: .notAWord(name, words)) }
      return .text(text)
    case .instant:
      guard let instant = try? Instant(parsing: text) else { throw InputProblem(problem: .notAnInstant(name)) }
      return .instant(instant)
    case .date:
      guard let date = CivilDate(parsing: text) else { throw InputProblem(problem: .notADate(name)) }
      return .date(date)
    case .creditCode:
      do { return .text(try SocialCreditCode(parsing: text).description) } catch {
        throw InputProblem(problem: .notACreditCode(name, error))
      }
    case .divisionCode:
      do {
        let code = try DivisionCode(parsing: text)
        _ = try DivisionTable.china.division(code)
        return .text(code.description)
      } catch { throw InputProblem(problem: .notADivision(name, error)) }
    case .degrees(let max):
      guard let angle = Angle(parsing: text), abs(angle.millionths) <= max * 1_000_000 else {
        throw InputProblem(problem: .notDegrees(name, max: max))
      }
      return .text(angle.description)
    case .picture(let max):
      try checkPicture(text, max: max, at: name)
      return .text(text)
    case .integer, .bool, .object, .list: throw InputProblem(problem: .wrongType(name, expected: self))
    }
  }

  /// Longer than an id (36) or a number; names given as references fit too.
  static let referenceLength = 64

  private func checked(_ text: String, max: Int, lines: Bool, at name: String) throws(InputProblem) -> String {
    var count = 0, blank = true
    for scalar in text.unicodeScalars {
      count += 1
      guard count <= max else { throw InputProblem(problem: .tooLong(name, max: max)) }
      switch scalar.value {
      case 0x09 where lines, 0x0A where lines, 0x0D where lines: break
      case 0..<0x20, 0x7F..<0xA0: throw InputProblem(problem: .controlCharacter(name))
      // They turn around what stands after them, so that a screen shows another text than the record holds.
      case 0x202A...0x202E, 0x2066...0x2069: throw InputProblem(problem: .controlCharacter(name))
      // A line break by another name.
      case 0x2028, 0x2029: if !lines { throw InputProblem(problem: .controlCharacter(name)) }
      // Seen by nobody: soft hyphen, zero width, marks of direction, byte order mark.
      case 0xAD, 0x200B...0x200F, 0x2060, 0xFEFF: break
      default: if blank, !scalar.properties.isWhitespace { blank = false }
      }
    }
    guard !blank else { throw InputProblem(problem: .empty(name)) }
    return text
  }

  private func checkPicture(_ text: String, max: Int, at name: String) throws(InputProblem) {
    let prefix = FieldType.picturePrefix
    guard text.utf8.count <= max else { throw InputProblem(problem: .pictureTooLarge(name, max: max)) }
    guard text.hasPrefix(prefix), let bytes = Data(base64Encoded: String(text.dropFirst(prefix.count))),
      bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    else { throw InputProblem(problem: .notAPicture(name)) }
  }

  public static let picturePrefix = "data:image/png;base64,"
}

extension Shape {
  /// Reads values that all arrive as text: a form, a row of CSV. An empty text is a field left out; a nested field is named
  /// `contact.name`; a list is written `a; b`.
  ///
  /// - Throws: ``InputRefusal/invalid(_:)``, as ``decode(_:)`` does.
  public func decode(text values: [String: String]) throws(InputRefusal) -> Fields {
    var problems: [FieldProblem] = [], used: Set<String> = []
    let fields = read(values, at: "", used: &used, problems: &problems)
    let names = self.fields.map(\.name)
    for name in values.keys.sorted() where !used.contains(name) {
      problems.append(.unknown(FieldProblem.printable(name), known: names))
    }
    guard problems.isEmpty else { throw .invalid(Array(problems.prefix(Shape.maxProblems))) }
    return fields
  }

  private func read(_ values: [String: String], at path: String, used: inout Set<String>, problems: inout [FieldProblem]) -> Fields {
    var fields = Fields()
    for field in self.fields {
      let name = path + field.name
      if case .object(let shape) = field.type {
        let given = values.contains { $0.key.hasPrefix(name + ".") && !$0.value.isEmpty }
        for key in values.keys where key.hasPrefix(name + ".") && !given { used.insert(key) }
        if given {
          fields.values[field.name] = .object(shape.read(values, at: name + ".", used: &used, problems: &problems))
        } else if field.required {
          problems.append(.missing(name))
        }
        continue
      }
      used.insert(name)
      // A browser sends the line breaks of a text area as CR LF.
      let text = (values[name] ?? "").split(separator: "\r\n", omittingEmptySubsequences: false).joined(separator: "\n")
      guard !text.isEmpty else {
        if field.required { problems.append(.missing(name)) }
        continue
      }
      do throws(InputProblem) {
        fields.values[field.name] = try field.type.value(ofWritten: text, at: name)
      } catch {
        problems.append(error.problem)
      }
    }
    return fields
  }
}

extension FieldType {
  private static let yes: Set<String> = ["true", "yes", "1", "on", "是"]
  private static let no: Set<String> = ["false", "no", "0", "否"]

  fileprivate func value(ofWritten text: String, at name: String) throws(InputProblem) -> FieldValue {
    switch self {
    case .integer(let range):
      // `Int` would read +5 too.
      guard text.first != "+", let integer = Int(text) else { throw InputProblem(problem: .wrongType(name, expected: self)) }
      guard range.contains(integer) else { throw InputProblem(problem: .outOfRange(name, range)) }
      return .integer(integer)
    case .bool:
      if Self.yes.contains(text.lowercased()) { return .bool(true) }
      if Self.no.contains(text.lowercased()) { return .bool(false) }
      throw InputProblem(problem: .wrongType(name, expected: self))
    case .list(let element, let max):
      let parts = text.split(whereSeparator: { $0 == ";" || $0 == "；" }).map { $0.drop(while: \.isWhitespace) }.filter { !$0.isEmpty }
      guard parts.count <= max else { throw InputProblem(problem: .tooMany(name, max: max)) }
      var values: [FieldValue] = []
      for part in parts {
        let end = part.lastIndex { !$0.isWhitespace }.map { part.index(after: $0) } ?? part.endIndex
        values.append(try element.value(ofWritten: String(part[..<end]), at: name))
      }
      return .list(values)
    case .text, .word, .instant, .date, .reference, .creditCode, .divisionCode, .degrees, .picture, .object:
      return try value(ofText: text, at: name)
    }
  }
}
