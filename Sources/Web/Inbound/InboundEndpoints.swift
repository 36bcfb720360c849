import Domain
import HTTPTypes
import Hummingbird
import Operations

extension WebServices {
  /// The door for messages of chat systems, and the list of what came in.
  var inboundEndpoints: [Endpoint] { [channelEndpoint] + inboundListEndpoints }

  /// Signed and not signed in: the bridge of a chat system has a channel's secret and no account.
  private var channelEndpoint: Endpoint {
    let inbound = inbound, channels = inboundChannels, requests = requests, limits = OpenLimits()
    var endpoint = Endpoint(
      method: .post, path: "/api/v1/inbound/{channel}",
      summary: "A message of a chat system: becomes a case, or joins the open case of its thread (INT-1). Signed with the channel's secret",
      tag: "inbound", access: .open, input: ChannelMessage.shape, success: .created, answer: "Inbound"
    ) { incoming in
      let address = NetworkPlace.of(incoming.context.address), request = incoming.request
      if let seconds = limits.count("messages from", address, most: ChannelLimits.messages) { throw WebRefusal.tooOften(seconds: seconds) }
      let channel = try incoming.parameter("channel")
      do {
        try channels.require(
          channel, timestamp: request.headers[.weibaoTimestamp], signature: request.headers[.weibaoSignature], body: incoming.raw,
          at: requests.now())
      } catch {
        // Who guesses is slowed; who is signed is not.
        if let seconds = limits.count("unsigned from", address, most: OpenLimits.unknownOfAddress) {
          throw WebRefusal.tooOften(seconds: seconds)
        }
        throw error
      }
      let (taken, isNew) = try await inbound.take(message: incoming.raw, in: channel)
      var reply = Reply.json(taken)
      if isNew, taken.state == .taken { reply.status = .created }
      return reply
    }
    (endpoint.isSigned, endpoint.keepsAnswers) = (true, false)
    return endpoint
  }

  private var inboundListEndpoints: [Endpoint] {
    let inbound = inbound, base = "/api/v1/inbound"
    let query = Shape(
      "InboundQuery",
      Shape.page.fields + [
        Field("state", .word(InboundState.allCases.map(\.rawValue))), Field("sender", .text(max: 254), note: "A whole address"),
      ])
    return [
      Endpoint(
        method: .get, path: base, summary: "Mail and messages that came in, newest first, and what became of each", tag: "inbound",
        access: .right(.inboundHandle), query: query, answer: "InboundList"
      ) {
        .json(
          try await inbound.list(
            $0.query.text("state").flatMap { InboundState(rawValue: $0) }, sender: $0.query.text("sender"), after: $0.cursor,
            limit: $0.limit, by: $0.actor))
      },
      Endpoint(
        method: .get, path: "\(base)/entries/{id}/raw", summary: "What came, byte for byte, while it is kept", tag: "inbound",
        access: .right(.inboundHandle), answer: "Bytes", contentType: "application/octet-stream"
      ) { incoming in
        let id = try incoming.parameter("id")
        return InboundAnswer.raw(try await inbound.raw(id, by: incoming.actor), of: id)
      },
      Endpoint(
        method: .post, path: "\(base)/entries/{id}/take", summary: "Make a case of what was held or set aside, or let it join its case",
        tag: "inbound", access: .right(.inboundHandle), input: .nothing, answer: "Inbound", keepsAnswers: false
      ) { .json(try await inbound.accept($0.parameter("id"), by: $0.actor)) },
      Endpoint(
        method: .post, path: "\(base)/entries/{id}/dismiss", summary: "Say that nothing comes of it; what was kept of it goes",
        tag: "inbound", access: .right(.inboundHandle), input: .nothing, answer: "Inbound", keepsAnswers: false
      ) { .json(try await inbound.dismiss($0.parameter("id"), by: $0.actor)) },
    ]
  }
}

enum ChannelLimits {
  /// A minute, from one address: a bridge brings those of many people.
  static let messages = 600
}

extension HTTPField.Name {
  static let weibaoTimestamp = Self("X-Weibao-Timestamp")!  // the literal is a token
  static let weibaoSignature = Self("X-Weibao-Signature")!
}
