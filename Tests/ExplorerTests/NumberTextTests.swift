import Testing

@testable import Explorer

/// How numbers are written.
@Suite struct NumberTextTests {
  @Test(
    arguments: [
      (0, ".00", ".000"), (0.0049, ".00", ".005"), (0.464, ".46", ".464"), (0.9949, ".99", ".995"),
      (0.995, ".99", ".995"), (0.9996, ".99", ".999"), (0.99998, ".99", ".999"),
      (0.999999, "1.0", "1.00"), (1, "1.0", "1.00"), (1.25, "1.3", "1.25"), (.nan, "NaN", "NaN"),
    ] as [(Float, String, String)])
  func onlyAWholeWeightReadsAsOne(_ weight: Float, _ two: String, _ three: String) {
    #expect(NumberText.weight(weight) == two)
    #expect(NumberText.weight(weight, digits: 3) == three)
  }
}
