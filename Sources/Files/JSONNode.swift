/// JSON to be written; members keep their order. What a terminal would act on is escaped.
package enum JSONNode {
  case null
  case bool(Bool)
  case string(String)
  case integer(Int)
  case number(Float)
  case double(Double)
  case list([JSONNode])
  case object([(String, JSONNode)])

  /// The text, without white space.
  package var text: String {
    var text = ""
    append(to: &text)
    return text
  }

  package func append(to text: inout String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .string(let value): Self.appendQuoted(value, to: &text)
    case .integer(let value): text += value.description
    // JSON has no word for infinity or NaN.
    case .number(let value): text += value.isFinite ? value.description : "null"
    case .double(let value): text += value.isFinite ? value.description : "null"
    case .list(let elements):
      text += "["
      for (index, element) in elements.enumerated() {
        if index > 0 { text += "," }
        element.append(to: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { text += "," }
        Self.appendQuoted(member.0, to: &text)
        text += ":"
        member.1.append(to: &text)
      }
      text += "}"
    }
  }

  private static func appendQuoted(_ value: String, to text: inout String) {
    text += "\""
    // Most strings, such as megabytes of base64, need no escaping.
    if value.utf8.allSatisfy({ (0x20..<0x7F).contains($0) && $0 != 0x22 && $0 != 0x5C }) {
      text += value
      text += "\""
      return
    }
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.isShowable: text.unicodeScalars.append(scalar)
      default:
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      }
    }
    text += "\""
  }
}
