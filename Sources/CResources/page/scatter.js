// The namespace of drawings, asked of the browser: the page names no address.
const drawingNamespace = (() => {
  const template = document.createElement("template");
  template.innerHTML = "<svg></svg>";
  return template.content.firstChild.namespaceURI;
})();

// The scatter of the model view: a dot for each head over two measures. A click opens the head beside it.

function scatterPlot(open) {
  const { across, up, dots } = data.scatter;
  const [left, top, width, height] = [60, 34, 600, 400];
  const bottom = top + height + 12;
  const x = (share) => left + share * width;
  const y = (share) => top + (1 - share) * height;
  const shape = (name, attributes, ...children) => {
    const result = document.createElementNS(drawingNamespace, name);
    for (const [key, value] of Object.entries(attributes)) result.setAttribute(key, value);
    result.append(...children);
    return result;
  };
  const line = (x1, y1, x2, y2) => shape("line", { x1, y1, x2, y2 });
  const text = (value, x, y, anchor = "middle") =>
    shape("text", { x, y, "text-anchor": anchor }, value);
  const plot = shape(
    "svg", {
      class: "scatter", viewBox: `0 0 ${width + 120} ${height + 90}`, width: width + 120,
      role: "group", "aria-label": `heads by ${across.title} and ${up.title}`,
    },
    line(left - 12, top, left - 12, bottom), line(left - 12, bottom, left + width, bottom),
    text(`↑ ${up.title}`, left - 12, top - 16, "start"),
    text(up.ends[1], left - 18, top + 4, "end"),
    text(up.ends[0], left - 18, top + height + 4, "end"),
    text(across.ends[0], left, bottom + 16), text(across.ends[1], left + width, bottom + 16),
    text(`${across.title} →`, left + width / 2, bottom + 34));
  if (up.zero !== null) plot.append(line(left - 12, y(up.zero), left + width, y(up.zero)));
  if (across.zero !== null) plot.append(line(x(across.zero), top, x(across.zero), bottom));
  for (const [title, layer, head, right, high] of dots) {
    const dot = shape(
      "circle", {
        cx: x(right), cy: y(high), r: 4, tabindex: 0, role: "button",
        "aria-label": `head ${title}`, "data-layer": layer, "data-head": head,
      }, shape("title", {}, title));
    const show = () => open(layer, head);
    dot.addEventListener("click", show);
    dot.addEventListener("keydown", (event) => event.key === "Enter" && show());
    // Names that would cover others are left to the pointer.
    const isFree = dots.every(([other, , , otherRight, otherHigh]) => other === title
      || Math.abs(y(otherHigh) - y(high)) > 11
      || x(otherRight) - x(right) > 44 || x(otherRight) < x(right));
    plot.append(dot, isFree ? text(title, x(right) + 7, y(high) + 4, "start") : "");
  }
  return plot;
}
