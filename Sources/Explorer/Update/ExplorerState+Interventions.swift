import Attention

/// Turning heads off, cutting edges and patching: the model runs again, and every view shows the result.
extension ExplorerState {
  /// The head as the model counts it.
  package func address(of place: HeadPlace) -> HeadAddress {
    HeadAddress(stack.kind, layer: stack.layers[place.layer].index, head: place.head)
  }

  /// Turns the head that is looked at off, or on again.
  mutating func toggleAblation() -> [Effect] {
    if view == .output, let part = selection.part {
      say("\(part.name) is no head: heads alone are turned off")
      return []
    }
    let head = address(of: place)
    let isOff = latestInterventions.ablations.contains { $0.head == head }
    let others = latestInterventions.filter { !$0.replaces(head) }
    return change(to: isOff ? others : others + [ablation(of: head)])
  }

  /// Puts what the head that is looked at does in the run that is compared with in, or takes it out again.
  mutating func togglePatch() -> [Effect] {
    guard let compared = session.compared else {
      say(noComparison)
      return []
    }
    if view == .output, let part = selection.part {
      say("\(part.name) is no head: heads alone are taken from the other run")
      return []
    }
    let head = address(of: place)
    let isPatched = latestInterventions.patches.contains { $0.head == head }
    let others = latestInterventions.filter { !$0.replaces(head) }
    if isPatched { return change(to: others) }
    guard compared.model == nil else {
      say("activations fit only between runs of one model")
      return []
    }
    return change(to: others + [.patch(HeadPatch(head, from: compared.request))])
  }

  /// Goes on to what else can stand in the place of heads, those that are off included.
  mutating func cycleReplacement() -> [Effect] {
    let all = possibleReplacements
    let index = all.firstIndex(of: ablation.replacement) ?? 0
    var new = ablation
    new.replacement = all[(index + 1) % all.count]
    return ablate(as: new)
  }

  /// Goes on to the other queries at which heads are off, those that are off included.
  mutating func cycleAblationRows() -> [Effect] {
    var new = ablation
    new.rows = new.rows.next
    return ablate(as: new)
  }

  /// Cuts the pair that is looked at in the head that is, or restores it.
  mutating func toggleCut() -> [Effect] {
    guard let queries = tokens(of: selection.query, on: queryAxis),
      let keys = tokens(of: selection.key, on: keyAxis)
    else { return [] }
    guard !self.layer.isSink(key: selection.key) else {
      say("the sink is no token: there is no edge to cut")
      return []
    }
    let (layer, head) = (layer.index, selection.head)
    let cut = EdgeCut(
      stack.kind, layers: layer...layer, heads: head...head, queries: .numbered(Array(queries)),
      keys: keys.lowerBound...keys.upperBound - 1)
    let new = latestInterventions.filter { $0 != .cut(cut) }
    if new.count < latestInterventions.count { return change(to: new) }
    guard queries.contains(where: { query in keys.contains { sees(query: query, key: $0) } })
    else {
      let isCut = queries.contains { query in
        keys.contains { self.layer.isCut(head: head, query: query, key: $0) }
      }
      say(
        isCut
          ? "this edge is cut with others: \(label(of: "undo")) goes back, :restore undoes all"
          : "there is nothing to cut: the mask hides key \(selection.key) from query \(selection.query)"
      )
      return []
    }
    return change(to: latestInterventions + [.cut(cut)])
  }

  // MARK: From commands

  /// The request in which further heads are off.
  func ablating(_ heads: [HeadAddress]) throws(ExplorerError) -> Action {
    let kept = latestInterventions.filter { intervention in
      !heads.contains(where: intervention.replaces)
    }
    return try requesting(kept + heads.map(ablation))
  }

  /// The request in which further heads do what they do in the run that is compared with.
  func patching(_ heads: [HeadAddress]) throws(ExplorerError) -> Action {
    guard let compared = session.compared else { throw .unavailable(noComparison) }
    guard compared.model == nil else {
      throw .unavailable("activations fit only between runs of one model")
    }
    let kept = latestInterventions.filter { intervention in
      !heads.contains(where: intervention.replaces)
    }
    return try requesting(
      kept + heads.map { .patch(HeadPatch($0, from: compared.request)) })
  }

  /// The request in which further edges are cut.
  func cutting(_ cuts: [EdgeCut]) throws(ExplorerError) -> Action {
    let new = cuts.map { Intervention.cut($0) }
    return try requesting(latestInterventions.filter { !new.contains($0) } + new)
  }

  /// - Throws: `ExplorerError.unavailable` for what the model or the text does not have.
  private func requesting(_ new: [Intervention]) throws(ExplorerError) -> Action {
    if let objection = objection(to: new) { throw .unavailable(objection) }
    return requesting { $0.interventions = new }
  }

  // MARK: Requests

  private var latestInterventions: [Intervention] { session.latestRequest?.interventions ?? [] }

  private func ablation(of head: HeadAddress) -> Intervention {
    .ablation(HeadAblation(head, as: ablation.replacement, rows: ablatedRows))
  }

  /// The queries at which a head that is turned off now is off.
  private var ablatedRows: Rows {
    switch ablation.rows {
    case .all: .all
    case .row: tokens(of: selection.query, on: queryAxis).map { .numbered(Array($0)) } ?? .all
    }
  }

  /// The possible replacements of heads; without a bias of values, keeping it would be nothing of its own.
  var possibleReplacements: [HeadAblation.Replacement] {
    let hasBias = stack.layers.contains(where: \.hasValueBias)
    return HeadAblation.Replacement.allCases.filter { $0 != .zeroKeepBias || hasBias }
  }

  /// Turns the heads that are off, off in another way; where none is, says what will come of the next.
  mutating func ablate(as new: AblationSettings) -> [Effect] {
    let hasOtherRows = new.rows != ablation.rows
    ablation = new
    guard !latestInterventions.ablations.isEmpty else {
      let place = new.rows == .all ? "at all queries" : "at the query that is looked at"
      say(
        "a head that is turned off becomes \(new.replacement.title), \(place): "
          + "\(label(of: "ablate")) turns this one off")
      return []
    }
    let rows = ablatedRows
    return change(
      to: latestInterventions.map { intervention in
        guard case .ablation(var ablation) = intervention else { return intervention }
        ablation.replacement = new.replacement
        if hasOtherRows { ablation.rows = rows }
        return .ablation(ablation)
      })
  }

  private mutating func change(to new: [Intervention]) -> [Effect] {
    if let objection = objection(to: new) {
      input.message = Input.Message(text: objection, isError: true)
      return []
    }
    return update(requesting { $0.interventions = new })
  }

  /// The reason why the shown text rules out interventions; nil where it does not, or the model has to tell.
  private func objection(to new: [Intervention]) -> String? {
    if session.isRunning || session.isIncomplete { return nil }
    let extents = session.record.stacks.map { stack in
      AttentionExtent(
        stack.kind, masks: stack.layers.map(\.mask), headCounts: stack.layers.map(\.headCount),
        queryCount: stack.queries.count, keyCount: stack.keys.count)
    }
    do throws(InterventionError) {
      try new.check(extents)
      return nil
    } catch {
      return error.description
    }
  }

  /// The tokens of the item that shows `token`.
  private func tokens(of token: Int, on axis: TokenAxis) -> Range<Int>? {
    axis.position(of: token).map { axis.items[$0].tokens }
  }

  private func sees(query: Int, key: Int) -> Bool {
    layer.sees(head: selection.head, query: query, key: key)
  }
}

extension Intervention {
  /// Whether something else stands in the place of what a head takes.
  fileprivate func replaces(_ head: HeadAddress) -> Bool {
    switch self {
    case .ablation(let ablation): ablation.head == head
    case .patch(let patch): patch.head == head
    case .cut: false
    }
  }
}
