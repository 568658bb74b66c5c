import Testing

@testable import Explorer

/// How numbers are written.
@Suite struct NumberTextTests {
  @Test func amountsKeepTheirColumns() {
    let values: [Float] = [0, 0.004, 0.46, 0.996, 2.31, 9.96, 12.3, 123.4, 1234]
    #expect(
      values.map { NumberText.amount($0) }
        == [".00", ".00", ".46", "1.0", "2.3", "10", "12", "123", "1234"])
    #expect(NumberText.amount(49.3081, digits: 3) == "49.3")
    #expect(
      [-0.286, 3.04, -0.001, .nan].map { NumberText.signedAmount($0, glyphs: .unicode) }
        == ["−.29", "+3.0", ".00", "NaN"])
    #expect(NumberText.signedAmount(-0.5, glyphs: .ascii) == "-.50")
  }

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
