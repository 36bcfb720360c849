import ArgumentParser
import Domain
import Foundation
import Operations

struct CalendarRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Answer lines of working time from standard input.",
    discussion: """
      A line is `add TAB instant TAB duration` or `between TAB instant TAB instant`; the answer is the instant in the calendar's zone, or \
      whole working seconds. A bad line is answered by `error: REASON`, and the exit is 1 at the end. `always` stands for 7 x 24.
      """)

  // Taken by every command; sums need no company.
  @OptionGroup(visibility: .hidden) var data: DataOptions
  @Argument(help: ArgumentHelp("The calendar file, or `always`.", valueName: "CALENDAR.yaml")) var calendar: String

  func run() throws {
    let calendar = self.calendar == "always" ? WorkingCalendar.always : try read(self.calendar)
    let output = FileHandle.standardOutput
    var answers = "", unknownYears: Set<Int> = [], bad = 0, isFirst = true
    while var line = readLine(strippingNewline: true) {
      // As editors on Windows begin a file.
      if isFirst, line.unicodeScalars.first == "\u{FEFF}" { line.unicodeScalars.removeFirst() }
      isFirst = false
      do {
        let answer = try CalendarQuestion(parsing: line).answer(on: calendar)
        answers += answer.text + "\n"
        if let first = answer.touched.min(), let last = answer.touched.max() {
          unknownYears.formUnion(calendar.unknownYears(from: first, to: last))
        }
      } catch {
        bad += 1
        answers += "error: \(error)\n"
      }
      // Whoever writes a line and waits for its answer gets it.
      if answers.utf8.count > 60_000 || Self.inputWaits {
        try output.write(contentsOf: Data(answers.utf8))
        answers = ""
      }
    }
    try output.write(contentsOf: Data(answers.utf8))
    try UnknownYears.warn(unknownYears)
    if bad > 0 {
      throw CommandFailure(bad == 1 ? "1 line could not be answered; it says why." : "\(bad) lines could not be answered; each says why.")
    }
  }

  /// Nothing more has come by now, and the end has not come.
  private static var inputWaits: Bool {
    var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    return poll(&input, 1, 0) == 0
  }

  private func read(_ path: String) throws -> WorkingCalendar { try WorkingCalendar(CalendarDefinition(yaml: TextFile.read(path))) }
}

/// Years of which the holiday table does not speak.
enum UnknownYears {
  /// A line on standard error, where there are any.
  static func warn(_ years: Set<Int>) throws {
    guard !years.isEmpty else { return }
    let words = years.sorted().runs().map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound) to \($0.upperBound)" }.joined(
      separator: ", ")
    try FileHandle.standardError.write(
      contentsOf: Data("warning: the holiday table does not speak of \(words); the weekly pattern was used.\n".utf8))
  }
}
