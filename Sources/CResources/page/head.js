// The head view: query tokens left, key tokens right, lines between them in the colours of the active heads.

const lineWidth = 300;

function headView() {
  const attention = layer();
  const heads = activeHeads();
  const canvas = element("canvas", { className: "lines" });
  const weight = () => element("span", { className: "weight" });
  const columns = {
    query: tokenColumn("query", { point, parts: () => [weight()] }),
    key: tokenColumn("key", { point, parts: () => [weight()] }),
  };
  let lineCount = 0;
  // One bar for each head beside each token of the side that is looked at.
  const slices = { query: element("canvas"), key: element("canvas") };
  const title = (side) => element("h2", { textContent: sideTitle(side) });
  const picture = element(
    "div", { className: "columns head" },
    element("div", { className: "slices" }, slices.query),
    element("div", { className: "side" }, title("query"), columns.query.list), canvas,
    element("div", { className: "side" }, title("key"), columns.key.list),
    element("div", { className: "slices" }, slices.key));

  function point(token) {
    // With a token pinned, a token of the other side is the other half of a pair.
    state.pointed = token && state.pinned && token.side !== state.pinned.side ? undefined : token;
    draw();
    const pair = token && chosen() && token.side !== chosen().side ? token : undefined;
    say(readout(chosen(), pair));
  }

  function draw() {
    const token = chosen();
    lineCount = drawLines(
      canvas, lineWidth, columns.query.tokens, columns.key.tokens, heads, attention, headColor,
      token);
    for (const side of ["query", "key"]) {
      columns[side].mark();
      drawSlices(side, token);
    }
  }

  // The numbers of each token of `side` with the chosen one on the other side, by head; how strong each is, too.
  function numbersOf(side, token, read = "number") {
    return columns[side].tokens.map(({ number }) => heads.map((head) =>
      side === "key"
        ? attention[read](head, token.number, number)
        : attention[read](head, number, token.number)));
  }

  const largestOf = (values) =>
    values.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best));

  function drawSlices(side, token) {
    const { rows, tokens } = columns[side];
    const isFar = token && token.side !== side;
    const numbers = isFar ? numbersOf(side, token) : [];
    const strengths = isFar ? numbersOf(side, token, "strength") : [];
    const width = Math.max(8, Math.min(40, 120 / heads.length));
    const context = prepare(slices[side], width * heads.length, tokens.length * rowHeight);
    rows.forEach((row, index) => {
      row.querySelector(".weight").textContent = isFar ? numberText(largestOf(numbers[index])) : "";
      row.classList.toggle("strong", isFar && Math.abs(largestOf(strengths[index])) >= 0.1);
      if (!isFar) return;
      heads.forEach((head, place) => {
        context.fillStyle = signColor(strengths[index][place]) ?? headColor(head);
        context.globalAlpha = 0.08;
        context.fillRect(place * width, index * rowHeight + 4, width - 2, rowHeight - 8);
        context.globalAlpha = Math.min(1, Math.abs(strengths[index][place]));
        context.fillRect(place * width, index * rowHeight + 4, width - 2, rowHeight - 8);
      });
    });
  }

  // What a person reads: the pair with each head's weight, or the strongest tokens.
  function readout(token, pair) {
    if (!token) {
      return lineCount > lineLimit ? `the ${lineLimit} strongest of ${lineCount} lines` : "";
    }
    const far = other(token.side);
    const name = ({ side, number }) =>
      `${side === "query" ? "q" : "k"} ${number} “${columns[side].tokens.find((t) => t.number === number).text}”`;
    const arrow = token.side === "query" ? "→" : "←";
    const numbers = numbersOf(far, token);
    if (pair) {
      const index = columns[far].tokens.findIndex(({ number }) => number === pair.number);
      const texts = heads.map((head, place) => `head ${head} ${numberText(numbers[index][place])}`);
      return `${name(token)} ${arrow} ${name(pair)}   ${texts.join("   ")}`;
    }
    const strengths = numbersOf(far, token, "strength");
    const strongest = columns[far].tokens
      .map((t, index) => ({
        text: `${t.number} ${t.text}`, number: largestOf(numbers[index]),
        size: Math.abs(largestOf(strengths[index])),
      }))
      .sort((a, b) => b.size - a.size).slice(0, 6).filter((t) => t.size >= 0.01);
    const texts = strongest.map((t) => `${t.text} ${numberText(t.number)}`);
    return `${name(token)} ${arrow}   ${texts.join("   ")}`;
  }

  draw();
  say(readout(chosen()));
  return element("div", {}, headSquares(), picture);
}

// The numbered squares. A click turns a head on or off, but not the last one off; a double click leaves it
// alone, or, where it is alone, turns all on.
function headSquares() {
  const squares = layer().heads.map((head) => {
    const isOn = state.heads.has(head);
    const square = element("button", {
      type: "button", className: "square", textContent: head, "data-head": head,
      "aria-pressed": isOn,
      title: `head ${head}: click turns it on or off, double-click leaves it alone`,
    });
    square.style.setProperty("--color", headColor(head));
    square.addEventListener("click", (event) => {
      // The second click of a double click: what the first one did is taken back.
      if (event.detail === 2) soloHead(head, squaresBefore);
      else toggleHead(head);
    });
    return square;
  });
  const all = element("button", { type: "button", className: "all", textContent: "all" });
  all.addEventListener("click", () => update({ heads: new Set(layer().heads) }));
  return element("div", { className: "squares", role: "group", "aria-label": "heads" }, ...squares, all);
}

// The heads that were on before the latest click on a square.
let squaresBefore = new Set();

function toggleHead(head) {
  squaresBefore = new Set(state.heads);
  const heads = new Set(activeHeads());
  if (!heads.delete(head)) heads.add(head);
  if (heads.size > 0) update({ heads, head }, `.square[data-head='${head}']`);
}

function soloHead(head, before = state.heads) {
  const isAlone = before.size === 1 && before.has(head);
  const heads = new Set(isAlone ? layer().heads : [head]);
  update({ heads, head }, `.square[data-head='${head}']`);
}
