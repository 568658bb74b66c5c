import Explorer
import TerminalUI
import Testing

@Suite struct HeadViewTests {
}
