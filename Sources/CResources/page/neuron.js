// The neuron view: how queries and keys make a head's weights. Collapsed: tokens and lines. Expanded: the
// vectors of all tokens, and for the chosen query products, scores and weights, key by key.

const stripWidth = 200;

function neuronView() {
  const attention = layer();
  const { head } = state;
  if (!attention.score) {
    say("");
    return element("p", {
      className: "hint", textContent: "This page holds weights only: no queries and keys.",
    });
  }
  const queries = tokenColumn("query", { point });
  const keys = tokenColumn("key", {
    point, canPoint: false, parts: () => [element("span", { className: "weight" })],
  });
  const height = Math.max(queries.tokens.length, keys.tokens.length) * rowHeight;
  const lines = element("canvas", { className: "lines" });
  const strips = {};
  const column = (title, name, content) =>
    element("div", { className: `side ${name}` }, element("h2", { textContent: title }), content);
  const strip = (title, name) => {
    strips[name] = element("canvas", { className: "strip", "data-name": name });
    strips[name].addEventListener("mousemove", (event) => readNeuron(name, event));
    return column(title, name, strips[name]);
  };
  const scores = element("ol", { className: "scores" });
  const biases = element("ol", { className: "scores" });
  const hasBias = Boolean(attention.score.bias);
  const toggle = element("button", {
    type: "button", className: "expand", "aria-expanded": state.isExpanded,
    textContent: state.isExpanded ? "⊖ collapse" : "⊕ expand: queries, keys, products",
  });
  toggle.addEventListener("click", () => update({ isExpanded: !state.isExpanded }, ".expand"));
  const hint = element("p", { className: "hint" });
  const inner = state.isExpanded
    ? [
      strip("query q", "query"), strip("key k", "key"), strip("q × k, neuron by neuron", "product"),
      column(attention.score.softcap ? "q·k capped" : "q·k scaled", "score", scores),
      hasBias ? column("bias", "score", biases) : undefined,
    ]
    : [lines];
  const picture = element(
    "div", { className: "columns neuron" }, column(sideTitle("query"), "", queries.list), ...inner,
    column("softmax", "", keys.list));

  function point(token) {
    state.pointed = token;
    draw();
  }

  // The query that is looked at; a key that was pinned in another view is none.
  const query = () => (chosen()?.side === "query" ? chosen() : undefined);

  function draw() {
    const token = query();
    queries.mark();
    drawWeights(token);
    if (state.isExpanded) {
      drawProducts(token);
      hint.textContent = token ? "" : "Point at a query token to see its products.";
    } else {
      drawLines(
        lines, lineWidth, queries.tokens, keys.tokens, [head], attention, headColor, token);
      hint.textContent = "";
    }
    say(token ? readout(token) : "");
  }

  function drawWeights(token) {
    keys.rows.forEach((row, index) => {
      const key = keys.tokens[index];
      const weight = token ? attention.weight(head, token.number, key.number) : undefined;
      const isMasked = token && !attention.isVisible(token.number, key.number);
      row.querySelector(".weight").textContent =
        isMasked ? "masked" : token ? weightText(weight) : "";
      row.classList.toggle("masked", Boolean(isMasked));
      row.style.setProperty("--level", `${100 * (weight ?? 0)}%`);
      row.style.setProperty("--color", headColor(head));
    });
  }

  function drawVectors(name, tokens, vector) {
    const context = prepare(strips[name], stripWidth, height);
    tokens.forEach((token, row) => drawStrip(
      context, vector(head, token.number), 0, row * rowHeight + 3, stripWidth, rowHeight - 6));
  }

  function drawProducts(token) {
    const context = prepare(strips.product, stripWidth, height);
    const cells = { scores: [], biases: [] };
    keys.tokens.forEach((key, row) => {
      const isVisible = token && attention.isVisible(token.number, key.number);
      if (isVisible) {
        drawStrip(
          context, products(token, key), 0, row * rowHeight + 3, stripWidth, rowHeight - 6);
      }
      const score = isVisible
        ? attention.scaled(attention.product(head, token.number, key.number)) : undefined;
      cells.scores.push(numberCell(score));
      cells.biases.push(
        numberCell(isVisible ? attention.bias(head, token.number, key.number) : undefined));
    });
    scores.replaceChildren(...cells.scores);
    biases.replaceChildren(...cells.biases);
  }

  function products(token, key) {
    const q = attention.query(head, token.number);
    const k = attention.key(head, key.number);
    return q.map((value, n) => value * k[n]);
  }

  function numberCell(value) {
    return element("li", {
      textContent: value === undefined ? "" : signedText(value),
      className: value === undefined ? "" : value < 0 ? "negative" : "positive",
    });
  }

  // The neuron under the pointer, in numbers.
  function readNeuron(name, event) {
    const { size } = attention.score;
    const n = Math.min(size - 1, Math.max(0, Math.floor((event.offsetX / stripWidth) * size)));
    const row = Math.floor(event.offsetY / rowHeight);
    const token = query();
    const key = keys.tokens[row];
    if (name === "query") {
      const own = queries.tokens[row];
      if (own) say(`q ${own.number} “${own.text}”   n ${n}   q ${signedText(attention.query(head, own.number)[n])}`);
    } else if (key && token && attention.isVisible(token.number, key.number)) {
      const q = attention.query(head, token.number)[n];
      const k = attention.key(head, key.number)[n];
      say(`k ${key.number} “${key.text}”   n ${n}   q ${signedText(q)}   k ${signedText(k)}   q×k ${signedText(q * k)}`);
    } else if (key && name === "key") {
      say(`k ${key.number} “${key.text}”   n ${n}   k ${signedText(attention.key(head, key.number)[n])}`);
    }
  }

  function readout(token) {
    const { text } = queries.tokens.find(({ number }) => number === token.number);
    const strongest = keys.tokens
      .map((key) => ({ key, weight: attention.weight(head, token.number, key.number) }))
      .sort((a, b) => b.weight - a.weight).slice(0, 5).filter(({ weight }) => weight >= 0.01);
    return `q ${token.number} “${text}” →   `
      + strongest.map(({ key, weight }) => `${key.number} ${key.text} ${weightText(weight)}`).join("   ");
  }

  const view = element("div", {}, element("p", {}, toggle), picture, hint);
  if (state.isExpanded) {
    drawVectors("query", queries.tokens, attention.query.bind(attention));
    drawVectors("key", keys.tokens, attention.key.bind(attention));
  }
  draw();
  return view;
}
