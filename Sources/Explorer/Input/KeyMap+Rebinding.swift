import TerminalUI

extension KeyMap {
  /// The map with other keys for some actions: `["next-layer": ["]", "C-n"]]`. An action without keys is left
  /// to the command line.
  ///
  /// - Throws: `ExplorerError` for what is no action or no key, and for a key that would mean two things in a view.
  public func rebinding(_ keysOfActions: [String: [String]]) throws(ExplorerError) -> KeyMap {
    var new = self
    let names = Set(entries.flatMap(\.bindings).map(\.name))
    for (name, words) in keysOfActions.sorted(by: { $0.key < $1.key }) {
      guard names.contains(name) else {
        throw .unknownAction(
          name, similar: SimilarName.nearest(to: name, among: names.sorted()))
      }
      var keys: [Key] = []
      for word in words {
        guard let key = Key(spelled: word) else { throw .unknownKey(word) }
        keys.append(key)
      }
      for entry in new.entries.indices {
        for binding in new.entries[entry].bindings.indices
        where new.entries[entry].bindings[binding].name == name {
          new.entries[entry].bindings[binding].keys = keys
        }
      }
    }
    try new.checkThatEachKeyMeansOneThing()
    return new
  }

  func checkThatEachKeyMeansOneThing() throws(ExplorerError) {
    for view in ViewKind.allCases {
      var owners: [Key: String] = [:]
      for binding in entries.filter({ $0.views.contains(view) }).flatMap(\.bindings) {
        for key in binding.keys {
          if let owner = owners[key], owner != binding.name {
            throw .keyTaken(key: key.name, view: view, actions: [owner, binding.name])
          }
          owners[key] = binding.name
        }
      }
    }
  }
}
