// The output view: the likeliest tokens, what each part of the model adds to the outcome, and what the layers would
// say. All of it is data; the page computes nothing here.

function table(className, title, headings, rows) {
  const cells = (name, values) => values.map((value) =>
    value instanceof Node ? element("td", {}, value) : element(name, { textContent: value ?? "" }));
  return element(
    "table", { className },
    element("caption", { textContent: title }),
    element("thead", {}, element("tr", {}, ...cells("th", headings))),
    element("tbody", {}, ...rows.map((values) => element("tr", {}, ...cells("td", values)))));
}

// A bar from one share of its track to another; a loss is hollow, so that it is told without its hue.
function outputBar(start, end, isLoss = false, isNothing = end < 0.0005) {
  const bar = element("span", { className: isLoss ? "bar loss" : "bar" });
  bar.style.setProperty("--start", `${100 * Math.min(start, end)}%`);
  bar.style.setProperty("--size", `${100 * Math.abs(end - start)}%`);
  // What is printed as nothing is drawn as nothing.
  return element("span", { className: "track" }, isNothing ? undefined : bar);
}

function outputView() {
  const { outcome, predictions, columns, parts, extent, closing, notes, lens } = data.output;
  const [least, most] = extent;
  const place = (value) => (most > least ? (value - least) / (most - least) : 0);
  const tables = [];
  if (predictions.length) {
    tables.push(table("predictions", "predicts", ["token", "", ""], predictions.map(
      ([token, probability]) => [token, weightText(probability), outputBar(0, probability)])));
  }
  const partTable = table("parts", outcome ? `score of ${outcome}` : "without each head", [
    "part", ...columns, data.output.isWaterfall ? "running sum" : "",
  ], parts.map(([name, numbers, start, end]) =>
    [name, ...numbers, outputBar(place(start), place(end), end < start, !/[1-9]/.test(numbers[0]))]));
  if (closing) partTable.append(element("tfoot", {}, element("tr", {},
    element("td", { colSpan: columns.length + 2, textContent: closing }))));
  tables.push(partTable);
  if (lens.length) {
    tables.push(table("lens", "each layer would say", ["state", "token", "", "rank", ""], lens.map(
      ([name, token, probability, rank, share]) =>
        [name, token, weightText(probability), rank, outputBar(0, share)])));
  }
  say("");
  return element(
    "div", {}, element("div", { className: "output" }, ...tables),
    ...notes.map((note) => element("p", { className: "hint", textContent: note })));
}
