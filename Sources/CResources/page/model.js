// The model view: rows are layers, columns heads. A click opens a head beside the grid.

function modelView() {
  const queries = shown("query");
  const keys = shown("key");
  const heads = [...new Set(stack().layers.flatMap(({ heads }) => heads))].sort((a, b) => a - b);
  const side = Math.max(28, Math.min(72, Math.floor((innerWidth - 460) / heads.length) - 6));
  const detail = element("aside", { className: "detail", "aria-live": "polite" });
  const thumbnails = [];
  const grid = element("div", { className: "grid", role: "grid" });
  grid.style.gridTemplateColumns = `auto repeat(${heads.length}, ${side}px)`;
  const corner = element("span", { className: "corner", textContent: "layer \\ head" });
  grid.append(corner, ...heads.map((head) =>
    element("span", { className: "column-title", textContent: head })));

  stack().layers.forEach((attention, position) => {
    grid.append(element("span", { className: "row-title", textContent: attention.index }));
    for (const head of heads) {
      if (!attention.heads.includes(head)) {
        grid.append(element("span"));
        continue;
      }
      const canvas = element("canvas");
      const title = `layer ${attention.index} head ${head}: ${attention.label(head)}`;
      const button = element("button", {
        type: "button", className: "thumbnail", "data-layer": attention.index, "data-head": head,
        "aria-label": title, title, "aria-pressed": isOpen(position, head),
      }, canvas);
      button.addEventListener("click", () => open(position, head));
      button.addEventListener("dblclick", () => update({ view: "head", heads: new Set([head]) }));
      button.addEventListener("keydown", (event) => moveFocus(event, heads.length, thumbnails, button));
      prepare(canvas, side, side);
      thumbnails.push({ button, canvas, attention, position, head });
      grid.append(button);
    }
  });

  // The same head again closes it.
  function open(position, head) {
    state.detail = isOpen(position, head) ? undefined : { layer: position, head };
    Object.assign(state, { layer: position, head, pointed: undefined });
    for (const thumbnail of thumbnails) {
      thumbnail.button.setAttribute("aria-pressed", isOpen(thumbnail.position, thumbnail.head));
    }
    drawDetail(detail);
  }

  function drawThumbnail({ canvas, attention, head }) {
    const context = prepare(canvas, side, side);
    if (state.thumbnails === "heat") {
      drawHeat(context, attention.strengths(head), queries, keys, attention.keyCount, side, side);
      return;
    }
    const step = side / Math.max(queries.length, keys.length);
    const strengths = attention.strengths(head);
    queries.forEach((query, row) => keys.forEach((key, place) => {
      const strength = strengths[query.number * attention.keyCount + key.number];
      if (Math.abs(strength) < 0.02) return;
      drawCurve(
        context, 0, (row + 0.5) * step, side, (place + 0.5) * step, 1.5,
        signColor(strength) ?? headColor(attention.index), strength);
    }));
  }

  // As many at a time as a frame has room for: a large model has a thousand.
  const waiting = thumbnails.values();
  function drawSome() {
    if (!grid.isConnected) return;
    const end = performance.now() + 12;
    for (let next = waiting.next(); !next.done; next = waiting.next()) {
      drawThumbnail(next.value);
      if (performance.now() > end) return requestAnimationFrame(drawSome);
    }
    grid.dataset.isDrawn = "true";
  }
  requestAnimationFrame(drawSome);

  drawDetail(detail);
  say("");
  const plot = data.scatter ? scatterPlot(open) : undefined;
  return element("div", { className: "model" }, element("div", {}, plot, grid), detail);
}

const isOpen = (position, head) => state.detail?.layer === position && state.detail?.head === head;

// Arrows go from thumbnail to thumbnail.
function moveFocus(event, columns, thumbnails, button) {
  const index = thumbnails.findIndex((thumbnail) => thumbnail.button === button);
  const step = {
    ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns,
  }[event.key];
  const target = step && thumbnails[index + step];
  if (!target) return;
  target.button.focus();
  event.preventDefault();
}

// The head that is open: its tokens, and lines of all of them or of the one that is pointed at.
function drawDetail(detail) {
  detail.replaceChildren();
  const { layer: position, head } = state.detail ?? {};
  const attention = stack().layers[position];
  if (!attention?.heads.includes(head)) {
    detail.append(element("p", { className: "hint", textContent: "Click a head to open it here." }));
    return;
  }
  const canvas = element("canvas", { className: "lines" });
  const columns = ["query", "key"].map((side) => tokenColumn(side, { point }));

  function point(token) {
    state.pointed = token;
    draw();
  }

  function draw() {
    drawLines(
      canvas, 150, columns[0].tokens, columns[1].tokens, [head], attention,
      () => headColor(attention.index), chosen());
    for (const column of columns) column.mark();
  }

  const opener = (view, title) => {
    const button = element("button", { type: "button", textContent: title });
    button.addEventListener("click", () => update({ view, heads: new Set([head]) }));
    return button;
  };
  detail.append(
    element("h2", { textContent: `Layer ${attention.index}, head ${head}` }),
    element("p", { className: "hint", textContent: attention.label(head) }),
    element("p", {}, opener("head", "head view"), opener("matrix", "matrix"),
      attention.score ? opener("neuron", "neurons") : undefined),
    element("div", { className: "columns" }, columns[0].list, canvas, columns[1].list));
  draw();
}
