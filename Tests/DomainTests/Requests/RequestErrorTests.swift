import Domain
import Testing

@Suite struct RequestErrorTests {
  private static let all: [RequestError] = [
    .notAllowed(.close, .working), .notHigher(current: .remote), .notAttempted(.phone), .noOpenWorkOrder, .severalWorkOrders,
    .workOrderStep(.arrive, .left), .alreadyDispatched, .alreadyPaused, .notPaused, .remoteRunning, .remoteNotRunning, .agreementMissing,
    .openWorkOrder, .signOffMissing, .alreadySignedOff, .ownWork, .confirmationMissing, .nothingChanged, .mergeIntoItself,
    .mergeIntoYounger, .mergeIntoEnded, .workOrderGoesForward, .laterStep("cleared"), .beforeReport, .notArrived(.departed),
  ]

  @Test func `each refusal has a code of its own, a sentence, and says what to do or why`() {
    #expect(Set(Self.all.map(\.code)).count == Self.all.count)
    for error in Self.all {
      #expect(error.code.hasPrefix("request."))
      #expect(error.message.hasSuffix("."))
      for argument in error.arguments { #expect(error.message.contains(argument)) }
      #expect(error.category == (error == .ownWork ? .forbidden : .conflict))
    }
  }
}
