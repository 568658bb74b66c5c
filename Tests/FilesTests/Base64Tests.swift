import Files
import Testing

@Suite struct Base64Tests {
  // The examples of RFC 4648, section 10.
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
    ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"), ("ÿþ?~", "w7/Dvj9+"),
  ])
  func text(_ text: String, encoded: String) {
    #expect(Base64.text(Array(text.utf8)) == encoded)
  }

  @Test func numbersAreTakenAsTheyLieInMemory() {
    #expect(Base64.text([Float(1), -2]) == "AACAPwAAAMA=")
  }
}
