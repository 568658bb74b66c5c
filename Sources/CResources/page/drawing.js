// Elements, numbers, colours, and what is drawn on canvases.

// An element with properties, attributes ("aria-label", "data-x", role) and children.
function element(name, properties = {}, ...children) {
  const result = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in result && key !== "role") result[key] = value;
    else if (value !== undefined) result.setAttribute(key, value);
  }
  result.append(...children.filter((child) => child !== undefined));
  return result;
}

// A weight without its leading zero: .463, 1.00. What is less than 1 never reads as 1.
function weightText(weight, digits = 3) {
  if (!Number.isFinite(weight)) return "NaN";
  const text = weight.toFixed(digits);
  if (!text.startsWith("1.")) return text.replace(/^0\./, ".");
  return weight < 1 - 1e-5 ? "." + "9".repeat(digits) : weight.toFixed(digits - 1);
}

// Always with its sign, a true minus.
function signedText(value, digits = 2) {
  if (!Number.isFinite(value)) return "NaN";
  return (value < 0 ? "−" : "+") + Math.abs(value).toFixed(digits);
}

// A number of what is looked at.
function numberText(value, digits = 3) {
  if (state.meaning === "weight") return weightText(value, digits);
  const size = Math.abs(value).toFixed(digits);
  // What rounds to nothing is neither gain nor loss.
  return isSigned() && Number(size) > 0 ? signedText(value, digits) : size;
}

const isSigned = () => state.meaning === "edges" && data.meaning.isSigned;
const noun = () => (state.meaning === "weight" ? "weight" : data.meaning.noun);

// MARK: Colours

const prefersDark = matchMedia("(prefers-color-scheme: dark)");

function isDark() {
  const theme = document.documentElement.dataset.theme;
  return theme ? theme === "dark" : prefersDark.matches;
}

const palette = () => (isDark() ? data.palette.dark : data.palette.light);
const headColor = (head) => palette().heads[head % palette().heads.length];
const heatColor = (weight) =>
  palette().heat[Math.round(255 * Math.min(1, Math.max(0, weight || 0)))];
// Of gains and losses; undefined where numbers are neither.
const signColor = (value) =>
  isSigned() ? (value < 0 ? palette().negative : palette().positive) : undefined;

// Black or white, whichever is the easier to read on a colour (WCAG 2).
function inkOn(color) {
  const [red, green, blue] = [1, 3, 5].map((place) => {
    const value = parseInt(color.slice(place, place + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 ? "#000000" : "#ffffff";
}

// MARK: Canvases

// A canvas as large as asked for in CSS pixels, cleared, sharp on dense screens.
function prepare(canvas, width, height) {
  // Browsers refuse canvases that are too high.
  const density = Math.min(devicePixelRatio || 1, 16000 / Math.max(1, height));
  canvas.width = Math.max(1, Math.round(width * density));
  canvas.height = Math.max(1, Math.round(height * density));
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  context.scale(density, density);
  return context;
}

// A line from a height at the left to one at the right: level at both ends; dotted for a loss.
function drawCurve(context, left, start, right, end, width, color, opacity) {
  context.globalAlpha = Math.min(1, Math.abs(opacity));
  context.setLineDash(opacity < 0 ? [2, 4] : []);
  context.strokeStyle = color;
  context.lineWidth = width;
  context.beginPath();
  context.moveTo(left, start);
  const middle = (left + right) / 2;
  context.bezierCurveTo(middle, start, middle, end, right, end);
  context.stroke();
}

// A head in width × height pixels: whole cells for tokens, or of several the one with the largest number.
function drawHeat(context, weights, queries, keys, keyCount, width, height) {
  const rows = Math.min(queries.length, height);
  const columns = Math.min(keys.length, width);
  const part = (index, count, total) => Math.floor((index * total) / count);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let largest = 0;
      for (let i = part(row, rows, queries.length); i < part(row + 1, rows, queries.length); i++) {
        const start = queries[i].number * keyCount;
        for (let j = part(column, columns, keys.length); j < part(column + 1, columns, keys.length); j++) {
          const weight = weights[start + keys[j].number];
          if (Math.abs(weight) > Math.abs(largest)) largest = weight;
        }
      }
      const x = part(column, columns, width);
      const y = part(row, rows, height);
      const w = part(column + 1, columns, width) - x;
      const h = part(row + 1, rows, height) - y;
      const sign = largest === 0 ? undefined : signColor(largest);
      context.fillStyle = isSigned() ? palette().zero : heatColor(largest);
      context.fillRect(x, y, w, h);
      if (!sign) continue;
      context.globalAlpha = Math.sqrt(Math.min(1, Math.abs(largest)));
      context.fillStyle = sign;
      // A loss leaves its cell's edge free, so that it is told without its hue.
      const edge = largest < 0 && Math.min(w, h) > 5 ? 2 : 0;
      context.fillRect(x + edge, y + edge, w - 2 * edge, h - 2 * edge);
      context.globalAlpha = 1;
    }
  }
}

// A vector as a strip of colours, by sign; how full a colour is follows tanh(|v| / 4), everywhere the same.
function drawStrip(context, values, x, y, width, height) {
  // Zero has a colour, too: nothing here is not the same as no vector.
  context.fillStyle = palette().zero;
  context.fillRect(x, y, width, height);
  const step = width / values.length;
  for (let n = 0; n < values.length; n++) {
    context.globalAlpha = Math.tanh(Math.abs(values[n]) / 4);
    context.fillStyle = values[n] < 0 ? palette().negative : palette().positive;
    context.fillRect(x + n * step, y, step, height);
  }
  context.globalAlpha = 1;
}
