/// A block with what stands around it: `x + scale · f(norm(x))`, with norms where the family puts them.
struct Sublayer<Body: Sendable>: Sendable {
  var body: Body
  /// Of what the block reads (GPT-2, Llama, T5).
  var normOfInput: (any Norm)?
  /// Of what the block puts out (Gemma 2, OLMo 2).
  var normOfOutput: (any Norm)?
  /// Of the sum (BERT, BART).
  var normOfSum: (any Norm)?
  /// The factor of the block's output (Granite).
  var scale: Float = 1
  /// Whether the normed input, rather than the input, is what the output is added to (BLOOM's variant).
  var addsNormed = false

  init(
    _ body: Body, normOfInput: (any Norm)? = nil, normOfOutput: (any Norm)? = nil,
    normOfSum: (any Norm)? = nil, scale: Float = 1, addsNormed: Bool = false
  ) {
    self.body = body
    self.normOfInput = normOfInput
    self.normOfOutput = normOfOutput
    self.normOfSum = normOfSum
    self.scale = scale
    self.addsNormed = addsNormed
  }

  /// The input of the block.
  func input(_ x: HiddenStates) -> HiddenStates { normOfInput?(x) ?? x }

  /// The block's addition: its output `y`, normed and scaled.
  func branch(_ y: consuming HiddenStates, as place: SublayerPlace, in run: inout LayerRun)
    -> HiddenStates
  {
    run.take(place.output, copy y)
    guard normOfOutput != nil || scale != 1 else { return y }
    if let normOfOutput { y = normOfOutput(y) }
    y *= scale
    run.take(place.branch, copy y)
    return y
  }

  /// The sublayer's result from what went in and what came out of its block.
  ///
  /// - Parameters:
  ///   - y: The block's output.
  ///   - x: The sublayer's input.
  ///   - input: What the block read.
  func sum(
    _ y: consuming HiddenStates, to x: HiddenStates, input: HiddenStates, as place: SublayerPlace,
    in run: inout LayerRun
  ) -> HiddenStates {
    var sum = branch(y, as: place, in: &run)
    if addsNormed { run.take(place.normedInput, input) }
    sum += addsNormed ? input : x
    guard let normOfSum else {
      run.take(place.result, sum)
      return sum
    }
    run.take(place.sum, sum)
    sum = normOfSum(sum)
    run.take(place.result, sum)
    return sum
  }
}

/// The place of a sublayer in its layer: the names under which its states are kept.
struct SublayerPlace: Sendable {
  let output: LayerState
  let branch: LayerState
  let normedInput: LayerState
  let sum: LayerState
  let result: LayerState

  static let attention = SublayerPlace(
    output: .attentionOutput, branch: .attentionBranch, normedInput: .normedBefore,
    sum: .middleSum, result: .middle)
  static let cross = SublayerPlace(
    output: .crossOutput, branch: .crossBranch, normedInput: .normedMiddle, sum: .crossSum,
    result: .cross)
  static let feedForward = SublayerPlace(
    output: .feedForwardOutput, branch: .feedForwardBranch, normedInput: .normedMiddle,
    sum: .afterSum, result: .after)
}
