// What is looked at, and columns of tokens to point at.

const state = {
  // The output is told only where somebody asked for it.
  view: data.view === "output" && !data.output ? "head" : data.view,
  stack: data.stack,
  layer: data.layer,
  head: data.head,
  heads: new Set(data.heads),
  filter: data.filter,
  hidesSpecials: data.hidesSpecials,
  // A token that stays chosen, or the one that the pointer or the keyboard is on: {side, number}.
  pinned: data.pinned ?? undefined,
  pointed: undefined,
  thumbnails: "heat",
  // What lines and cells show: weights, or the numbers that the page was made with.
  meaning: data.meaning ? "edges" : "weight",
  isExpanded: data.view === "neuron",
  // The head that the model view shows beside its grid: {layer, head}, by position.
  detail: { layer: data.layer, head: data.head },
};

const stack = () => stacks[state.stack];
const layer = () => stack().layers[state.layer];
const activeHeads = () => layer().heads.filter((head) => state.heads.has(head));
const isPair = () => stack().kind !== "cross" && stack().queries.some(({ segment }) => segment === 1);

// The tokens of a side as the filter leaves them: cut out, weights are not normalised again.
function shown(side) {
  const segment = isPair() && { aa: [0, 0], bb: [1, 1], ab: [0, 1], ba: [1, 0] }[state.filter];
  const wanted = segment && segment[side === "query" ? 0 : 1];
  const tokens = side === "query" ? stack().queries : stack().keys;
  const kept = data.tokens && new Set(data.tokens[side]);
  return tokens.filter((token) =>
    (!kept || kept.has(token.number)) && !(state.hidesSpecials && token.isSpecial) && (!segment || token.segment === wanted));
}

// The token that lines are drawn for: what is pointed at, else what is pinned, where it is shown.
function chosen() {
  const token = state.pointed ?? state.pinned;
  return token && shown(token.side).some(({ number }) => number === token.number)
    ? token : undefined;
}

const other = (side) => (side === "query" ? "key" : "query");
const isSame = (one, two) => one?.side === two?.side && one?.number === two?.number;

const sideTitle = (side) =>
  stack().kind === "cross" ? (side === "query" ? "decoder" : "encoder") : side;

// A column of tokens. Pointing at one, with the mouse or by keyboard, calls `point`; a click pins it.
// `parts` makes further children of a token's row.
function tokenColumn(side, { point, canPoint = true, parts = () => [] }) {
  const tokens = shown(side);
  const rows = tokens.map((token, index) =>
    element("li", {
      role: "option", tabIndex: canPoint && index === 0 ? 0 : -1, "data-number": token.number,
      className: token.isSpecial ? "special" : "", "data-segment": isPair() ? token.segment : undefined,
      title: token.text,
    },
    element("span", { className: "number", textContent: token.number }),
    element("span", { className: "text", textContent: token.text }),
    ...parts(token)));
  const list = element(
    "ol", { className: `tokens ${side}`, role: "listbox", "aria-label": `${sideTitle(side)} tokens` },
    ...rows);
  const column = { list, rows, tokens };

  column.mark = () => {
    const token = chosen();
    rows.forEach((row, index) => {
      const { number } = tokens[index];
      row.classList.toggle("chosen", isSame(token, { side, number }));
      row.setAttribute("aria-selected", isSame(state.pinned, { side, number }));
    });
  };
  if (!canPoint) return column;

  const tokenOf = (event) => {
    const row = event.target.closest("li");
    return row && { side, number: Number(row.dataset.number) };
  };
  list.addEventListener("mouseover", (event) => point(tokenOf(event)));
  list.addEventListener("mouseleave", () => point(undefined));
  list.addEventListener("focusin", (event) => point(tokenOf(event)));
  list.addEventListener("focusout", () => point(undefined));
  list.addEventListener("click", (event) => {
    const token = tokenOf(event);
    if (!token) return;
    state.pinned = isSame(state.pinned, token) ? undefined : token;
    point(token);
  });
  list.addEventListener("keydown", (event) => {
    const index = rows.indexOf(event.target.closest("li"));
    const target = {
      ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: rows.length - 1,
      PageDown: Math.min(index + 10, rows.length - 1), PageUp: Math.max(index - 10, 0),
    }[event.key];
    if (rows[target]) {
      rows[index].tabIndex = -1;
      rows[target].tabIndex = 0;
      rows[target].focus();
      event.preventDefault();
    } else if (event.key === "Enter" || event.key === " ") {
      rows[index].click();
      event.preventDefault();
    }
  });
  return column;
}

// The height of a token's row, as the style sheet has it.
const rowHeight = 22;

// So many lines at most are drawn at a time, the strongest: of a long text more would take seconds, and be a
// grey field.
const lineLimit = 3000;

// From which weight on the lines of the other tokens are drawn: the more tokens, the fewer lines.
const otherLine = (count) => (count <= 12 ? 0.12 : count <= 24 ? 0.2 : 0.3);

// The lines between two columns of tokens. With a token chosen its lines have full strength, and the strong ones of
// the others are grey behind them; else all, the more heads the fainter, so that they add up. Tells how many there
// are of the chosen token, or of all.
function drawLines(canvas, width, queries, keys, heads, attention, color, token) {
  const height = Math.max(queries.length, keys.length) * rowHeight;
  const context = prepare(canvas, width, height);
  const lines = [];
  const others = [];
  const least = otherLine(Math.max(queries.length, keys.length));
  for (const head of heads) {
    const strengths = attention.strengths(head);
    queries.forEach((query, row) => {
      keys.forEach((key, place) => {
        const isOther = token && token.number !== (token.side === "query" ? query : key).number;
        const strength = strengths[query.number * attention.keyCount + key.number];
        if (Math.abs(strength) >= (isOther ? least : 0.01)) {
          (isOther ? others : lines).push({ head, row, place, strength });
        }
      });
    });
  }
  const draw = ({ row, place }, color, opacity) => drawCurve(
    context, 0, (row + 0.5) * rowHeight, width, (place + 0.5) * rowHeight, 2, color, opacity);
  // Strong lines lie above weak ones.
  const strongest = (some) =>
    some.sort((a, b) => Math.abs(a.strength) - Math.abs(b.strength)).slice(-lineLimit);
  const grey = getComputedStyle(canvas).color;
  for (const line of strongest(others)) {
    draw(line, grey, Math.sign(line.strength) * (0.08 + 0.2 * Math.abs(line.strength)));
  }
  const share = token ? 1 : 1 / Math.sqrt(heads.length);
  for (const line of strongest(lines)) {
    draw(line, signColor(line.strength) ?? color(line.head), line.strength * share);
  }
  return lines.length;
}
