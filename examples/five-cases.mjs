// The five worked cases of China through the API: see five-cases.sh.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";

const [base, tokensFile] = process.argv.slice(2);
const tokens = JSON.parse(readFileSync(tokensFile, "utf8"));

/** Asks the API; gives the status and what was said. */
async function ask(who, method, path, body) {
  const answer = await fetch(base + path, {
    method,
    headers: {
      authorization: `Bearer ${tokens[who]}`,
      ...(body && { "content-type": "application/json" }),
    },
    body: body && JSON.stringify(body),
  });
  return { status: answer.status, json: await answer.json() };
}

async function show(who, id) {
  const { status, json } = await ask(who, "GET", `/api/v1/cases/${id}`);
  assert.equal(status, 200, JSON.stringify(json));
  return json;
}

/** Somebody acts in a case as they see it. */
async function act(who, id, what) {
  const { version } = await show(who, id);
  const action = { id: randomUUID(), expected_version: version, what };
  const done = await ask(who, "POST", `/api/v1/cases/${id}/actions`, action);
  assert.equal(done.status, 201, `${who}: ${JSON.stringify(what)}: ${JSON.stringify(done.json)}`);
  // Sent again, it is the same answer, and nothing is done twice.
  const again = await ask(who, "POST", `/api/v1/cases/${id}/actions`, action);
  assert.equal(again.status, 200);
  assert.equal(again.json.action, done.json.action);
  return done.json;
}

async function open(who, body) {
  const request = { id: randomUUID(), ...body };
  const opened = await ask(who, "POST", "/api/v1/cases", request);
  assert.equal(opened.status, 201, JSON.stringify(opened.json));
  const again = await ask(who, "POST", "/api/v1/cases", request);
  assert.equal(again.json.case, opened.json.case, "the same request opens no second case");
  return opened.json.case;
}

// Rounded down: not after the server hears of it, and not before the case was opened.
const now = () => new Date().toISOString();
const paper = (kind, copy = 1) => ({ id: `${kind}-${copy}`, kind, digest: "" });

/** Whoever is to decide looks at everything that speaks against the person, and decides. */
async function decide(who, id, verdict, reasons) {
  const { proposal, duplicates } = await show(who, id);
  for (const { item } of proposal.adverse) await act(who, id, { "confirm-adverse": { item } });
  for (const of of Object.keys(duplicates)) {
    if (duplicates[of] === null) {
      const reason = "a new application of the same person";
      await act(who, id, { "resolve-duplicate": { of, same: false, reason } });
    }
  }
  await act(who, id, { decide: { verdict, reasons } });
}

/** Files, corrects, examines, decides and serves a case; gives its reference. */
async function handle({ file, place, outcome, score, verdict }, number) {
  const { on: _on, place: _place, ...facts } = JSON.parse(readFileSync(`examples/${file}.json`, "utf8"));
  const particulars = { name: `Person ${number}`, nationality: "AT", passport_number: `P${number}` };
  const id = await open("applicant", { procedure: "cn/work-permit", place });
  const known = await ask("applicant", "GET", "/api/v1/procedures/cn/work-permit");
  const asked = new Set(known.json.particulars.map((one) => one.id));
  const own = Object.entries(particulars).filter(([name]) => asked.has(name));
  const draft = { facts: { ...facts, ...Object.fromEntries(own) }, documents: [paper("passport"), paper("contract")] };
  await act("applicant", id, { "save-draft": draft });
  await act("applicant", id, "submit");
  // Nobody else sees it.
  assert.equal((await ask("stranger", "GET", `/api/v1/cases/${id}`)).status, 404);

  const { documents } = await show("clerk", id);
  const items = documents.missing.map((one) => ({ document: one.id, why: "It is missing: hand it in." }));
  await act("clerk", id, { "request-correction": { notice: `notice-${number}`, items } });
  await act("clerk", id, { "serve-correction": { served: now() } });
  await act("applicant", id, { correct: { documents: items.map((one) => paper(one.document)) } });
  await act("clerk", id, "accept");
  await act("officer", id, "start-review");
  const checked = { fact: "education_level", finding: "confirmed", evidence: "the register of degrees" };
  await act("officer", id, { verify: checked });
  if (verdict === "refused") {
    const denied = { fact: "special_need", finding: "denied", evidence: "a visit to the employer" };
    await act("officer", id, { verify: denied });
  }

  const { json: said } = await ask("officer", "GET", `/api/v1/cases/${id}/proposal`);
  assert.equal(said.result.outcome, outcome, file);
  assert.equal(said.result.score, score, file);
  await act("officer", id, "propose");
  const { json: replay } = await ask("decider", "GET", `/api/v1/cases/${id}/proposal/replay`);
  assert.equal(replay.same, true, "the rules say the same of the stored facts");
  // Whoever prepared it does not decide it.
  const { version } = await show("officer", id);
  const own_decision = { id: randomUUID(), expected_version: version, what: { decide: { verdict, reasons: "mine" } } };
  assert.equal((await ask("officer", "POST", `/api/v1/cases/${id}/actions`, own_decision)).status, 422);
  const reasons = verdict === "granted"
    ? `Category ${outcome} with ${score} points; the papers bear that out.`
    : "The post is not one for which the employer may call a person from abroad.";
  await decide("decider", id, verdict, reasons);
  assert.equal((await show("applicant", id)).decision, null, "a decision is told by serving it");
  await act("officer", id, { "serve-decision": { served: now() } });
  const state = await show("applicant", id);
  assert.equal(state.decision.verdict, verdict);
  console.log(`${id}  ${file.padEnd(24)} category ${outcome}, ${score} points: ${verdict}`);
  return id;
}

/** Contests a decision in a case of its own. */
async function contest(contested) {
  const id = await open("applicant", { procedure: "cn/reconsideration", reconsiders: contested });
  const facts = (await show("applicant", contested)).facts;
  const { json: procedure } = await ask("applicant", "GET", "/api/v1/procedures/cn/reconsideration");
  const particulars = { name: "Person", nationality: "AT", passport_number: "P" };
  const asked = procedure.particulars.filter((one) => one.id in particulars || one.id in facts);
  const own = Object.fromEntries(asked.map(({ id: name }) => [name, facts[name] ?? particulars[name]]));
  if (procedure.particulars.some((one) => one.id === "against")) own.against = "decision";
  await act("applicant", id, { "save-draft": { facts: { ...(procedure.programme ? facts : {}), ...own } } });
  await act("applicant", id, "submit");
  assert.equal((await show("applicant", contested)).contested_by, id);
  await act("body-clerk", id, "accept");
  await act("body-officer", id, "start-review");
  await act("body-officer", id, "propose");
  await decide("body-decider", id, "refused", "The decision that is contested was right in fact and in law.");
  await act("body-officer", id, { "serve-decision": { served: now() } });
  await act("body-officer", id, "close");
  console.log(`${id}  reconsiders ${contested}: refused, served, closed`);
  return id;
}

const cases = [
  { file: "doctor-shanghai", place: "310000", outcome: "B", score: 84, verdict: "granted" },
  { file: "doctor-shanghai-hsk-1", place: "310000", outcome: "A", score: 85, verdict: "granted" },
  { file: "engineer-beijing", place: "110000", outcome: "B", score: 56, verdict: "refused" },
  { file: "engineer-beijing-hsk-4", place: "110000", outcome: "B", score: 60, verdict: "granted" },
  { file: "expert-xian", place: "610100", outcome: "A", score: 85, verdict: "granted" },
];
const ids = [];
for (const [number, one] of cases.entries()) ids.push(await handle(one, number + 1));
const reconsideration = await contest(ids[2]);

console.log("\nThe letters of the last case:\n");
const { json } = await ask("applicant", "GET", `/api/v1/cases/${ids[4]}/letters`);
console.log(JSON.stringify(json, null, 2));
assert.ok(json.letters.length >= 3);
for (const { title, text } of json.letters) {
  for (const words of [title.zh, title.en, text.zh, text.en]) assert.ok(words.length > 0);
}
assert.ok((await ask("applicant", "GET", `/api/v1/cases/${reconsideration}/letters`)).json.letters.length >= 2);
const { json: log } = await ask("officer", "GET", "/api/v1/export/ocel");
assert.ok(log.events.length > 50, "the logs export as OCEL 2.0");
