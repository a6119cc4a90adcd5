// Fifty clients of the case API, each on a connection of its own, at a fixed rate.
//
//   node load.mjs PLAN.json
//
// The plan: { host, port, seconds, warmup, perSecond, clerk, watcher, officers: [token],
// applicants: [token], department, cases, events, deepPages, facts }.
//
// Every client asks at moments that are set before the run (an open loop). A time is counted from
// that moment where the answer before it was late, so that nothing is left out.

import http from "node:http";
import { readFileSync } from "node:fs";

const plan = JSON.parse(readFileSync(process.argv[2], "utf8"));
const CLIENTS = plan.applicants.length;

// Of a hundred requests of a client. With 200 requests per second, 20 of them are actions.
const SHARES = [
  ["single row", 24],
  ["queue, first page", 18],
  ["queue, next page", 18],
  ["queue, deep page", 6],
  ["case", 20],
  ["events", 4],
  ["action", 10],
];

const times = new Map(SHARES.map(([kind]) => [kind, []]));
const errors = new Map(SHARES.map(([kind]) => [kind, 0]));
const faults = new Map();
const actions = new Map();

// The same order of kinds for every run.
let state = 20261129;
function random() {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}

function kind() {
  let at = random() * 100;
  for (const [name, share] of SHARES) {
    if ((at -= share) < 0) return name;
  }
  return "action";
}

function ask(agent, token, method, path, body) {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = { authorization: `Bearer ${token}` };
    if (text !== undefined) {
      headers["content-type"] = "application/json";
      headers["content-length"] = Buffer.byteLength(text);
    }
    const request = http.request(
      { host: plan.host, port: plan.port, method, path, agent, headers },
      (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("end", () => {
          const said = Buffer.concat(chunks).toString();
          if (response.statusCode >= 300) {
            const error = new Error(`${response.statusCode} ${method} ${path.split("?")[0]}: ${said}`);
            if (response.statusCode === 409) error.moved = JSON.parse(said);
            reject(error);
          } else {
            resolve(said);
          }
        });
        response.on("error", reject);
      },
    );
    request.on("error", reject);
    request.end(text);
  });
}

let opened = 0;
let conflicts = 0;
const run = Date.now().toString(36);

/** What an applicant and the authority do about a case, one after the other, again and again. */
class Story {
  constructor(token, officer) {
    this.token = token;
    this.officer = officer;
    this.step = 0;
  }

  async next(agent) {
    const steps = ["open", "save-draft", "save-draft", "submit", "accept", "start-review", "withdraw"];
    const name = steps[this.step];
    const post = async (token, path, body) => JSON.parse(await ask(agent, token, "POST", path, body));
    const id = `load-${run}-${++opened}`;
    const act = async (token, what) => {
      const send = async () => {
        const body = { id, expected_version: this.version, what };
        this.version = (await post(token, `/api/v1/cases/${this.case}/actions`, body)).version;
      };
      try {
        await send();
      } catch (error) {
        // The time has done something meanwhile: as a person would, look and do it again.
        if (!error.moved?.version) throw error;
        conflicts += 1;
        this.version = error.moved.version;
        await send();
      }
    };
    if (name === "open") {
      const body = { id, procedure: "cn/work-permit", place: "310000" };
      const told = await post(this.token, "/api/v1/cases", body);
      this.case = told.case;
      this.version = told.version;
      this.passport = `L${run}${opened}`;
    } else if (name === "save-draft") {
      const facts = {
        ...plan.facts,
        name: `Load ${this.passport}`,
        passport_number: this.passport,
        nationality: "AT",
        annual_salary: 400000 + this.step,
      };
      const papers = this.step === 1 ? [{ id: "passport-1", kind: "passport", digest: "sha256:0" }] : [];
      await act(this.token, { "save-draft": { facts, documents: papers } });
    } else if (name === "accept") {
      await act(plan.clerk, "accept");
    } else if (name === "start-review") {
      await act(this.officer, "start-review");
    } else {
      await act(this.token, name);
    }
    this.step = (this.step + 1) % steps.length;
    return name;
  }
}

// Places deep in the queue, found before the run by going through it.
const deep = [];
const known = [...plan.cases];
let position = 0;

async function look() {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  let cursor = "";
  for (let page = 0; page < plan.deepPages; page++) {
    const path = `/api/v1/cases?owner=${plan.department}&limit=200${cursor && `&cursor=${cursor}`}`;
    const told = JSON.parse(await ask(agent, plan.officers[page % CLIENTS], "GET", path));
    if (!told.next) break;
    cursor = told.next;
    if (page > plan.deepPages / 2) deep.push(cursor);
    if (page === 0) known.push(...told.cases.map((line) => line.case));
  }
  position = plan.events;
  agent.destroy();
}

async function client(index, began) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const officer = plan.officers[index];
  const story = new Story(plan.applicants[index], officer);
  const pause = (1000 * CLIENTS) / plan.perSecond;
  let next = "";
  for (let turn = 0; ; turn++) {
    const due = began + (turn + index / CLIENTS) * pause;
    if (due > began + (plan.warmup + plan.seconds) * 1000) break;
    const wait = due - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    // A timer that rings late is the client's fault, not the server's, unless an answer was late.
    const from = wait > 0 ? performance.now() : due;
    const wanted = kind();
    const counted = due > began + plan.warmup * 1000;
    const queue = `/api/v1/cases?owner=${plan.department}`;
    try {
      if (wanted === "single row") {
        await ask(agent, plan.watcher, "GET", "/api/v1/webhooks");
      } else if (wanted === "queue, first page") {
        next = JSON.parse(await ask(agent, officer, "GET", queue)).next ?? "";
      } else if (wanted === "queue, next page") {
        const path = next ? `${queue}&cursor=${next}` : queue;
        next = JSON.parse(await ask(agent, officer, "GET", path)).next ?? "";
      } else if (wanted === "queue, deep page") {
        const cursor = deep[Math.floor(random() * deep.length)] ?? "";
        await ask(agent, officer, "GET", `${queue}&cursor=${cursor}`);
      } else if (wanted === "case") {
        const one = known[Math.floor(random() * known.length)];
        await ask(agent, officer, "GET", `/api/v1/cases/${one}`);
      } else if (wanted === "events") {
        const cursor = Buffer.from(String(position)).toString("base64url");
        await ask(agent, plan.watcher, "GET", `/api/v1/events?cursor=${cursor}`);
      } else {
        const done = await story.next(agent);
        if (counted) actions.set(done, (actions.get(done) ?? 0) + 1);
      }
      if (counted) times.get(wanted).push(performance.now() - from);
    } catch (error) {
      if (counted) errors.set(wanted, errors.get(wanted) + 1);
      const told = String(error.message).slice(0, 300);
      faults.set(told, (faults.get(told) ?? 0) + 1);
      if (wanted === "action") story.step = 0;
      next = "";
    }
  }
  agent.destroy();
}

function quantile(sorted, part) {
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? NaN;
}

await look();
const began = performance.now() + 200;
await Promise.all(plan.applicants.map((_, index) => client(index, began)));

const row = (cells) => console.log(`| ${cells.join(" | ")} |`);
const single = [...times.get("single row")].sort((a, b) => a - b);
row(["request", "count", "errors", "median ms", "p95 ms", "p99 ms", "median ÷ single row", "p95 ÷ single row"]);
row(["---", "--:", "--:", "--:", "--:", "--:", "--:", "--:"]);
for (const [kind] of SHARES) {
  const sorted = [...times.get(kind)].sort((a, b) => a - b);
  const [median, p95, p99] = [0.5, 0.95, 0.99].map((part) => quantile(sorted, part));
  const ratio = (value, part) => (value / quantile(single, part)).toFixed(2);
  const cells = [median, p95, p99].map((value) => value.toFixed(2));
  row([kind, sorted.length, errors.get(kind), ...cells, ratio(median, 0.5), ratio(p95, 0.95)]);
}
const all = [...times.values()].reduce((sum, of) => sum + of.length, 0);
console.log(`\n${(all / plan.seconds).toFixed(0)} answers per second; actions: ${[...actions].map(([a, n]) => `${a} ${n}`).join(", ")}; ${conflicts} conflicts`);
for (const [fault, count] of faults) console.log(`${count} × ${fault}`);
process.exitCode = [...errors.values()].some((count) => count > 0) ? 1 : 0;
