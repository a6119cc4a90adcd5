// What `xianlu dmn convert` writes, as other tools read it: by the schema of DMN 1.3, and in
// dmn-moddle, the reader of the common modellers.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { DmnModdle } from "dmn-moddle";
import { validateXML } from "xmllint-wasm";

const program = process.env.XIANLU;
const packs = fileURLToPath(new URL("../packs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "xianlu-exchange-"));
after(() => rmSync(folder, { recursive: true }));

const files = (root, ending) =>
  readdirSync(root, { recursive: true })
    .filter((file) => file.endsWith(ending))
    .map((file) => join(root, file))
    .sort();

const schemas = join(
  dirname(createRequire(import.meta.url).resolve("dmn-moddle/package.json")),
  "resources/dmn/xsd",
);
const schema = (name) => ({ fileName: name, contents: readFileSync(join(schemas, name), "utf8") });

function convert(from, to) {
  const written = join(folder, to);
  execFileSync(program, ["dmn", "convert", from, written, "--dmn", "1.3"], { stdio: "pipe" });
  return { fileName: to, contents: readFileSync(written, "utf8") };
}

async function warningsOf(contents) {
  const { rootElement, warnings } = await new DmnModdle().fromXML(contents);
  assert.equal(rootElement.$type, "dmn:Definitions");
  return warnings.map((warning) => warning.message);
}

async function check(documents) {
  for (const { fileName, contents } of documents) {
    assert.deepEqual(await warningsOf(contents), [], fileName);
  }
  const { errors } = await validateXML({
    xml: documents,
    schema: [schema("DMN13.xsd")],
    preload: ["DMNDI13.xsd", "DC.xsd", "DI.xsd"].map(schema),
  });
  assert.deepEqual(errors.map((error) => error.rawMessage), []);
}

test("every rule document opens in other tools", { timeout: 180_000 }, async () => {
  const documents = files(packs, ".md");
  assert.ok(documents.length > 40);
  await check(documents.map((file, number) => convert(file, `${number}-${basename(file, ".md")}.dmn`)));
});

test("what is wrong is found", async () => {
  const [name, contents] = ["wrong.dmn", convert(files(packs, ".md")[0], "right.dmn").contents];
  const misplaced = contents.replace("</definitions>", '<import name="a"/></definitions>');
  await assert.rejects(check([{ fileName: name, contents: misplaced }]), /import/);
  const unknown = contents.replace("</definitions>", "<unknown/></definitions>");
  await assert.rejects(check([{ fileName: name, contents: unknown }]), /unknown/);
});

const kit = process.env.DMN_TCK_DIR;
const skip = kit ? false : "DMN_TCK_DIR names no folder of the compatibility kit";
test("models of the compatibility kit open in other tools", { skip, timeout: 180_000 }, async () => {
  let opened = 0;
  for (const file of files(kit, ".dmn")) {
    let written;
    try {
      written = convert(file, basename(file));
    } catch (error) {
      // Boxed conditionals, filters and iterations are newer than what dmn-moddle reads.
      assert.match(String(error.stderr), /DMN 1\.3 has no /, file);
      continue;
    }
    // A diagram that shows elements of an imported model is a warning there; we add none.
    const source = readFileSync(file, "utf8").replaceAll("/20230324/", "/20191111/");
    assert.deepEqual(await warningsOf(written.contents), await warningsOf(source), file);
    opened += 1;
  }
  assert.ok(opened > 100, `${opened} models`);
});
