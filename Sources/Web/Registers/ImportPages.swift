import Domain
import Operations

/// A file to choose, templates to fill in, and what this person sent before.
struct ImportPage: Sendable {
  var frame: Frame
  var register: Register
  var jobs: [ImportJob] = []
  var token = ""
  var problem: String?

  func values() -> some PageValue { ImportValues(page: self) }
}

struct ImportValues: PageValue {
  let page: ImportPage

  func child(named: String) -> Any? {
    let register = page.register, wording = page.frame.wording, words = RegisterWords(page.register, wording)
    func address(_ rest: String) -> String { RegisterWords.address(register, nil, rest) }
    switch named {
    case "registerName": return words.name
    case "listAddress": return RegisterWords.address(register)
    case "importTitle": return wording.text("import.title", words.name)
    case "sendAction": return address("/import")
    case "token": return page.token
    case "problem": return page.problem ?? false
    case "templateAddress": return address("/import/template?lang=\(page.frame.language.rawValue)")
    case "otherTemplate": return address("/import/template?lang=\(page.frame.language == .zh ? "en" : "zh")")
    case "columnNames": return headings(where: { _ in true })
    case "requiredNames": return headings(where: \.field.required)
    case "jobs": return page.jobs.map { JobLine(job: $0, register: register, wording: wording) }
    case "hasJobs": return !page.jobs.isEmpty
    default: return nil
    }
  }

  /// As the file has to have them.
  private func headings(where holds: (RegisterField) -> Bool) -> String {
    let wording = page.frame.wording, isChinese = page.frame.language == .zh
    guard let kind = ImportKind.allCases.first(where: { $0.register == page.register }) else { return "" }
    return wording.list(page.register.description.fields.filter(holds).map { kind.heading(of: $0.name, chinese: isChinese) })
  }

  private struct JobLine: PageValue {
    let job: ImportJob
    let register: Register
    let wording: Wording

    func child(named: String) -> Any? {
      switch named {
      case "lineHref": RegisterWords.address(register, nil, "/import/\(Address.escaped(job.id))")
      case "lineTitle": job.name
      case "lineNote": wording.moment(job.createdAt)
      case "lineTag": wording.word("import.state", job.state.rawValue)
      case "lineTone": job.state == .done ? "met" : job.state == .failed ? "late" : ""
      default: nil
      }
    }
  }
}

/// One file: how far it is, what the dry run found line by line, and the step that is next.
struct ImportJobPage: Sendable {
  var frame: Frame
  var register: Register
  var job: ImportJob
  var problem: String?

  func values() -> some PageValue { ImportJobValues(page: self) }
}

struct ImportJobValues: PageValue {
  let page: ImportJobPage

  private var job: ImportJob { page.job }
  private var wording: Wording { page.frame.wording }
  private var report: ImportJobReport? { job.report }

  func child(named: String) -> Any? {
    let register = page.register, state = job.state
    func address(_ rest: String = "") -> String { RegisterWords.address(register, nil, "/import/\(Address.escaped(job.id))\(rest)") }
    let right = report.map { $0.lines - $0.badLines } ?? 0, bad = report?.badLines ?? 0
    switch named {
    case "registerName": return RegisterWords(register, wording).name
    case "listAddress": return RegisterWords.address(register)
    case "importAddress": return RegisterWords.address(register, nil, "/import")
    case "jobName": return job.name
    case "jobState": return wording.word("import.state", state.rawValue)
    case "jobTone": return state == .done ? "met" : state == .failed || (state == .checked && bad > 0) ? "late" : ""
    case "jobWhen": return wording.text("import.sent", wording.moment(job.createdAt))
    case "problem": return page.problem ?? false
    case "isUnderWay": return state.isUnderWay
    case "here": return address()
    case "progressWords": return progressWords
    case "hasTotal": return state == .applying && job.lines > 0
    case "progressMax": return max(job.lines, 1)
    case "progressNow": return job.done
    case "isChecked": return state == .checked
    case "isDone": return state == .done
    case "failure": return state == .failed ? report?.failure?.message(in: page.frame.language) ?? wording.text("import.failed") : false
    case "mayAgain": return state == .failed && job.lines > 0
    case "sums": return sums
    case "orderAction": return address("/apply")
    case "discardAction": return address("/discard")
    case "mayOrder": return state == .checked && bad == 0 && right > 0
    case "maySkip": return state == .checked && bad > 0 && right > 0
    case "orderWords": return wording.text("import.order", String(right))
    case "skipWords": return wording.text("import.skip", String(right), String(bad))
    case "isUseless": return state == .checked && right == 0
    case "refusedAddress": return bad > 0 && (state == .checked || state == .done) ? address("/refused") : false
    case "refusedWords": return wording.text("import.refused", String(bad))
    case "isNothingNew": return state == .checked && bad == 0 && (report?.added ?? 0) + (report?.changed ?? 0) == 0
    case "headings": return (report?.headings ?? []).map { Choice(value: "", words: $0) }
    case "hasRows": return state == .checked && !(report?.rows.isEmpty ?? true)
    case "rows":
      return (report?.rows ?? []).map {
        PreviewRow(row: $0, wording: wording, language: page.frame.language, columns: report?.headings.count ?? 0)
      }
    case "rowsShown": return wording.text("import.shown", String(report?.rows.count ?? 0), String(report?.lines ?? 0))
    case "notes":
      return (report?.notes ?? []).map {
        Choice(value: wording.text("import.line", String($0.line)), words: page.frame.language == .zh ? $0.chinese : $0.english)
      }
    case "hasNotes": return !(report?.notes.isEmpty ?? true)
    default: return nil
    }
  }

  private var progressWords: String {
    switch job.state {
    case .checking where job.done > 0: wording.text("import.checking", String(job.done))
    case .applying: wording.text("import.applying", String(job.done), String(job.lines))
    default: wording.word("import.wait", job.state.rawValue)
    }
  }

  /// Figures of the whole, each with its word.
  private var sums: [ImportSum] {
    guard let report, report.failure == nil, !job.state.isUnderWay else { return [] }
    var sums = [
      ImportSum(figure: report.lines, words: wording.text("import.sum.lines"), tone: ""),
      ImportSum(figure: report.added, words: wording.text(job.state == .done ? "import.sum.added" : "import.sum.new"), tone: ""),
      ImportSum(figure: report.changed, words: wording.text(job.state == .done ? "import.sum.changed" : "import.sum.change"), tone: ""),
      ImportSum(figure: report.same, words: wording.text("import.sum.same"), tone: ""),
    ]
    if report.before > 0 { sums.append(ImportSum(figure: report.before, words: wording.text("import.sum.before"), tone: "")) }
    if report.badLines > 0 {
      sums.append(
        ImportSum(figure: report.badLines, words: wording.text(job.state == .done ? "import.sum.left" : "import.sum.bad"), tone: "late"))
    }
    return sums
  }
}

struct ImportSum: PageValue {
  let figure: Int
  let words, tone: String

  func child(named: String) -> Any? {
    switch named {
    case "sumFigure": String(figure)
    case "sumWords": words
    case "sumTone": tone
    default: nil
    }
  }
}

/// A line of the file, cell by cell, with what is wrong beneath the cell.
private struct PreviewRow: PageValue {
  let row: ImportJobReport.Row
  let wording: Wording
  let language: Language
  let columns: Int

  func child(named: String) -> Any? {
    switch named {
    case "rowLine": String(row.line)
    case "rowOutcome": wording.word("import.outcome", row.outcome)
    case "rowTone": row.outcome == "bad" ? "late" : row.outcome == "new" || row.outcome == "change" ? "met" : ""
    case "isBad": row.outcome == "bad"
    case "previewCells": cells
    case "rowProblems": elsewhere.map { Choice(value: "", words: $0) }
    case "hasElsewhere": !elsewhere.isEmpty
    case "span": String(columns + 2)
    default: nil
    }
  }

  private func told(_ problem: ImportJobReport.Problem) -> String { language == .zh ? problem.chinese : problem.english }

  private var cells: [PreviewCell] {
    (0..<columns).map { place in
      PreviewCell(
        words: row.cells.indices.contains(place) ? row.cells[place] : "",
        problem: row.problems.filter { $0.column == place }.map(told).joined(separator: "; "))
    }
  }

  /// Of the whole line, or of a column that the table does not show.
  private var elsewhere: [String] {
    row.problems.filter { $0.column.map { $0 >= columns } ?? true }.map { problem in
      problem.field.map { "\(wording.text(wording.has("col.\($0)") ? "col.\($0)" : "import.line-problem")): \(told(problem))" }
        ?? told(problem)
    }
  }
}

private struct PreviewCell: PageValue {
  let words, problem: String

  func child(named: String) -> Any? {
    switch named {
    case "cellWords": words
    case "cellProblem": problem.isEmpty ? false : problem
    default: nil
    }
  }
}
