import Domain
import Testing

@Suite struct PolicyDurationTests {
  @Test(arguments: [("7200", 7_200), ("7200s", 7_200), ("30min", 1_800), ("2h", 7_200), ("1d", 86_400), ("0", 0), ("3650d", 315_360_000)])
  func `policy may write`(_ text: String, _ seconds: Int) throws {
    #expect(try PolicyDuration(parsing: text) == .seconds(seconds))
  }

  @Test func `working days are their own kind (PRT-4)`() throws {
    #expect(try PolicyDuration(parsing: "2wd") == .workingDays(2))
  }

  @Test(arguments: ["", "h", "2 h", "-2h", "2w", "1.5h", "２h", "2H", "1\u{301}h", "+1h", "2h "])
  func `policy may not write`(_ text: String) {
    #expect(throws: PolicyError.notADuration(text)) { try PolicyDuration(parsing: text) }
  }

  @Test(arguments: ["3651d", "315360001", "99999999999999999999s", "3651wd"])
  func `longer than ten years`(_ text: String) {
    #expect(throws: PolicyError.durationOutOfRange(text)) { try PolicyDuration(parsing: text) }
  }

  @Test func `a policy refuses what cannot be kept, and says which entry (SLA-7)`() {
    func refusal(_ change: (inout TargetRule) -> Void) -> PolicyError? {
      var rule = TargetRule.respond()
      change(&rule)
      do {
        _ = try ServicePolicy(version: "x", targets: [rule], calendars: ["office": WorkingCalendarTests.office()])
        return nil
      } catch { return error as? PolicyError }
    }
    func at(_ reason: PolicyError) -> PolicyError { .at(line: nil, entry: "target 1 (respond)", reason) }
    #expect(refusal { _ in } == nil)
    #expect(refusal { $0.within = .seconds(0) } == at(.zeroWithin))
    #expect(refusal { $0.within = .workingDays(2) } == at(.workingDaysNeedCalendar(key: "within")))
    #expect(refusal { $0.warn = [.left(.workingDays(1))] } == at(.workingDaysNeedCalendar(key: "warn")))
    #expect(refusal { $0.calendar = "office" } == nil)
    #expect(
      refusal {
        $0.calendar = "office"; $0.within = .workingDays(2); $0.ends = .close
      } == nil)
    #expect(refusal { $0.calendar = "ofice" } == at(.unknownCalendar("ofice")))
    #expect(refusal { $0.warnIn = "ofice" } == at(.unknownCalendar("ofice")))
    #expect(refusal { $0.ends = .close } == at(.neverCloses))
    #expect(refusal { $0.starts = "rung" } == at(.unknownWord(key: "starts", "rung", allowed: CaseWords.events)))
    #expect(refusal { $0.when = ["colour": "red"] } == at(.unknownKey("colour", allowed: CaseWords.attributes)))
    #expect(refusal { $0.when = ["urgency": "urgent"] } == at(.unknownWord(key: "urgency", "urgent", allowed: ["normal", "emergency"])))
    #expect(refusal { $0.owner = "boss" }?.code == "policy.unknown-word")
  }
}
