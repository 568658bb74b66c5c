// The page: its controls, the keyboard, and drawing anew what has changed.

const views = { model: modelView, head: headView, neuron: neuronView, matrix: matrixView };
if (data.output) views.output = outputView;
const main = document.querySelector("main");
const controls = document.querySelector("nav");
const readoutLine = document.querySelector("output");

function say(text) {
  readoutLine.textContent = text;
}

// Changes the state and draws everything; the keyboard stays where it was, or goes to `focus`.
function update(changes, focus) {
  Object.assign(state, changes);
  state.layer = Math.min(state.layer, stack().layers.length - 1);
  if (!layer().heads.includes(state.head)) [state.head] = layer().heads;
  if (activeHeads().length === 0) state.heads = new Set([state.head]);
  state.pointed = undefined;
  drawControls();
  main.replaceChildren(
    state.view === "output" || shown("query").length && shown("key").length
      ? views[state.view]()
      : element("p", { className: "hint", textContent: "Nothing to show: the filter leaves no token." }));
  if (focus) document.querySelector(focus)?.focus();
  // A token far down is brought into sight when its view comes up.
  if (changes.view || changes.isFirst) {
    main.querySelector("li.chosen")?.scrollIntoView({ block: "center" });
  }
}

// MARK: Controls

function choice(id, title, options, value, change) {
  const select = element(
    "select", { id },
    ...options.map(([key, text]) => element("option", { value: key, textContent: text })));
  select.value = value;
  select.addEventListener("change", () => change(select.value, `#${id}`));
  return element("label", {}, `${title} `, select);
}

function drawControls() {
  const tabs = Object.keys(views).map((view, index) => {
    const tab = element("button", {
      type: "button", className: "tab", id: `tab-${view}`, "aria-pressed": view === state.view,
      textContent: `${index + 1} ${view[0].toUpperCase()}${view.slice(1)}`,
    });
    tab.addEventListener("click", () => update({ view }, `#tab-${view}`));
    return tab;
  });
  const parts = [element("span", { className: "tabs" }, ...tabs)];
  if (state.view !== "model" && state.view !== "output") {
    parts.push(choice(
      "layer", "layer", stack().layers.map(({ index }, position) => [position, index]), state.layer,
      (value, focus) => update({ layer: Number(value) }, focus)));
  }
  if (state.view === "neuron" || state.view === "matrix") {
    parts.push(choice(
      "head", "head", layer().heads.map((head) => [head, head]), state.head,
      (value, focus) => update({ head: Number(value) }, focus)));
  }
  if (data.meaning && state.view !== "neuron" && state.view !== "output") {
    parts.push(choice(
      "meaning", "numbers", [["edges", data.meaning.title], ["weight", "weights"]], state.meaning,
      (value, focus) => update({ meaning: value }, focus)));
  }
  if (stacks.length > 1) {
    parts.push(choice(
      "kind", "attention", stacks.map(({ kind }, index) => [index, kind]), state.stack,
      (value, focus) => update({ stack: Number(value), detail: undefined }, focus)));
  }
  if (isPair()) {
    parts.push(choice(
      "filter", "sentences",
      [["all", "all"], ["aa", "A → A"], ["bb", "B → B"], ["ab", "A → B"], ["ba", "B → A"]],
      state.filter, (value, focus) => update({ filter: value }, focus)));
  }
  if (state.view === "model") {
    parts.push(choice(
      "thumbnails", "thumbnails", [["heat", "heat maps"], ["lines", "lines"]], state.thumbnails,
      (value, focus) => update({ thumbnails: value }, focus)));
  }
  const specials = element("input", { type: "checkbox", id: "specials", checked: !state.hidesSpecials });
  specials.addEventListener("change", () => update({ hidesSpecials: !specials.checked }, "#specials"));
  parts.push(element("label", {}, specials, " special tokens"));
  const theme = element("button", {
    type: "button", id: "theme", textContent: isDark() ? "light" : "dark",
    title: "change the colours",
  });
  theme.addEventListener("click", () => switchTheme("#theme"));
  parts.push(theme);
  controls.replaceChildren(...parts);
}

function switchTheme(focus) {
  document.documentElement.dataset.theme = isDark() ? "light" : "dark";
  update({}, focus);
}

// MARK: Keyboard: the keys of the terminal

function stepHead(step) {
  const head = layer().heads[layer().place(state.head) + step];
  if (head === undefined) return;
  const isSolo = state.view === "head" && state.heads.size === 1;
  update({ head, heads: isSolo ? new Set([head]) : state.heads });
}

const keyActions = {
  1: () => update({ view: "model" }),
  2: () => update({ view: "head" }),
  3: () => update({ view: "neuron" }),
  4: () => update({ view: "matrix" }),
  5: () => data.output && update({ view: "output" }),
  "[": () => update({ layer: Math.max(0, state.layer - 1) }),
  "]": () => update({ layer: state.layer + 1 }),
  "{": () => stepHead(-1),
  "}": () => stepHead(1),
  a: () => update({ heads: new Set(layer().heads) }),
  d: () => update({ hidesSpecials: !state.hidesSpecials }),
  t: () => switchTheme(),
  Escape: () => update({ pinned: undefined, detail: undefined }),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "SELECT") return;
  const action = keyActions[event.key];
  if (!action) return;
  // A choice of token by keyboard stays where it was.
  const focused = document.activeElement?.closest("li[data-number]");
  const place = focused
    && `ol.${focused.parentElement.classList[1]} [data-number="${focused.dataset.number}"]`;
  action();
  if (place) document.querySelector(place)?.focus();
});

prefersDark.addEventListener("change", () => update({}));

update({ isFirst: true });
