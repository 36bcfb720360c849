import Domain
import Operations

/// A step's form as a thumb fills it in: few choices as large tiles, the rest as large boxes.
struct PhoneStep: PageValue {
  let form: StepForm
  let isFirst: Bool
  let heading: String
  /// What the hospital signs for.
  let signed: [String]
  let isSigned: Bool

  init(_ step: RequestStep, of job: Job, key: String, refused: RefusedStep?, isFirst: Bool, _ wording: Wording) {
    form = StepForm(
      step.rawValue, shape: step.shape, action: "/my-day/\(Address.escaped(job.order.number))/\(step.rawValue)",
      prefilled: Self.prefilled(step, job), choices: step.choices(of: job.request, wording), refused: refused, key: key, wording)
    self.isFirst = isFirst
    heading = wording.has("phone.ask.\(step.rawValue)") ? wording.text("phone.ask.\(step.rawValue)") : wording.word("step", step.rawValue)
    isSigned = step == .confirm
    signed = step == .confirm ? [job.request.summary, job.remedy].compactMap { $0 } : []
  }

  private static func prefilled(_ step: RequestStep, _ job: Job) -> [String: String] {
    switch step {
    case .locate: ["cause": job.located?.cause.rawValue ?? "", "part": job.located?.part ?? ""]
    case .clear: ["cause": job.located?.cause.rawValue ?? "", "remedy": job.remedy ?? ""]
    case .agree: ["contact": job.request.contact.name ?? "", "how": Means.phone.rawValue]
    case .confirm: ["contact": job.request.contact.name ?? "", "how": Means.signature.rawValue]
    case .reject: ["contact": job.request.contact.name ?? ""]
    case .attempt: ["level": SupportLevel.onSite.rawValue, "result": AttemptResult.failed.rawValue]
    default: [:]
    }
  }

  func child(named name: String) -> Any? {
    switch name {
    case "stepHeading": heading
    case "stepWord": form.step
    case "stepAction": form.action
    case "stepKey": form.key
    case "stepProblem": form.problem.isEmpty ? false : form.problem
    // Here one writes to colleagues; the hospital is spoken to.
    case "stepInputs": form.inputs.filter { $0.name != "audience" }
    case "isFirst": isFirst
    case "isOpenStep": form.isOpen
    case "isSigned": isSigned
    case "signedLines": signed.map { Choice(value: "", words: $0) }
    default: nil
    }
  }
}
