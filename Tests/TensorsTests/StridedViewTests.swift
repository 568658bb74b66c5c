import Files
import TestSupport
import Testing

@testable import Tensors

/// Views of a storage of the numbers 1 to 6.
@Suite struct StridedViewTests {
  private func file(offset: Int = 0, shape: [Int], strides: [Int]) -> [UInt8] {
    let tensor = PickledValue.tensor(
      PickledValue.storage(count: 6), offset: offset, shape: shape, strides: strides)
    return torchArchive(PickledValue.dictionary([("t", tensor)]))
  }

  @Test(
    arguments: [
      (0, [2, 3], [3, 1], [1, 2, 3, 4, 5, 6]), (2, [2, 2], [2, 1], [3, 4, 5, 6]),
      (0, [3, 2], [1, 3], [1, 4, 2, 5, 3, 6]), (5, [], [], [6]), (5, [3], [0], [6, 6, 6]),
      (0, [2, 2, 2], [1, 2, 2], [1, 3, 3, 5, 2, 4, 4, 6]), (1, [3], [2], [2, 4, 6]),
      (0, [2, 1, 3], [3, .max, 1], [1, 2, 3, 4, 5, 6]), (3, [1, 1], [.max, .max], [4]),
      (0, [3, 1, 2], [1, .max, 3], [1, 4, 2, 5, 3, 6]),
      (1 << 40, [0, 4], [4, 1], []), (0, [4, 0], [.max, .max], []),
    ] as [(Int, [Int], [Int], [Float])])
  func ordersElements(_ offset: Int, _ shape: [Int], _ strides: [Int], _ values: [Float]) throws {
    let bytes = file(offset: offset, shape: shape, strides: strides)
    let tensor = try #require(try TorchFile(FileBytes(bytes)).tensors["t"])
    #expect(tensor.shape == shape)
    #expect(try tensor.floats() == values)
  }

  @Test(
    arguments: [
      (1, [2, 3], [3, 1]), (0, [7], [1]), (6, [], []), (0, [2], [6]), (0, [3, 2], [2, 2]),
      (.max, [1], [1]), (1, [2], [.max]), (0, [3, 3], [.max / 2, .max / 2]), (0, [1 << 60], [1]),
    ] as [(Int, [Int], [Int])])
  func refusesToLeaveTheStorage(_ offset: Int, _ shape: [Int], _ strides: [Int]) {
    #expect(
      torchFailure(file(offset: offset, shape: shape, strides: strides))
        == .outsideStorage(path: "test", tensor: "t", shape: shape, storageSize: 24))
  }

  @Test(
    arguments: [
      (-1, [2], [1]), (0, [-2], [1]), (0, [2], [-1]), (0, [2, 3], [1]), (0, [], [1]),
      (0, [Int](repeating: 1, count: 65), [Int](repeating: 1, count: 65)),
    ] as [(Int, [Int], [Int])])
  func refusesNumbersThatDoNotGoTogether(_ offset: Int, _ shape: [Int], _ strides: [Int]) {
    #expect(
      torchFailure(file(offset: offset, shape: shape, strides: strides))
        == .malformedView(path: "test", tensor: "t"))
  }

  @Test func refusesShapesBeyondCounting() {
    let size = 1 << 32
    #expect(
      torchFailure(file(shape: [size, size], strides: [0, 0]))
        == .shapeTooLarge(path: "test", tensor: "t", shape: [size, size]))
  }

  /// A few bytes cannot ask for gigabytes, neither at once nor in many tensors.
  @Test func refusesLargeCopies() {
    let limit = TorchTensorReader.freeCopies / 4
    #expect(
      torchFailure(file(shape: [1 << 40, 6], strides: [0, 1]))
        == .viewTooLarge(path: "test", tensor: "t", shape: [1 << 40, 6], storageSize: 24))
    let half = PickledValue.tensor(
      PickledValue.storage(count: 6), shape: [limit / 2], strides: [0])
    let value = PickledValue.dictionary([("a", half), ("b", half), ("c", half)])
    #expect(
      torchFailure(torchArchive(value))
        == .viewTooLarge(path: "test", tensor: "c", shape: [limit / 2], storageSize: 24))
  }
}
