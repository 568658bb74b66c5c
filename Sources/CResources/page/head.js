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

  // The weights of each token of `side` to the chosen one on the other side, by head.
  function weightsOf(side, token) {
    return columns[side].tokens.map(({ number }) => heads.map((head) =>
      side === "key"
        ? attention.weight(head, token.number, number)
        : attention.weight(head, number, token.number)));
  }

  function drawSlices(side, token) {
    const { rows, tokens } = columns[side];
    const isFar = token && token.side !== side;
    const weights = isFar ? weightsOf(side, token) : [];
    const width = Math.max(8, Math.min(40, 120 / heads.length));
    const context = prepare(slices[side], width * heads.length, tokens.length * rowHeight);
    rows.forEach((row, index) => {
      const largest = isFar ? Math.max(...weights[index]) : 0;
      row.querySelector(".weight").textContent = isFar ? weightText(largest) : "";
      row.classList.toggle("strong", largest >= 0.1);
      if (!isFar) return;
      heads.forEach((head, place) => {
        context.fillStyle = headColor(head);
        context.globalAlpha = 0.08;
        context.fillRect(place * width, index * rowHeight + 4, width - 2, rowHeight - 8);
        context.globalAlpha = Math.min(1, weights[index][place]);
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
    const weights = weightsOf(far, token);
    if (pair) {
      const index = columns[far].tokens.findIndex(({ number }) => number === pair.number);
      const texts = heads.map((head, place) => `head ${head} ${weightText(weights[index][place])}`);
      return `${name(token)} ${arrow} ${name(pair)}   ${texts.join("   ")}`;
    }
    const strongest = columns[far].tokens
      .map((t, index) => ({ text: `${t.number} ${t.text}`, weight: Math.max(...weights[index]) }))
      .sort((a, b) => b.weight - a.weight).slice(0, 6).filter((t) => t.weight >= 0.01);
    const texts = strongest.map((t) => `${t.text} ${weightText(t.weight)}`);
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
