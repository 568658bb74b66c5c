// The matrix view: one head, queries × keys, with numbers where they have room, and what the colours mean.

function matrixView() {
  const attention = layer();
  const { head } = state;
  const queries = shown("query");
  const keys = shown("key");
  const side = Math.max(2, Math.min(28, Math.floor(720 / Math.max(queries.length, keys.length, 1))));
  const canvas = element("canvas", {
    tabIndex: 0, role: "img",
    "aria-label": `${noun()}s of layer ${attention.index} head ${head}; arrows move`,
  });
  const labels = (tokens, name) => element("ol", { className: name }, ...tokens.map((token) => {
    const row = element("li", { textContent: side < 10 ? "" : `${token.number} ${token.text}` });
    row.style.setProperty("--side", `${side}px`);
    return row;
  }));
  let cursor;

  function draw() {
    const context = prepare(canvas, side * keys.length, side * queries.length);
    drawHeat(
      context, attention.strengths(head), queries, keys, attention.keyCount, side * keys.length,
      side * queries.length);
    if (side >= numberSide) drawNumbers(context);
    if (!cursor) return;
    context.globalAlpha = 1;
    context.strokeStyle = getComputedStyle(canvas).color;
    context.lineWidth = 1;
    context.strokeRect(0.5, cursor.row * side + 0.5, side * keys.length - 1, side - 1);
    context.strokeRect(cursor.column * side + 0.5, 0.5, side - 1, side * queries.length - 1);
  }

  function drawNumbers(context) {
    const weights = attention.weights(head);
    context.font = "10px monospace";
    context.textAlign = "center";
    context.textBaseline = "middle";
    queries.forEach((query, row) => keys.forEach((key, column) => {
      const weight = weights[query.number * attention.keyCount + key.number];
      if (!(weight >= 0.045)) return;
      context.fillStyle = inkOn(heatColor(weight));
      context.fillText(weightText(weight, 2), (column + 0.5) * side, (row + 0.5) * side);
    }));
  }

  function look(row, column) {
    const query = queries[row];
    const key = keys[column];
    if (!query || !key) return;
    cursor = { row, column };
    draw();
    const isVisible = attention.isVisible(query.number, key.number);
    say(`q ${query.number} “${query.text}” → k ${key.number} “${key.text}”   `
      + (isVisible ? `${noun()} ${numberText(attention.number(head, query.number, key.number), 4)}` : "masked"));
  }

  canvas.addEventListener("mousemove", (event) =>
    look(Math.floor(event.offsetY / side), Math.floor(event.offsetX / side)));
  canvas.addEventListener("click", () => {
    if (cursor) state.pinned = { side: "query", number: queries[cursor.row].number };
  });
  canvas.addEventListener("keydown", (event) => {
    const step = {
      ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
    }[event.key];
    if (!step) return;
    const { row, column } = cursor ?? { row: 0, column: 0 };
    look(row + step[0], column + step[1]);
    event.preventDefault();
  });
  draw();
  say("");
  return element(
    "div", { className: "matrix" }, element("span"), labels(keys, "across"), labels(queries, "down"),
    canvas, heatScale());
}

// Cells at least so large have their numbers.
const numberSide = 24;

// The colours of weights from 0 to 1, with numbers.
function heatScale() {
  const canvas = element("canvas", { className: "scale", role: "img", "aria-label": "colours from weight 0 to 1" });
  const [width, height] = [60, 160];
  const context = prepare(canvas, width, height + 12);
  for (let y = 0; y < height; y++) {
    context.fillStyle = heatColor(1 - y / (height - 1));
    context.fillRect(0, y + 6, 12, 1);
  }
  context.fillStyle = isDark() ? "#d0d0d0" : "#262626";
  context.font = "11px monospace";
  context.textBaseline = "middle";
  for (const weight of [0, 0.5, 1]) {
    context.fillText(weightText(weight, 2), 18, 6 + (1 - weight) * (height - 1));
  }
  return canvas;
}
