import Domain
import Operations

/// Reads what was typed into a record's form: each field by its type, names as the records that they name.
struct RecordInputReading: Sendable {
  let registers: RegisterOperations
  let actor: Actor
  let language: Language
  /// Of a record that is there: an emptied field empties it.
  let isChange: Bool

  /// - Returns: the fields as the register takes them; where something is wrong the form has it beside the field, and they are not to be
  ///   sent.
  func read(_ form: inout RecordForm) async throws -> Fields {
    var fields = Fields(), form_ = form
    form_.problems = [:]
    form_.meant = [:]
    for field in form.register.description.fields {
      do throws(InputRefusal) {
        if let value = try value(of: field, form_.typed) { fields.values[field.name] = value }
      } catch {
        for problem in error.fields { form_.problems[problem.field] = problem.message(in: language) }
      }
    }
    for field in form.register.description.fields {
      guard case .reference(let register) = field.storage, fields.values[field.name] != nil, fields.values[field.name] != .null else {
        continue
      }
      // Sites and departments are told apart by whose they are; the customer stands before them.
      let customer = register == .sites || register == .departments ? fields.text("customer") : nil
      if let id = try await id(of: register, field.name, customer, &form_) {
        fields.values[field.name] = .text(id)
      } else {
        fields.values[field.name] = nil
      }
    }
    form = form_
    return fields
  }

  private func value(of field: RegisterField, _ typed: [String: String]) throws(InputRefusal) -> FieldValue? {
    if case .list(of: .object(let shape), let most) = field.field.type { return try rows(of: field, shape, most, typed) }
    var text = typed[field.name] ?? ""
    if case .list = field.field.type { text = text.split(whereSeparator: \.isNewline).joined(separator: ";") }
    if case .reference = field.storage { text = String(text.prefix(FieldType.textOfReference)) }
    guard !text.allSatisfy(\.isWhitespace) else {
      if field.field.required { throw .invalid([.required(field.name)]) }
      if case .list = field.field.type { return isChange ? .list([]) : nil }
      return isChange ? .null : nil
    }
    let plain = text.trimmingPrefix { $0.isWhitespace }
    let end = plain.lastIndex { !$0.isWhitespace }.map { plain.index(after: $0) } ?? plain.endIndex
    return try Shape("", [field.field]).decode(text: [field.name: String(plain[..<end])]).values[field.name]
  }

  /// Certificates, row by row; rows without anything are none.
  private func rows(of field: RegisterField, _ shape: Shape, _ most: Int, _ typed: [String: String]) throws(InputRefusal) -> FieldValue? {
    var list: [FieldValue] = [], problems: [FieldProblem] = []
    for row in 0..<most {
      let path = "\(field.name).\(row)."
      var values: [String: String] = [:]
      for inner in shape.fields { values[inner.name] = typed[path + inner.name] ?? "" }
      guard values.values.contains(where: { !$0.isEmpty }) else { continue }
      do throws(InputRefusal) { list.append(.object(try shape.decode(text: values))) } catch {
        problems += error.fields.map { FieldProblem(field: path + $0.field, message: $0.message, code: $0.code, arguments: $0.arguments) }
      }
    }
    guard problems.isEmpty else { throw .invalid(problems) }
    return list.isEmpty && !isChange ? nil : .list(list)
  }

  /// One reference by itself, which is no field of the register.
  func reference(_ name: String, _ register: Register, _ form: inout RecordForm) async throws -> String? {
    guard !(form.typed[name] ?? "").allSatisfy(\.isWhitespace) else {
      form.problems[name] = FieldProblem.required(name).message(in: language)
      return nil
    }
    return try await id(of: register, name, nil, &form)
  }

  /// What a name stands for: what was picked, else the one record that is called so. Where that is not one, the form asks which.
  private func id(of register: Register, _ name: String, _ customer: String?, _ form: inout RecordForm) async throws -> String? {
    let text = form.typed[name] ?? ""
    if let id = form.typed["\(name).id"], !id.isEmpty, form.typed["\(name).was"] == text { return id }
    if let picked = form.typed["\(name).pick"], !picked.isEmpty, form.typed["\(name).asked"] == text { return picked }
    // A select sends the id itself.
    if let item = try? await registers.find(register, text, by: actor) {
      let record = RecordItem(register, item)
      form.refer(name, item.id, record.title)
      return item.id
    }
    var query = RegisterQuery()
    (query.search, query.limit) = (String(text.prefix(100)), 8)
    if let customer { query.filters["customer"] = customer }
    let found = try await registers.list(register, query, by: actor).items.map { RecordItem(register, $0) }
    let exact = found.filter { $0.title == text }
    if exact.count == 1 {
      form.refer(name, exact[0].id, exact[0].title)
      return exact[0].id
    }
    let catalogue = Catalogue.of(language)
    form.problems[name] = catalogue.text(found.isEmpty ? "form.no-such" : "form.which") ?? ""
    form.meant[name] = found.map { record in
      let note = record.reference("customer")?.name ?? record.text("district") ?? record.text("manufacturer") ?? ""
      return Choice(value: record.id, words: note.isEmpty ? record.title : "\(record.title) · \(note)")
    }
    form.typed["\(name).asked"] = text
    return nil
  }
}

extension FieldType {
  /// A name typed for a reference is looked for; what is longer is no name.
  static let textOfReference = 64
}

extension FieldProblem {
  static func required(_ field: String) -> FieldProblem { FieldProblem(field: field, message: "It is required.", code: "field.missing") }
}
