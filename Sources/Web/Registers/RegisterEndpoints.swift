import Domain
import HTTPTypes
import Operations

extension WebServices {
  /// The registers: create, list, read, change, archive, restore, each by its description.
  var registerEndpoints: [Endpoint] { Register.allCases.flatMap(endpoints) }

  private func endpoints(of register: Register) -> [Endpoint] {
    let registers = registers, tag = register.rawValue, base = "/api/v1/\(tag)"
    let description = register.description, name = description.singular
    let write = Endpoint.Access.right(register.writeAction)
    return [
      Endpoint(
        method: .get, path: base, summary: "List \(tag)", tag: tag, access: .right(.registerRead), query: register.listQuery,
        answer: "\(name)List"
      ) { incoming in
        var query = RegisterQuery()
        for filter in description.filters {
          if let value = incoming.query.text(filter) { query.filters[filter] = value }
        }
        query.includeArchived = incoming.query.text("archived") == "true"
        query.search = incoming.query.text("q")
        query.sort = incoming.query.text("sort")
        query.cursor = incoming.cursor
        query.limit = incoming.limit
        return .json(try await registers.list(register, query, by: incoming.actor))
      },
      Endpoint(
        method: .post, path: base, summary: "A new record of \(tag)", tag: tag, access: write, input: description.createShape,
        success: .created, answer: name
      ) { .answer(try await registers.create(register, $0.input, $0.call), in: base) },
      Endpoint(
        method: .get, path: "\(base)/{id}", summary: "One of \(tag)", tag: tag, access: .right(.registerRead), version: .optional,
        answer: name
      ) { incoming in
        let found = try await registers.find(register, incoming.parameter("id"), by: incoming.actor)
        return .json(found, version: found.version)
      },
      Endpoint(
        method: .patch, path: "\(base)/{id}", summary: "Change one of \(tag): only the given fields; null empties one", tag: tag,
        access: write, input: description.changeShape, version: .required, answer: name
      ) { incoming in
        let id = try incoming.parameter("id")
        var call = incoming.call
        if incoming.anyVersion { call.expected = try await registers.find(register, id, by: incoming.actor).version }
        return .answer(try await registers.change(register, id, incoming.input, call), in: base)
      },
      Endpoint(
        method: .post, path: "\(base)/{id}/archive", summary: "Take one of \(tag) out of use", tag: tag, access: write, input: .nothing,
        version: .optional, answer: name
      ) { .answer(try await registers.archive(register, $0.parameter("id"), $0.call), in: base) },
      Endpoint(
        method: .post, path: "\(base)/{id}/restore", summary: "Bring one of \(tag) back into use", tag: tag, access: write, input: .nothing,
        version: .optional, answer: name
      ) { .answer(try await registers.restore(register, $0.parameter("id"), $0.call), in: base) },
      Endpoint(
        method: .get, path: "\(base)/{id}/history",
        summary: "What was written of one of \(tag) and of what was merged into it, oldest first",
        tag: tag, access: .right(.registerRead), query: .page, answer: "JournalList"
      ) { incoming in
        .json(
          try await registers.history(
            register, of: incoming.parameter("id"), after: incoming.cursor, limit: incoming.limit, by: incoming.actor))
      },
    ] + (RegisterOperations.mergeable.contains(register) ? merging(register) : [])
  }

  private func merging(_ register: Register) -> [Endpoint] {
    let registers = registers, tag = register.rawValue, base = "/api/v1/\(tag)"
    return [
      Endpoint(
        method: .post, path: "\(base)/{id}/merge", summary: "This one of \(tag) is the same as another, which goes on (ORG-2)", tag: tag,
        access: .right(.registerMerge), input: RegisterOperations.mergeShape, version: .optional, answer: "MergeReport"
      ) { .answer(try await registers.merge(register, $0.parameter("id"), $0.input, $0.call), in: base) },
      Endpoint(
        method: .post, path: "\(base)/{id}/unmerge", summary: "Undo the merge of one of \(tag)", tag: tag, access: .right(.registerMerge),
        input: RegisterOperations.unmergeShape, version: .optional, answer: register.description.singular
      ) { .answer(try await registers.unmerge(register, $0.parameter("id"), $0.input, $0.call), in: base) },
    ]
  }
}

extension Register {
  var writeAction: Action { self == .branches || self == .staff ? .staffWrite : .registerWrite }

  /// The filters of its description; words stay words, all else is text.
  var listQuery: Shape {
    Shape(
      "\(description.singular)ListQuery",
      description.filters.compactMap { description.field($0)?.field }.map { field in
        if case .word(let words) = field.type { Field(field.name, .word(words)) } else { Field(field.name, .text(max: 200)) }
      } + [
        Field("q", .text(max: 100), note: "What people remember of it; answers one page, the nearest first"),
        Field("sort", .word(description.sorts), note: "Without filters; id is the order in which records were made"),
        Field("archived", .word(["true", "false"]), note: "true shows what is out of use too"), .cursor, .limit,
      ])
  }
}
