import Attention
import CTerminal
import DemoModels
import Files
import HeadPatterns
import TerminalUI
import Tokenizers
import Transformers

@testable import Curses
@testable import Explorer

/// What a person types, and what a terminal sends.
enum Screens {
  /// A settings file.
  static func settings(_ file: FileBytes) throws {
    _ = try Settings(text: text(file)).keyMap()
  }

  /// What a terminal sends. 0xFF and the byte behind it stand for what is no byte: a key that ncurses knows by its
  /// number from 256 on, or, from 0xF0 on, that nothing more has arrived.
  static func input(_ file: FileBytes) throws {
    var decoder = InputDecoder()
    var state = state(of: .bert, file)
    var time = ContinuousClock.now
    var bytes = file.bytes.prefix(4096)[...]
    while let byte = bytes.popFirst() {
      var events: [Event]
      if byte == 0xFF, let code = bytes.popFirst() {
        let key = code < 0x40 ? 256 + Int(code) : Int(CTKeyF0) + Int(code) - 0x40
        events = code < 0xF0 ? decoder.decode(key, at: time) : decoder.endBatch()
        if code == 0xFE { events += decoder.rest(until: time + .seconds(10)) }
      } else {
        events = decoder.decode(Int(byte), at: time)
      }
      time += .milliseconds(Int(byte))
      for event in events { answer(state.handle(event), &state) }
    }
    draw(state)
  }

  /// A command in each line, in the explorer of an encoder-decoder if the first line is `t5`.
  static func commands(_ file: FileBytes) throws {
    let lines = text(file).split(separator: "\n").prefix(24)
    var state = state(of: lines.first == "t5" ? .t5 : .bert, file)
    var problem: ExplorerError?
    for line in lines {
      let command = CommandText(String(line))
      for completion in command.completions(in: state) {
        _ = CommandText(completion.text)
      }
      do throws(ExplorerError) {
        let order = try command.order(in: state)
        if order.view != state.view { answer(state.update(.show(order.view)), &state) }
        answer(state.update(order.action), &state)
      } catch {
        problem = error
      }
      draw(state)
    }
    if let problem { throw problem }
  }

  /// A script of keys, in the explorer of an encoder-decoder if it begins with `t5`.
  static func keys(_ file: FileBytes) throws {
    let script = text(file)
    let isT5 = script.hasPrefix("t5")
    var state = state(of: isT5 ? .t5 : .bert, file)
    for key in try KeyScript.keys(String(script.dropFirst(isT5 ? 2 : 0))).prefix(200) {
      answer(state.handle(.key(key)), &state)
    }
    draw(state)
  }

  private static func text(_ file: FileBytes) -> String {
    String(decoding: file.bytes, as: UTF8.self)
  }

  /// The length of the input chooses the size of the window.
  private static func state(of model: DemoModel, _ file: FileBytes) -> ExplorerState {
    let count = file.bytes.count
    let (record, request) = model == .t5 ? t5 : bert
    return ExplorerState(
      record: record, request: request, width: 20 + count % 140, height: 5 + count % 50)
  }

  /// Plays the run loop: what is asked for is there at once, now and then in vain.
  private static func answer(_ effects: [Effect], _ state: inout ExplorerState) {
    for effect in effects {
      switch effect {
      case .run(let request, let number):
        let isRefused = request.text.utf8.count % 4 == 3
        let record = state.record
        state.finish(number, with: isRefused ? .failure(ModelFailure("no")) : .success(record))
      case .ask(let question, _, let number):
        let record = state.record
        let sizes = EdgeValues(outcome: nil) { head in
          record.stacks.firstIndex { $0.kind == head.kind }.map {
            record.weights(stack: $0, layer: head.layer, head: head.head)
          }
        }
        let isAnswered = question == .writes
        state.take(
          .finished(isAnswered ? .success(.edges(sizes)) : .failure(ModelFailure("no"))),
          to: number)
      case .open(let bookmark, let number):
        let isRefused = bookmark.source.utf8.count % 4 == 3
        let opened = (record: state.record, request: state.request)
        _ = state.finishOpening(
          number, with: isRefused ? .failure(ModelFailure("no")) : .success(opened))
      case .list:
        state.finishListing([
          Choice(.builtIn, name: "demo", detail: "text", bookmark: Bookmark(source: "demo"))
        ])
      case .save(let bookmark, let name):
        state.finishSaving(
          name, with: .success(Choice(.saved, name: name, detail: "", bookmark: bookmark)))
      case .withdraw, .export, .copy, .redraw, .suspend, .quit: break
      }
    }
    let questions = state.inquire()
    if !questions.isEmpty { answer(questions, &state) }
  }

  /// Whatever the state, its picture holds only what a terminal can show.
  private static func draw(_ state: ExplorerState) {
    let canvas = state.render(theme: Theme(.dark, depth: .indexed256, glyphs: .unicode))
    for y in 0..<canvas.height {
      for x in 0..<canvas.width {
        precondition(canvas[x, y].text.unicodeScalars.allSatisfy(Fuzz.isHarmless))
      }
    }
  }

  private static let bert = record(of: .bert)
  private static let t5 = record(of: .t5)

  private static func record(of demo: DemoModel) -> (AttentionRecord, ModelRequest) {
    do {
      let model = try ModelRegistry.loadModel(from: demo.files)
      let encoding = try Tokenizer(demo.files).encode(demo.text, pair: demo.pair)
      var input = ModelInput(encoding)
      input.recording.summarizer = PatternSummarizer()
      let stacks = try model.forward(input).stacks
      return (
        AttentionRecord(model: demo.rawValue, stacks: stacks),
        ModelRequest(text: demo.text, pair: demo.pair)
      )
    } catch {
      preconditionFailure("\(error)")
    }
  }
}
