import ArgumentParser
import Operations

/// What `weibao.yaml` or `WEIBAO_INBOUND_…` say of mail and messages that come in.
struct InboundChoices {
  var settings = InboundSettings()
  var boxes: [MailboxAddress] = []
  var channels = InboundChannels()
  var seconds = 30.0
  var certificates: String?

  /// - Throws: `ValidationError`, which names no password.
  init(_ given: Settings) throws {
    certificates = try given.certificates
    func items(_ name: Settings.Name) -> [String] {
      (given.value(name)?.text ?? "").split(separator: ",").map { item in
        // Blanks within a secret are its own.
        String(item.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      }.filter { !$0.isEmpty }
    }
    for (place, text) in items(.inboundMail).enumerated() {
      guard let box = MailboxAddress(text) else {
        throw ValidationError(
          "inbound-mail: mailbox \(place + 1) is no address. Write imaps://USER:PASSWORD@HOST/FOLDER, with %40 for an @ in the user's name."
        )
      }
      boxes.append(box)
    }
    var secrets: [String: String] = [:]
    for item in items(.inboundChannels) {
      let parts = item.split(separator: ":", maxSplits: 1).map(String.init), name = parts.first ?? ""
      guard parts.count == 2, parts[1].utf8.count >= 16, (1...32).contains(name.utf8.count), name != "email",
        name.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D })
      else {
        throw ValidationError(
          "inbound-channels: “\(name.prefix(32))” is no channel. Write NAME:SECRET, small letters and digits, the secret of 16 letters or more."
        )
      }
      secrets[name] = parts[1]
    }
    channels = InboundChannels(secrets)
    let own = items(.inboundOwn)
    if let wrong = own.first(where: { !$0.dropFirst().dropLast().contains("@") }) {
      throw ValidationError("inbound-own: “\(wrong.prefix(60))” is no address. Write whole addresses that you send from.")
    }
    // What is sent from a mailbox that we read is our own.
    settings.own = OwnMail(own + boxes.compactMap(\.ownAddress))
    if let text = given.value(.inboundHourly)?.text {
      guard let number = Int(text), (1...10_000).contains(number) else {
        throw ValidationError("inbound-hourly: write a number from 1 to 10000.")
      }
      settings.hourly = number
    }
    if let text = given.value(.inboundSeconds)?.text {
      guard let number = Double(text), (0.2...3_600).contains(number) else {
        throw ValidationError("inbound-seconds: write a number from 1 to 3600.")
      }
      seconds = number
    }
  }
}
