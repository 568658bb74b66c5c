import ArgumentParser
import Files
import TerminalUI

/// The script by which a shell completes this program's commands, made from the commands themselves.
///
/// The argument parser's scripts know nothing of the command that may be left out, `explore`: they offer no
/// model in the first place, and no options behind it. What is added here makes them see the command there.
struct Completions: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the script for completions in bash, zsh or fish.", shouldDisplay: false)

  @Argument(help: "Which shell: bash, zsh or fish.")
  var shell: String

  func run() throws {
    guard let shell = CompletionShell(rawValue: shell) else {
      throw ProgramError.usage(
        "no completions for \"\(shell)\": there are bash, zsh and fish"
          + SimilarName.question(shell, among: ["bash", "zsh", "fish"]))
    }
    try StandardOutput.write(try Self.script(for: shell))
  }

  static func script(for shell: CompletionShell) throws -> String {
    let script = BertvizTUI.completionScript(for: shell)
    if shell == .fish { return script + "\n" + fishAddition }
    let head = "\n_bertviz-tui() {\n"
    guard script.contains(head) else {
      throw ProgramError("the argument parser's script for \(shell.rawValue) is not what it was")
    }
    let addition = shell == .bash ? bashAddition : zshAddition
    var result = script.replacing(head, with: "\n\(addition)\n_bertviz-tui_command() {\n") + "\n"
    guard shell == .bash else { return result }
    // Bash runs what the words of `compgen -W` say, and here they are names of files.
    result.replace(
      #"add_completions -W "$(__bertviz-tui_custom_complete "#,
      with: #"add_names "$(__bertviz-tui_custom_complete "#)
    guard !result.contains(#"-W "$("#) else {
      throw ProgramError("the argument parser's script for bash is not what it was")
    }
    return result
  }

  private static let commands: [String] =
    BertvizTUI.configuration.subcommands
    .filter { $0.configuration.shouldDisplay }.map { $0._commandName } + ["help"]

  private static let bashAddition = """
    __bertviz-tui_add_names() {
        local name
        while IFS='' read -r name; do
            [[ -n "${name}" && "${name}" = "${cur}"* ]] && COMPREPLY+=("${name}")
        done <<<"${1}"
    }

    _bertviz-tui() {
        case "${COMP_WORDS[1]}" in
        \(commands.joined(separator: "|"))|-*)
            _bertviz-tui_command "${@}"
            return
            ;;
        esac
        if ((COMP_CWORD == 1)); then
            _bertviz-tui_command "${@}"
        fi
        local -a COMP_WORDS=("${COMP_WORDS[0]}" explore "${COMP_WORDS[@]:1}")
        local -i COMP_CWORD=$((COMP_CWORD + 1)) COMP_POINT=$((COMP_POINT + 8))
        local COMP_LINE="${COMP_LINE/ / explore }"
        _bertviz-tui_command "${@}"
    }

    """

  private static let zshAddition = """
    _bertviz-tui() {
        local -i found=1
        if (( CURRENT == 2 )); then
            _bertviz-tui_command "${@}" && found=0
        fi
        case "${words[2]}" in
        \(commands.joined(separator: "|"))|-*)
            (( CURRENT == 2 )) || { _bertviz-tui_command "${@}" && found=0; }
            ;;
        *)
            words=("${words[1]}" explore "${(@)words[2,-1]}")
            (( CURRENT++ ))
            _bertviz-tui_command "${@}" && found=0
            ;;
        esac
        return "${found}"
    }

    """

  private static let fishAddition = """
    functions -c __bertviz-tui_tokens __bertviz-tui_plain_tokens
    function __bertviz-tui_tokens
        set -l tokens (__bertviz-tui_plain_tokens $argv)
        if test (count $tokens) -gt 1
            and not contains -- $tokens[2] \(commands.joined(separator: " "))
            and not string match -q -- '-*' $tokens[2]
            set tokens $tokens[1] explore $tokens[2..]
        end
        printf '%s\\n' $tokens
    end
    complete -c 'bertviz-tui' -n 'test (count (__bertviz-tui_plain_tokens -pc)) -eq 1' \
    -fka '(__bertviz-tui_custom_completion ---completion explore -- positional@0 1 (__bertviz-tui_plain_tokens -tC))'

    """
}
