"use strict";
// The attention that the page holds: tokens, and per layer either queries and keys, from which weights are
// computed when they are looked at, or the weights themselves.

const data = JSON.parse(document.getElementById("data").textContent);

function decode(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes.buffer;
}

// What was computed lately, up to a number of bytes.
class Recent {
  constructor(limit) {
    this.limit = limit;
    this.size = 0;
    this.values = new Map();
  }

  get(key, compute) {
    let value = this.values.get(key);
    if (value) {
      this.values.delete(key);
    } else {
      value = compute();
      this.size += value.byteLength;
    }
    this.values.set(key, value);
    for (const [oldest, { byteLength }] of this.values) {
      if (this.size <= this.limit || oldest === key) break;
      this.values.delete(oldest);
      this.size -= byteLength;
    }
    return value;
  }
}

const recentWeights = new Recent(128 << 20);

class Layer {
  constructor(raw, queryCount, keyCount) {
    Object.assign(this, { raw, queryCount, keyCount });
    this.index = raw.index;
    // The numbers of the heads that the page keeps: not always all.
    this.heads = raw.heads;
    [this.mask, this.reach] = raw.mask.split(":");
  }

  // Queries and keys, as the score uses them; undefined where only weights are known.
  get score() {
    const { score } = this.raw;
    if (!score) return undefined;
    if (!this.vectors) {
      this.vectors = {
        ...score,
        queries: new Float32Array(decode(score.queries)),
        keys: new Float32Array(decode(score.keys)),
        bias: score.bias && { ...score.bias, values: new Float32Array(decode(score.bias.values)) },
      };
    }
    return this.vectors;
  }

  place(head) {
    return this.heads.indexOf(head);
  }

  label(head) {
    return this.raw.labels[this.place(head)];
  }

  // The keys that a query may look at: from the first up to, not including, the second.
  visible(query) {
    const reach = Number(this.reach);
    switch (this.mask) {
      case "causal": return [0, Math.min(query + 1, this.keyCount)];
      case "causal_window":
        return [Math.max(0, query + 1 - reach), Math.min(query + 1, this.keyCount)];
      case "band": return [Math.max(0, query - reach), Math.min(query + reach + 1, this.keyCount)];
      default: return [0, this.keyCount];
    }
  }

  isVisible(query, key) {
    if (this.raw.sink && key === this.keyCount - 1) return true;
    const [first, end] = this.visible(query);
    return key >= first && key < end;
  }

  // Where a head's vector of a query begins.
  queryStart(head, query) {
    return (this.place(head) * this.queryCount + query) * this.score.size;
  }

  // Several heads may share a key.
  keyStart(head, key) {
    const { size, keyHeads } = this.score;
    return (keyHeads[this.place(head)] * this.keyCount + key) * size;
  }

  query(head, query) {
    const start = this.queryStart(head, query);
    return this.score.queries.subarray(start, start + this.score.size);
  }

  key(head, key) {
    const start = this.keyStart(head, key);
    return this.score.keys.subarray(start, start + this.score.size);
  }

  // Σ q×k over the neurons.
  product(head, query, key) {
    const { size, queries, keys } = this.score;
    const q = this.queryStart(head, query);
    const k = this.keyStart(head, key);
    let sum = 0;
    for (let n = 0; n < size; n++) sum += queries[q + n] * keys[k + n];
    return sum;
  }

  // The product scaled, after the cap of models that have one.
  scaled(product) {
    const { scale, softcap } = this.score;
    return softcap ? softcap * Math.tanh((product * scale) / softcap) : product * scale;
  }

  // What the model adds for the two positions.
  bias(head, query, key) {
    const { bias } = this.score;
    if (!bias) return 0;
    return bias.values[bias.origin + head * bias.headStride + query * bias.queryStride + key];
  }

  // All weights of a head: [queries, keys].
  weights(head) {
    return recentWeights.get(`${this.raw.id}.${head}`, () =>
      this.raw.weights ? this.storedWeights(head) : this.computedWeights(head));
  }

  storedWeights(head) {
    this.stored ??= new Uint16Array(decode(this.raw.weights));
    const count = this.queryCount * this.keyCount;
    return Float32Array.from(
      this.stored.subarray(this.place(head) * count, (this.place(head) + 1) * count), (value) => value / 65535);
  }

  computedWeights(head) {
    const weights = new Float32Array(this.queryCount * this.keyCount);
    for (let query = 0; query < this.queryCount; query++) {
      const row = weights.subarray(query * this.keyCount, (query + 1) * this.keyCount);
      const [first, end] = this.visible(query);
      let largest = -Infinity;
      for (let key = first; key < end; key++) {
        row[key] = this.scaled(this.product(head, query, key)) + this.bias(head, query, key);
        largest = Math.max(largest, row[key]);
      }
      let sum = 0;
      for (let key = first; key < end; key++) sum += row[key] = Math.exp(row[key] - largest);
      for (let key = first; key < end; key++) row[key] /= sum;
    }
    return weights;
  }

  // The numbers that are looked at, [queries, keys]: weights, or sizes or shares; zeros where a head has none.
  numbers(head) {
    if (state.meaning === "weight") return this.weights(head);
    return recentWeights.get(`${this.raw.id}.${head}.edges`, () => {
      const count = this.queryCount * this.keyCount;
      if (!this.raw.edges) return new Float32Array(count);
      this.edges ??= new Int16Array(decode(this.raw.edges.values));
      const start = this.place(head) * count;
      return Float32Array.from(
        this.edges.subarray(start, start + count), (value) => (value / 32767) * this.raw.edges.scale);
    });
  }

  // The same as parts of what is drawn in full: 0 to 1, or from -1 where there are losses. What is printed as nothing is
  // drawn as nothing.
  strengths(head) {
    if (state.meaning === "weight") return this.weights(head);
    return recentWeights.get(`${this.raw.id}.${head}.strengths`, () =>
      this.numbers(head).map((value) =>
        Math.abs(value) < 0.0005 ? 0 : value / (this.raw.edges?.full || 1)));
  }

  number(head, query, key) {
    return this.numbers(head)[query * this.keyCount + key];
  }

  strength(head, query, key) {
    return this.strengths(head)[query * this.keyCount + key];
  }

  weight(head, query, key) {
    return this.weights(head)[query * this.keyCount + key];
  }
}

const stacks = data.stacks.map((raw, number) => {
  const read = ([text, isSpecial, segment], number) => ({ number, text, isSpecial, segment });
  const queries = raw.queries.map(read);
  const keys = raw.keys ? raw.keys.map(read) : queries;
  const layers = raw.layers.map((layer, index) =>
    new Layer({ ...layer, id: `${number}.${index}` }, queries.length, keys.length));
  return { kind: raw.kind, queries, keys, layers };
});
