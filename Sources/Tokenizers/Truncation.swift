/// The number of tokens of each text to keep, so that together they are at most `maximum`.
///
/// The longest is cut first, until both are of one length: the `tokenizers` library's `longest_first`.
func truncatedCounts(_ counts: [Int], maximum: Int) -> [Int] {
  guard counts.reduce(0, +) > maximum else { return counts }
  guard counts.count == 2 else { return counts.map { min($0, maximum) } }
  let half = maximum / 2
  let (shorter, longer) = counts[0] <= counts[1] ? (0, 1) : (1, 0)
  var kept = counts
  kept[shorter] = min(counts[shorter], half)
  kept[longer] = maximum - kept[shorter]
  return kept
}
