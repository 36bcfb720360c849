import ArgumentParser
import Domain
import Foundation
import Operations

/// `weibao policy announce`: a new hotline number is told to every customer (ORG-6).
struct PolicyAnnounce: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "announce", abstract: "Tell every customer in writing of a policy's new hotline number, 3 days ahead (ORG-6).",
    discussion: """
      Makes the list of all contacts who can be reached by mail or text message, and of the customers who need a letter, and puts the messages into
      the outbox; `weibao serve` sends them. Run again it goes on where it was and tells nobody twice. --csv prints the list with the
      proof of sending instead.
      """)

  @OptionGroup var data: DataOptions
  @OptionGroup var channels: ChannelOptions
  @Argument(help: "The version with the new number.") var version: String
  @Option(help: "From when the number holds, RFC 3339.", transform: Instant.init(parsing:)) var from: Instant?
  @Flag(help: "Say only how many would be told.") var dryRun = false
  @Flag(help: "Print the newest list of this version, with what became of each message.") var csv = false

  func run() async throws {
    let ways = try channels.channels(data.settings())
    let opened = try await OpenCompany.open(data, create: false)
    let announcements = AnnouncementOperations(opened.company, channels: ways)
    if csv {
      guard let newest = try await announcements.all(by: .system).first(where: { $0.policy == version }) else {
        throw CommandFailure("no announcement was made for policy \(version).")
      }
      try await announcements.export(newest.id, chinese: false, by: .system) { print($0, terminator: "") }
    } else if dryRun {
      let counts = try await announcements.preview(version, by: .system)
      print("\(counts.customers) customers: \(counts.messages) messages, \(counts.letters) letters. Nothing was sent.")
    } else {
      guard let from else { throw CommandFailure("say with --from when the number holds, such as 2026-12-01T00:00:00+08:00.") }
      let made = try await announcements.announce(version, from: from, by: .system)
      print(
        "\(made.customers) customers are told of \(made.hotline): \(made.sent + made.waiting + made.failed) messages, \(made.letters) letters."
      )
      if from.milliseconds - made.created.milliseconds < AnnouncementOperations.aheadMilliseconds {
        Warning.say("that is less than 3 days ahead (ORG-6). A later --from keeps to it.")
      }
    }
    try await opened.close()
  }
}
