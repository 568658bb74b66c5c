// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "bertviz-tui",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "bertviz-tui", targets: ["bertviz-tui"]),
    .library(
      name: "Transformers",
      targets: [
        "Transformers", "Runs", "HeadPatterns", "Tokenizers", "Tensors", "Attention", "Files",
        "Threads",
      ]),
    .library(name: "DemoModels", targets: ["DemoModels"]),
  ],
  dependencies: [
    // Subcommands, help, error texts and shell completions; half of the first build, worth it.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // The program.
    .executableTarget(
      name: "bertviz-tui",
      dependencies: [
        "Curses", "Explorer", "TerminalUI", "Transformers", "Attention", "Tokenizers", "Tensors",
        "Files", "Threads", "Runs", "DemoModels", "Exporters", "Importers", "Hub", "CFiles",
        "CStart",
        "CKernels", "Cpcre2", "Cutf8proc", "Czlib",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      // The toolchain's own linker: the usual one warns of a function in Foundation that is never called.
      linkerSettings: [.unsafeFlags(["-use-ld=lld"])]),

    .target(name: "CStart", cSettings: [.define("_XOPEN_SOURCE", to: "700")]),

    // The screen.
    .target(name: "Explorer", dependencies: ["TerminalUI", "Attention"]),
    .target(name: "Curses", dependencies: ["CTerminal", "TerminalUI", "Files", "Czlib"]),
    .target(name: "TerminalUI", dependencies: ["Files", "Cutf8proc"]),
    .target(
      name: "CTerminal",
      dependencies: ["CEndings"],
      cSettings: [.define("_XOPEN_SOURCE", to: "700"), .define("_DEFAULT_SOURCE")],
      linkerSettings: [.linkedLibrary("ncursesw")]),

    // The model.
    .target(
      name: "Transformers",
      dependencies: ["Attention", "Tokenizers", "Tensors", "CKernels", "Files", "Threads"]),
    .target(name: "Attention", dependencies: ["CKernels"]),
    // How heads are measured, and what they seem to do.
    .target(name: "HeadPatterns", dependencies: ["Attention"]),
    .target(name: "Tokenizers", dependencies: ["Files", "Cpcre2", "Cutf8proc"]),
    .target(name: "Tensors", dependencies: ["Files", "CKernels", "Czlib"]),
    // Optimised also in debug builds: unoptimised, the tests of the models would take minutes.
    .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3"])]),
    .target(name: "Threads", dependencies: ["CThreads"]),
    .target(name: "CThreads", cSettings: [.unsafeFlags(["-O3"])]),

    // Runs: from a text to a record, and what else a pass tells.
    .target(
      name: "Runs",
      dependencies: [
        "Attention", "HeadPatterns", "Tokenizers", "Tensors", "Transformers", "Files", "CKernels",
      ]),

    // What leaves the program.
    .target(
      name: "Exporters",
      dependencies: [
        "Explorer", "TerminalUI", "Attention", "Tensors", "Files", "CResources", "Cpng",
        "Cfreetype", "Czlib",
      ]),
    // PDF is written from the same shapes as SVG: a few hundred lines. Of the libraries for it, libharu has no static
    // archive in Debian, and cairo would bring GLib, X11 and fontconfig.
    .target(name: "CResources", exclude: ["fonts", "page"]),
    // libpng: the file format of pictures.
    .systemLibrary(name: "Cpng", providers: [.apt(["libpng-dev"])]),
    // FreeType: the letters of pictures, also from a font file that nobody has checked.
    .systemLibrary(
      name: "Cfreetype", pkgConfig: "freetype2",
      providers: [.apt(["libfreetype-dev", "pkg-config"])]),

    // Models of the hub: the cache on this machine, and what fills it. HTTP is the `curl` program's: a library
    // for it would cost every start and every build what only a download needs.
    .target(name: "Hub", dependencies: ["Files", "Threads", "Cnettle"]),
    // nettle: SHA-256 and SHA-1, to check what was downloaded; a static library of its own, without OpenSSL.
    .systemLibrary(name: "Cnettle", providers: [.apt(["nettle-dev"])]),

    // What comes from other programs.
    .target(
      name: "Importers",
      dependencies: ["Attention", "HeadPatterns", "Tokenizers", "Tensors", "Files", "Threads"]),

    // Files, and the models inside the program.
    .target(name: "DemoModels", dependencies: ["CDemoModels", "Files"]),
    .target(name: "CDemoModels", exclude: ["demo-bert", "demo-gpt2", "demo-t5"]),
    .target(name: "Files", dependencies: ["CFiles", "CJSON"]),
    .target(
      name: "CFiles", dependencies: ["CEndings"],
      cSettings: [.define("_XOPEN_SOURCE", to: "700")]),
    .target(name: "CEndings", cSettings: [.define("_DEFAULT_SOURCE")]),
    // RapidJSON: headers only, fast enough for a tokenizer.json of 7 MB, safe on hostile nesting.
    // Its 1.1.0 has an assignment operator that no one calls and that newer compilers refuse: the
    // flag leaves the bodies of unused templates unread.
    .target(name: "CJSON", cxxSettings: [.unsafeFlags(["-fdelayed-template-parsing"])]),
    // utf8proc: Unicode decomposition, categories and column widths.
    .systemLibrary(name: "Cutf8proc", providers: [.apt(["libutf8proc-dev"])]),
    // PCRE2: the patterns of tokenizer files need Unicode classes, look-ahead and possessive quantifiers.
    .systemLibrary(name: "Cpcre2", providers: [.apt(["libpcre2-dev"])]),
    // zlib: the checksums of zip archives, and what numpy.savez_compressed packs.
    .systemLibrary(name: "Czlib", providers: [.apt(["zlib1g-dev"])]),

    // Small programs on the libraries, with no more access than anyone's.
    example("print-head"), example("find-induction-heads"), example("compare-sentences"),

    // Tests.
    .target(
      name: "TestSupport", dependencies: ["Files", "Tensors", "TerminalUI", "Cnettle"],
      path: "Tests/TestSupport"),
    .testTarget(name: "FilesTests", dependencies: ["Files", "TestSupport"]),
    .testTarget(name: "ThreadsTests", dependencies: ["Threads"]),
    .testTarget(name: "HubTests", dependencies: ["Hub", "Files", "TestSupport"]),
    .testTarget(name: "CKernelsTests", dependencies: ["CKernels", "Tensors", "TestSupport"]),
    .testTarget(
      name: "TensorsTests", dependencies: ["Tensors", "DemoModels", "TestSupport", "Czlib"]),
    .testTarget(name: "TokenizersTests", dependencies: ["Tokenizers", "TestSupport"]),
    .testTarget(
      name: "AttentionTests", dependencies: ["Attention", "HeadPatterns", "TestSupport"]),
    .testTarget(
      name: "HeadPatternsTests", dependencies: ["Attention", "HeadPatterns", "TestSupport"]),
    .testTarget(
      name: "ExportersTests",
      dependencies: ["Exporters", "Explorer", "HeadPatterns", "Cpng", "TestSupport"]),
    .testTarget(
      name: "ImportersTests",
      dependencies: ["Importers", "Exporters", "Explorer", "HeadPatterns", "TestSupport"]),
    .testTarget(
      name: "TransformersTests",
      dependencies: ["Transformers", "HeadPatterns", "DemoModels", "Threads", "TestSupport"]),
    .testTarget(name: "RunsTests", dependencies: ["Runs", "DemoModels", "TestSupport"]),
    .testTarget(name: "TerminalUITests", dependencies: ["TerminalUI", "TestSupport"]),
    // A program that draws, echoes what it is sent, and crashes when asked to.
    .executableTarget(
      name: "terminal-probe", dependencies: ["Curses", "TerminalUI"], path: "Tests/TerminalProbe"),
    .testTarget(
      name: "CursesTests", dependencies: ["Curses", "Cpng", "TestSupport", "terminal-probe"]),
    .testTarget(
      name: "ExplorerTests", dependencies: ["Explorer", "HeadPatterns", "TestSupport"]),
    // `swift build -c release && .build/release/benchmarks`
    .executableTarget(
      name: "benchmarks",
      dependencies: [
        "Transformers", "Attention", "HeadPatterns", "Tokenizers", "Tensors", "Files", "CKernels",
        "CStart",
        "CMachineLimits", "TestSupport", "bertviz-tui",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/Benchmarks", exclude: ["reference.py"]),
    .target(
      name: "CMachineLimits", path: "Tests/CMachineLimits", cSettings: [.unsafeFlags(["-O3"])]),
    .testTarget(
      name: "ProgramTests",
      dependencies: [
        "bertviz-tui", "print-head", "find-induction-heads", "compare-sentences", "Tensors",
        "Transformers", "TerminalUI", "TestSupport",
      ]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c2x,
  cxxLanguageStandard: .cxx17
)

// Only for `Tests/Fuzzing/run`: it is built with the fuzzer and the sanitizer, and with nothing else.
if Context.environment["FUZZING"] != nil {
  package.targets.append(
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "Files", "Tensors", "Tokenizers", "Transformers", "DemoModels", "Importers", "Attention",
        "HeadPatterns", "Explorer", "Curses", "CTerminal", "TerminalUI", "TestSupport",
      ],
      path: "Tests/Fuzzing", exclude: ["README.md", "run", "corpus"],
      linkerSettings: [.unsafeFlags(["-use-ld=lld"])]))
}

func example(_ name: String) -> Target {
  .executableTarget(
    name: name, dependencies: ["Runs", "Attention", "Files", "DemoModels"],
    path: "Examples/\(name)", packageAccess: false)
}
