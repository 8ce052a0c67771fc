// The page of explain serve: a request is made of what the controls say, its answer
// comes as events, and each is drawn as it comes.

const $ = (id) => document.getElementById(id);
const fields = ["class", "method", "index", "unit", "mask", "scale", "budget", "seed"];
const examples = {
  classify: "The plot is thin, but the acting is wonderful.",
  generate: "Lily had a red ball. One day",
  translate: "wonderful",
  answer: "The tower was built in 1889. It stands in Paris.",
  tag: "Marie Curie worked in Paris.",
  fill: "Paris is the [MASK] of France.",
};

let about; // what the server can do
let shown = null; // the explanation on the page
let asked = null; // the request that it answers
let final = false; // whether it is the last of its run
let pinned = null;
let output = 0; // which output of it is drawn
let absent = new Set(); // players that are masked to see what happens
let running = null; // the AbortController of the run
let asking = null; // that of a what-if

// ---- what is asked

const chosen = () => about.models.find((m) => m.name === $("model").value);

function request() {
  const model = chosen();
  const r = { text: $("text").value, model: model.name };
  if (model.task !== "classify") r.task = model.task;
  if (model.task === "answer") r.question = $("question").value;
  for (const f of fields) {
    const v = $(f).value;
    if (v !== "" && !$(f).disabled) r[f] = $(f).type === "number" ? Number(v) : v;
  }
  if (model.task === "generate") r.max_tokens = 12;
  return r;
}

// choose fills a list of choices, the first of which is left to the server.
function choose(select, first, values, value = "") {
  select.replaceChildren(new Option(first, ""), ...values.map((v) => new Option(v, v)));
  select.value = values.includes(value) ? value : "";
}

// offer fills the lists for the model that is chosen, with what is wanted, or else what
// was chosen before.
function offer(wanted) {
  const model = chosen();
  const old = (f) => (wanted ? wanted[f] ?? "" : $(f).value);
  const labels = model.labels ?? [];
  const method = about.methods.find((m) => m.name === old("method")) ?? about.methods[0];
  choose($("class"), "the predicted one", labels.includes("all") ? labels : [...labels, "all"], old("class"));
  choose($("method"), "auto", about.methods.slice(1).map((m) => m.name), old("method"));
  choose($("index"), "the method's own", method.indices, old("index"));
  choose($("unit"), model.units[0], model.units.slice(1), old("unit"));
  choose($("mask"), "the model's own", ["answer", "tag", "fill"].includes(model.task) ? ["replace"] : about.masks, old("mask"));
  choose($("scale"), about.scales[0], about.scales.slice(1), old("scale"));
  $("class").disabled = $("scale").disabled = model.task !== "classify";
  $("flip").hidden = model.task !== "classify" || $("class").value === "all";
  $("asks").hidden = model.task !== "answer";
}

// ---- running

async function post(path, body, options = {}) {
  const headers = { "Content-Type": "application/json", ...options.headers };
  const token = sessionStorage.getItem("token");
  if (token) headers.Authorization = "Bearer " + token;
  const reply = await fetch(path, { ...options, headers, method: body === undefined ? "GET" : "POST", body: body === undefined ? undefined : JSON.stringify(body) });
  if (reply.status === 401) {
    sessionStorage.setItem("token", prompt("This server asks for a token.")?.trim() ?? "");
    if (sessionStorage.getItem("token")) return post(path, body, options);
  }
  if (!reply.ok) throw await reply.json();
  return reply;
}

// events yields the server-sent events of a reply.
async function* events(reply) {
  let rest = "";
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n\n");
    rest = parts.pop();
    for (const part of parts) {
      const [kind, data] = part.split("\n");
      yield [kind.slice("event: ".length), JSON.parse(data.slice("data: ".length))];
    }
  }
}

// run explains what the controls say; a step is one that going back undoes.
async function run(step = false) {
  running?.abort();
  asking?.abort();
  asking = null;
  const mine = (running = new AbortController());
  const r = request();
  remember(r, step);
  elsewhere(r);
  if (!r.text.trim()) {
    $("result").hidden = true;
    return status("type a text");
  }
  $("stop").hidden = false;
  absent.clear();
  $("restore").hidden = true;
  $("whatif").textContent = "";
  try {
    let [done, over] = ["", false];
    for await (const [kind, data] of events(await post("/v1/explain", r, { signal: mine.signal, headers: { Accept: "text/event-stream" } }))) {
      if (mine !== running) return;
      if (kind === "problem") throw data;
      if (kind === "progress") done = `${data.done} of ${data.of} evaluations`;
      else {
        asked = r;
        show(data, (over = kind === "explanation"));
      }
      const sure = shown ? leading(shown) : 0;
      status([kind === "explanation" ? `${data.evaluations} evaluations in ${data.seconds.toFixed(2)} s` : done, sure ? `the ${sure === 1 ? "strongest word is" : `${sure} strongest words are`} sure` : ""].filter(Boolean).join(" · "), sure > 0);
    }
    if (!over) throw new Error("The server ended the connection before it was done.");
    problem(null);
  } catch (e) {
    if (mine === running && e.name !== "AbortError") problem(e);
  }
  if (mine === running) $("stop").hidden = true;
}

function status(text, sure = false) {
  $("status").textContent = text;
  $("status").classList.toggle("sure", sure);
}

function problem(e) {
  $("problem").hidden = !e;
  if (!e) return;
  status("");
  const all = (e.errors ?? []).map((x) => x.message + (x.hint ? `\n${x.hint}` : ""));
  $("problem").textContent = all.length ? all.join("\n") : (e.detail ?? e.message ?? String(e));
}

const singles = (x) => x.terms.filter((t) => t.players.length === 1); // the terms of one word each

const strongest = (a, b) => Math.abs(b.score[output]) - Math.abs(a.score[output]);

// leading returns how many of the strongest words are surely in this order, at 95 %.
function leading(x) {
  const terms = singles(x).sort(strongest).map((t) => [Math.abs(t.score[output]), Number(t.error[output] ?? Infinity)]);
  let n = 0;
  while (n + 1 < terms.length && terms[n][0] - terms[n + 1][0] > 1.96 * Math.hypot(terms[n][1], terms[n + 1][1])) n++;
  return n;
}

// ---- drawing

const spans = new TextDecoder("utf-8", { ignoreBOM: true }); // every character counts
const signed = (v) => (v < 0 ? "−" : "+") + Math.abs(v).toFixed(3);
const error = (e) => (e === null ? "?" : Number(e).toFixed(3));

function show(x, last, parts = true) {
  [shown, final] = [x, last];
  output = Math.min(output, x.full.length - 1);
  $("result").hidden = false;
  problem(null);
  says(x);
  if (parts) answer(x);
  words(x);
  table(x);
  $("notes").textContent = [x.warnings.join("\n"), last ? `${x.index} by ${x.estimator.name}${x.estimator.reason ? ` (${x.estimator.reason})` : ""}; masker ${x.masker}; ${x.target.scale}` : ""].filter(Boolean).join("\n");
}

function says(x) {
  const p = $("says");
  const strong = document.createElement("strong");
  if (x.answer) {
    strong.textContent = x.answer.text;
    strong.dir = "auto";
    p.replaceChildren(`${x.model.name} writes `, strong);
    return;
  }
  const [label, score] = Object.entries(x.scores).sort((a, b) => b[1] - a[1])[0] ?? [x.target.class, null];
  strong.textContent = label;
  const most = singles(x).sort(strongest)[0];
  p.replaceChildren(`${x.model.name} says `, strong, score === null ? "" : ` (${score.toFixed(3)})`);
  if (most) {
    const word = document.createElement("q");
    word.textContent = x.players[most.players[0]].text;
    p.append("; ", word, most.score[output] < 0 ? " speaks most, and against it" : " speaks most for it");
  }
}

// pieces returns the parts of a text that spans of bytes stand for, and what is between.
function pieces(text, list) {
  const bytes = new TextEncoder().encode(text);
  const out = [];
  let at = 0;
  list.forEach((s, i) => {
    if (s.start > at) out.push([spans.decode(bytes.subarray(at, s.start)), -1]);
    out.push([spans.decode(bytes.subarray(Math.max(at, s.start), s.end)), i]);
    at = Math.max(at, s.end);
  });
  if (at < bytes.length) out.push([spans.decode(bytes.subarray(at)), -1]);
  return out;
}

function answer(x) {
  const named = x.answer?.pieces?.length ? pieces(x.answer.text, x.answer.pieces) : (x.target.classes ?? []).map((c, i) => [c, i]);
  $("answer").hidden = named.length < 2;
  $("answer").replaceChildren(...named.map(([text, i]) => {
    if (i < 0) return text;
    const b = button(text, i === output, () => choosePart(i, b));
    b.onmouseenter = b.onfocus = b.onclick;
    return b;
  }));
}

// choosePart draws the scores of a part of the answer.
function choosePart(part, b) {
  if (output === part) return;
  for (const other of $("answer").querySelectorAll("button")) other.setAttribute("aria-pressed", other === b);
  output = part;
  show(shown, final, false);
}

function button(text, pressed, press) {
  const b = document.createElement("button");
  b.textContent = text;
  b.setAttribute("aria-pressed", pressed);
  b.onclick = press;
  return b;
}

function words(x) {
  const focused = [...$("words").querySelectorAll("button")].indexOf(document.activeElement);
  const top = Math.max(...x.terms.map((t) => Math.abs(t.score[output])), 1e-9);
  const score = scores(x);
  $("words").replaceChildren(...pieces(x.text, x.players).map(([text, i]) => {
    if (i < 0) return text;
    const b = button(text, absent.has(i), () => mask(i));
    b.classList.add(score[i] < 0 ? "against" : "for");
    b.style.setProperty("--share", Math.abs(score[i]) / top);
    b.title = `${signed(score[i])}: press to mask, double-click to edit`;
    b.ondblclick = () => edit(x.players[i]);
    return b;
  }));
  if (focused >= 0) $("words").querySelectorAll("button")[focused]?.focus();
}

const scores = (x) => {
  const out = new Array(x.players.length).fill(0);
  for (const t of singles(x)) out[t.players[0]] = t.score[output];
  return out;
};

// edit puts the cursor on a word in the text, or in the question before it.
function edit(player) {
  const bytes = new TextEncoder().encode(shown.text);
  const question = asked.question?.length ?? 0;
  const at = (n) => spans.decode(bytes.subarray(0, n)).length;
  const [field, before] = at(player.start) < question ? [$("question"), 0] : [$("text"), question];
  field.focus();
  field.setSelectionRange(at(player.start) - before, at(player.end) - before);
}

function table(x) {
  const single = singles(x);
  const pairs = x.terms.filter((t) => t.players.length > 1);
  const limit = Math.max(...x.terms.map((t) => Math.abs(t.score[output]) + spread(t)), 1e-9);
  if ($("order").value === "score") single.sort(strongest);
  const other = pinned && partners(x, pinned.x, pinned.output);
  for (const cell of document.querySelectorAll("thead .pinned")) cell.hidden = !pinned;
  $("scores").tBodies[0].replaceChildren(...single.map((t) => row(x, t, limit, other)));
  $("pairs").hidden = pairs.length === 0;
  $("pairs").tBodies[0].replaceChildren(...pairs.sort(strongest).slice(0, 20).map((t) => row(x, t, limit, null)));
}

const spread = (t) => (Number.isFinite(Number(t.error[output])) ? 1.96 * Number(t.error[output]) : 0);

function row(x, t, limit, other) {
  const tr = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  head.dir = "auto";
  head.textContent = t.players.map((p) => x.players[p].text.trim() || "␣").join(" × ");
  const score = t.score[output];
  const bar = document.createElement("div");
  const percent = (v) => 50 + (50 * v) / limit;
  const [body, whisker] = [document.createElement("i"), document.createElement("b")];
  place(body, percent(Math.min(0, score)), percent(Math.max(0, score)));
  place(whisker, percent(score - spread(t)), percent(score + spread(t)));
  bar.className = score < 0 ? "against" : "for";
  bar.append(body, whisker);
  const cell = tr.appendChild(head) && tr.insertCell();
  cell.className = "bar";
  cell.append(bar);
  number(tr, signed(score));
  number(tr, error(t.error[output]));
  if (other) {
    const p = other(t);
    number(tr, p ? signed(p.score) : "");
    number(tr, p ? `${signed(score - p.score)} ± ${error(Math.hypot(t.error[output] ?? NaN, p.error ?? NaN))}` : "");
  }
  return tr;
}

function place(element, from, to) {
  element.style.left = `${from}%`;
  element.style.width = `${to - from}%`;
}

function number(tr, text) {
  const td = tr.insertCell();
  td.className = "number";
  td.textContent = text;
}

// partners returns what finds the score of the same word in another explanation: the
// same occurrence of the same text.
function partners(x, y, out) {
  const key = (z) => {
    const seen = new Map();
    return z.players.map((p) => {
      const n = seen.get(p.text) ?? 0;
      seen.set(p.text, n + 1);
      return `${p.text}\0${n}`;
    });
  };
  const [mine, theirs] = [key(x), key(y)];
  const found = new Map(singles(y).map((t) => [theirs[t.players[0]], { score: t.score[out], error: t.error[out] }]));
  return (t) => found.get(mine[t.players[0]]);
}

// ---- what if

function mask(player) {
  absent.has(player) ? absent.delete(player) : absent.add(player);
  whatif();
}

// fixed returns the request of what is shown, its class named so that it stays.
function fixed() {
  const r = { ...asked };
  if (!r.task && !r.class && shown.target.class) r.class = shown.target.class;
  return r;
}

// whatif asks for the answer without the words that are masked, and reports whether
// it is told: other questions may have come between.
async function whatif() {
  words(shown);
  $("restore").hidden = absent.size === 0;
  asking?.abort();
  if (absent.size === 0) return ($("whatif").textContent = "");
  const mine = (asking = new AbortController());
  const set = [...absent].sort((a, b) => a - b);
  try {
    const reply = await post("/v1/values", { request: fixed(), absent: [set] }, { signal: mine.signal });
    const value = (await reply.json()).values[0][output];
    if (mine !== asking) return;
    const predicted = shown.full[output] - set.reduce((sum, p) => sum + scores(shown)[p], 0);
    const said = ["SV", "BV", "OV"].includes(shown.index) ? ` The scores had predicted ${meaning(predicted)}.` : "";
    $("whatif").textContent = `Without ${set.map((p) => `“${shown.players[p].text.trim()}”`).join(", ")}: ${meaning(value)}.${said}`;
    return true;
  } catch (e) {
    if (e.name !== "AbortError") problem(e);
  }
}

// meaning says a value as people read it.
function meaning(v) {
  if (shown.target.scale === "log-odds" && !shown.answer) return `${shown.target.class || shown.target.classes[output]} ${(1 / (1 + Math.exp(-v))).toFixed(3)} (log-odds ${signed(v)})`;
  return `${shown.target.scale} ${signed(v)}`;
}

async function flip() {
  const score = scores(shown);
  const toward = Math.sign(shown.full[output] - (shown.target.scale === "probability" ? 0.5 : 0)) || 1;
  const order = shown.players.map((_, i) => i).sort((a, b) => toward * (score[b] - score[a]));
  asking?.abort();
  const mine = (asking = new AbortController());
  $("whatif").textContent = "Looking for the fewest words …";
  try {
    const found = await (await post("/v1/flip", { request: fixed(), order }, { signal: mine.signal })).json();
    if (mine !== asking) return;
    if (!found.absent) return ($("whatif").textContent = `Masking no set of words that was tried turns the answer (${found.evaluations} tried).`);
    absent = new Set(found.absent);
    if ((await whatif()) && found.smallest) $("whatif").append(" Fewer words are not enough.");
  } catch (e) {
    if (e.name !== "AbortError") problem(e);
  }
}

// ---- links, and the same elsewhere

let last = "";

const longest = 30000; // of an address, which mail and chats bear

// remember makes the address a link to what is asked, unless that is too long for one.
function remember(r, step) {
  let hash = "#" + encodeURIComponent(JSON.stringify(r));
  if (hash.length > longest) hash = "#";
  if (hash === last) return;
  try {
    history[step ? "pushState" : "replaceState"](null, "", hash);
    last = hash;
  } catch {
    // the browser bears no more changes for now; the next may come through
  }
}

// restore takes a request from the address, and reports whether there was one.
function restore() {
  let r;
  try {
    r = JSON.parse(decodeURIComponent(location.hash.slice(1)));
  } catch {
    return false;
  }
  if (typeof r?.text !== "string") return false;
  if (about.models.some((m) => m.name === r.model)) $("model").value = r.model;
  $("text").value = r.text;
  if (typeof r.question === "string") $("question").value = r.question;
  offer(r);
  $("budget").value = r.budget ?? "";
  $("seed").value = r.seed ?? "";
  return true;
}

function elsewhere(r) {
  const quote = (s) => `'${String(s).replaceAll("'", `'\\''`)}'`;
  const flags = Object.entries(r).filter(([k]) => k !== "text" && k !== "task").map(([k, v]) => ` --${k.replaceAll("_", "-")} ${quote(v)}`).join("");
  const bearer = sessionStorage.getItem("token") ? ` -H "Authorization: Bearer $EXPLAIN_TOKEN"` : "";
  $("command").textContent = `explain${r.task ? ` ${r.task} --why` : ""} --${r.task === "answer" ? "context" : "prompt"} ${quote(r.text)}${flags}`;
  $("curl").textContent = `curl ${location.origin}/v1/explain${bearer} --json ${quote(JSON.stringify(r))}`;
  $("python").textContent = `import requests\nrequests.post(${JSON.stringify(location.origin + "/v1/explain")}, json=${python(r)}).json()`;
}

const python = (r) => `{${Object.entries(r).map(([k, v]) => `${JSON.stringify(k)}: ${JSON.stringify(v)}`).join(", ")}}`;

async function save(type, end) {
  const url = URL.createObjectURL(await (await post("/v1/render", shown, { headers: { Accept: type } })).blob());
  const a = Object.assign(document.createElement("a"), { href: url, download: `explanation.${end}` });
  a.click();
  URL.revokeObjectURL(url);
}

// ---- the page

async function begin() {
  about = await (await post("/v1/about")).json();
  $("model").replaceChildren(...about.models.map((m) => new Option(`${m.name} (${m.task})`, m.name)));
  $("budget").max = about.budget;
  offer();
  if (!restore()) $("text").value = examples[about.models[0].task] ?? "";

  $("text").oninput = $("question").oninput = () => run();
  for (const f of fields) $(f).onchange = () => { offer(); run(true); };
  $("model").onchange = () => {
    if (Object.values(examples).includes($("text").value)) $("text").value = examples[chosen().task] ?? "";
    offer();
    run(true);
  };
  $("stop").onclick = () => { running?.abort(); $("stop").hidden = true; status("stopped"); };
  $("order").onchange = () => table(shown);
  $("flip").onclick = flip;
  $("restore").onclick = () => { absent.clear(); whatif(); };
  $("pin").onclick = () => { pinned = { x: shown, output }; $("unpin").hidden = false; table(shown); };
  $("unpin").onclick = () => { pinned = null; $("unpin").hidden = true; table(shown); };
  for (const b of $("save").querySelectorAll("button")) b.onclick = () => save(b.dataset.type, b.dataset.end).catch(problem);
  $("words").onkeydown = $("answer").onkeydown = (e) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
    const all = [...e.currentTarget.querySelectorAll("button")];
    if (step) all[all.indexOf(document.activeElement) + step]?.focus();
  };
  window.onhashchange = () => { if (location.hash !== last && restore()) run(); };
  run();
}

begin().catch(problem);
