import Domain
import Operations

/// Under a machine's label: what is wrong, a sentence or a photo, a number to call. Fifteen seconds (INT-1).
struct LabelPage: PageValue {
  let facts: LabelFacts
  let wording: Wording
  /// What was typed before a refusal.
  var typed: [String: String] = [:]

  func child(named: String) -> Any? {
    let machine = facts.machine
    return switch named {
    case "reportTitle": wording.text("hospital.report", machine.category.isEmpty ? machine.model : machine.category)
    case "place": Self.place(of: machine)
    case "openWords":
      facts.open.map {
        wording.text("hospital.reported-already", wording.moment($0.at), wording.text("hospital.stage.\($0.stage.rawValue)"))
      } ?? false
    case "tiles":
      LabelTrouble.allCases.map {
        Tile(
          value: $0.rawValue, words: wording.text("hospital.trouble.\($0.rawValue)"),
          note: wording.text("hospital.trouble-note.\($0.rawValue)"),
          isChosen: typed["trouble"] == $0.rawValue)
      }
    case "text": typed["text"] ?? ""
    case "phone": typed["phone"] ?? ""
    case "waiting": typed["waiting"] == "true"
    case "promise":
      facts.respondSeconds.map { wording.text("hospital.promise", wording.duration(milliseconds: Int64($0) * 1_000)) }
        ?? wording.text("hospital.promise-none")
    default: nil
    }
  }

  /// 余干县人民医院 放射科, and the plate's own words.
  static func place(of machine: MachineFacts) -> String {
    [machine.customer, machine.site, machine.department].compactMap { $0 }.joined(separator: " ")
      + " · \(machine.model) · \(machine.serialNumber)"
  }

  private struct Tile: PageValue {
    let value, words, note: String
    let isChosen: Bool

    func child(named: String) -> Any? {
      switch named {
      case "value": value
      case "words": words
      case "note": note
      case "isChosen": isChosen
      default: nil
      }
    }
  }
}
