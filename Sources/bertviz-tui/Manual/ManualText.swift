/// The parts of the manual page that no command says of itself.
enum ManualText {
  static let description = """
    Runs a Transformer model on a text and shows the attention of every layer and head: the whole model at a \
    glance, one head as lines between tokens, one score as the product of query and key, the head as a matrix. \
    Press ? on any screen for its keys.
    """

  static func sections(on page: inout Roff) {
    page.section("Settings")
    page.paragraph(
      """
      What is wanted every time stands in a settings file, a line "name = value" for each; lines that begin with # \
      are comments. Each name is that of a flag, and the flag beats the file. Settings are for the explorer: commands \
      for scripts read none, so that they print the same for everyone.
      """)
    for setting in Setting.all {
      page.item(
        setting.name, setting.values.prefix(1).uppercased() + setting.values.dropFirst() + ".")
    }
    page.item(
      "key.ACTION", "The keys for an action instead of the usual ones, with blanks between them.")

    page.section("Files")
    page.item(
      "$XDG_CONFIG_HOME/bertviz-tui/settings", "The settings; else ~/.config/bertviz-tui/settings.")
    page.item(
      "$XDG_STATE_HOME/bertviz-tui",
      "What was looked at lately (recent.json), unless the setting recent is no, and saved sessions; else "
        + "~/.local/state/bertviz-tui.")

    page.section("Environment")
    for (name, meaning) in environment { page.item(name, meaning) }

    page.section("Exit status")
    page.item("0", "Done. A reader that goes away early, such as head, is no error.")
    page.item("1", "Failed: one line on standard error says what is wrong and what to do about it.")
    page.item("64", "Wrong use of the command line.")

    page.section("Examples")
    for (purpose, command) in examples {
      page.paragraph(purpose)
      page.example(command)
    }
  }

  private static let environment = [
    ("BERTVIZ_TUI_SETTINGS", "The settings file."),
    ("NO_COLOR", "If it is set and not empty: no colours, unless --color asks for them."),
    ("COLORTERM", "truecolor: the terminal has 16 million colours."),
    ("TERM", "The kind of the terminal."),
    ("LC_ALL, LC_CTYPE, LANG", "Without UTF-8, only ASCII is drawn."),
    (
      "HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME",
      "Where the models of the hub are; else ~/.cache/huggingface/hub."
    ),
    ("HF_TOKEN, HF_ENDPOINT, HF_HUB_OFFLINE", "Of the hub that pull downloads from."),
  ]

  private static let examples = [
    ("What can be opened, by one key each:", "bertviz-tui"),
    ("A tour of what there is to see, in built-in models:", "bertviz-tui demo"),
    (
      "A figure for a paper, of the tokens that its lines touch:",
      "bertviz-tui export ~/models/gpt2 --file text.txt --layer 5 --heads 1 --tokens lines -o head.pdf"
    ),
    (
      "Look at a checkpoint of your own:",
      "bertviz-tui ~/models/gpt2 \"The cat sat on the mat because it was\""
    ),
    (
      "The heads that look most at the previous token:",
      "bertviz-tui heads ~/models/gpt2 \"The cat sat on the mat\" --only prev --top 5"
    ),
    (
      "The heads of many texts, a line each, in an array job of sixteen parts:",
      "bertviz-tui heads ~/models/gpt2 --file texts.txt --each-line \\\n"
        + "  --shard $SLURM_ARRAY_TASK_ID/16 -o part-$SLURM_ARRAY_TASK_ID.jsonl"
    ),
  ]
}
