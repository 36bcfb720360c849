import Domain
import FoundationEssentials

extension Shape {
  /// Deeper than any input of ours; a body of 1 MiB of brackets is refused before it is parsed.
  static let maxDepth = 16
  /// Enough to mend an input by; a body of a thousand wrong fields need not be answered with all of them.
  static let maxProblems = 50

  /// Reads a JSON object by this shape, in one pass, and says all that is wrong with it at once.
  ///
  /// - Throws: ``InputRefusal/malformed(_:)`` when it is not one JSON object in UTF-8, ``InputRefusal/invalid(_:)`` with every
  ///   field that is unknown, missing, of another type or out of its bounds; a nested one as `contact.name`.
  public func decode(_ json: [UInt8]) throws(InputRefusal) -> Fields {
    // JSONDecoder guesses UTF-16 and UTF-32 from zero bytes, and the API reads UTF-8 alone.
    guard !json.contains(0), String(validating: json, as: UTF8.self) != nil else { throw .malformed("it is not UTF-8") }
    let syntax = JSONSyntax(json, maxDepth: Shape.maxDepth)
    if let fault = syntax.fault { throw .malformed(fault) }
    guard syntax.repeated.isEmpty else { throw .invalid(syntax.repeated.map { .repeated(FieldProblem.printable($0)) }) }
    let decoder = JSONDecoder()
    decoder.userInfo[ShapedInput.shapeKey] = self
    let read: ShapedInput
    do {
      read = try decoder.decode(ShapedInput.self, from: Data(json))
    } catch DecodingError.typeMismatch {
      throw .malformed("it is JSON, but not an object")
    } catch DecodingError.valueNotFound {
      throw .malformed("it is JSON, but not an object")
    } catch {
      throw .malformed("it is not JSON")
    }
    guard read.problems.isEmpty else { throw .invalid(Array(read.problems.prefix(Shape.maxProblems))) }
    return read.fields
  }
}

/// What JSONDecoder is made to read: an object, by the shape in `userInfo`.
private struct ShapedInput: Decodable {
  static let shapeKey = CodingUserInfoKey(rawValue: "shape")!  // never nil: the name is not empty

  var fields = Fields()
  var problems: [FieldProblem] = []

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: FieldKey.self)
    guard let shape = decoder.userInfo[Self.shapeKey] as? Shape else { return }
    fields = object(shape, in: container, at: "")
  }

  private mutating func object(_ shape: Shape, in container: KeyedDecodingContainer<FieldKey>, at path: String) -> Fields {
    let known = Set(shape.fields.map(\.name))
    // Sorted: the same mistake is told in the same order each time.
    for key in container.allKeys.sorted(by: { $0.stringValue < $1.stringValue })
    where !known.contains(key.stringValue) && problems.count < Shape.maxProblems {
      problems.append(.unknown(path + FieldProblem.printable(key.stringValue), known: shape.fields.map(\.name)))
    }
    var fields = Fields()
    for field in shape.fields where problems.count < Shape.maxProblems {
      let key = FieldKey(field.name), name = path + field.name
      guard container.contains(key) else {
        if field.required { problems.append(.missing(name)) }
        continue
      }
      if (try? container.decodeNil(forKey: key)) ?? false {
        if field.required { problems.append(.null(name)) } else { fields.values[field.name] = .null }
        continue
      }
      do {
        fields.values[field.name] = try value(of: field.type, in: container, key: key, at: name)
      } catch {
        problems.append(.wrongType(name, expected: field.type))
      }
    }
    return fields
  }

  /// Nil when a problem was noted; throws what the decoder throws for a value of another type.
  private mutating func value(
    of type: FieldType, in container: KeyedDecodingContainer<FieldKey>, key: FieldKey, at name: String
  ) throws -> FieldValue? {
    switch type {
    case .integer(let range): return check(try container.decode(Int.self, forKey: key), in: range, at: name)
    case .bool: return .bool(try container.decode(Bool.self, forKey: key))
    case .object(let shape):
      return .object(object(shape, in: try container.nestedContainer(keyedBy: FieldKey.self, forKey: key), at: name + "."))
    case .list(let element, let max):
      var items = try container.nestedUnkeyedContainer(forKey: key)
      return try list(of: element, max: max, in: &items, at: name)
    case .text, .word, .instant, .date, .reference, .creditCode, .divisionCode, .degrees, .picture:
      return note(type, try container.decode(String.self, forKey: key), at: name)
    }
  }

  private mutating func list(
    of element: FieldType, max: Int, in items: inout any UnkeyedDecodingContainer, at name: String
  ) throws -> FieldValue? {
    if let count = items.count, count > max {
      problems.append(.tooMany(name, max: max))
      return nil
    }
    var values: [FieldValue] = []
    while !items.isAtEnd, problems.count < Shape.maxProblems {
      let at = "\(name)[\(items.currentIndex)]"
      let value: FieldValue?
      switch element {
      case .integer(let range): value = check(try items.decode(Int.self), in: range, at: at)
      case .bool: value = .bool(try items.decode(Bool.self))
      case .object(let shape): value = .object(object(shape, in: try items.nestedContainer(keyedBy: FieldKey.self), at: at + "."))
      case .list(let inner, let max):
        var nested = try items.nestedUnkeyedContainer()
        value = try list(of: inner, max: max, in: &nested, at: at)
      case .text, .word, .instant, .date, .reference, .creditCode, .divisionCode, .degrees, .picture:
        value = note(element, try items.decode(String.self), at: at)
      }
      if let value { values.append(value) }
    }
    return .list(values)
  }

  private mutating func check(_ integer: Int, in range: ClosedRange<Int>, at name: String) -> FieldValue? {
    guard range.contains(integer) else {
      problems.append(.outOfRange(name, range))
      return nil
    }
    return .integer(integer)
  }

  private mutating func note(_ type: FieldType, _ text: String, at name: String) -> FieldValue? {
    do throws(InputProblem) { return try type.value(ofText: text, at: name) } catch {
      problems.append(error.problem)
      return nil
    }
  }
}

private struct FieldKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(_ name: String) { stringValue = name }
  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}
