import Cpng

extension Raster {
  /// The picture as a PNG file.
  func png() throws(ExportError) -> [UInt8] {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    image.width = png_uint_32(width)
    image.height = png_uint_32(height)
    image.format = png_uint_32(PNG_FORMAT_FLAG_COLOR)
    defer { png_image_free(&image) }
    // Asked without memory, libpng tells how much it takes; that would encode everything twice, so it gets
    // as much as the picture can take at most: deflate's stored blocks, and the file's own parts.
    var size = bytes.count + height + (bytes.count + height) / 1000 + (1 << 16)
    let result = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      let isWritten =
        png_image_write_to_memory(&image, buffer.baseAddress, &size, 0, bytes, 0, nil) != 0
      count = isWritten ? size : 0
    }
    guard !result.isEmpty else { throw .noPicture(reason: Self.message(of: image)) }
    return result
  }

  private static func message(of image: png_image) -> String {
    withUnsafeBytes(of: image.message) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
