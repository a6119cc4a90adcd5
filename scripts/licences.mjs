// Checks the licence of every dependency against the list in deny.toml. `cargo deny` does the
// same and more; this needs nothing but cargo and node.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const deny = readFileSync(`${root}/deny.toml`, "utf8");
const list = /\[licenses\][^[]*?allow\s*=\s*\[([^\]]*)\]/s.exec(deny);
if (!list) throw new Error("deny.toml has no list of licences");
const allowed = new Set([...list[1].matchAll(/"([^"]+)"/g)].map((match) => match[1]));

const metadata = JSON.parse(
  execFileSync("cargo", ["metadata", "--format-version", "1", "--locked"], {
    cwd: root,
    maxBuffer: 256 << 20,
    stdio: ["ignore", "pipe", "inherit"],
  }),
);

// An SPDX expression is a tree of AND and OR over identifiers; an old slash means OR.
function passes(expression) {
  const tokens = expression.replaceAll("/", " OR ").match(/\(|\)|[^\s()]+/g) ?? [];
  let at = 0;
  const factor = () => {
    const token = tokens[at++];
    if (token === "(") {
      const value = either();
      at += 1;
      return value;
    }
    let name = token;
    if (tokens[at] === "WITH") {
      name = `${token} WITH ${tokens[at + 1]}`;
      at += 2;
    }
    return allowed.has(name);
  };
  const both = () => {
    let value = factor();
    while (tokens[at] === "AND") {
      at += 1;
      value = factor() && value;
    }
    return value;
  };
  const either = () => {
    let value = both();
    while (tokens[at] === "OR") {
      at += 1;
      value = both() || value;
    }
    return value;
  };
  return either();
}

const foreign = metadata.packages.filter((entry) => entry.source !== null);
const faults = foreign.filter((entry) => !entry.license || !passes(entry.license));
for (const { name, version, license } of faults) {
  console.error(`${name} ${version}: ${license ?? "no licence"} is not among those allowed in deny.toml`);
}
console.log(`licences: ${foreign.length} dependencies, ${faults.length} not allowed`);
process.exit(faults.length === 0 ? 0 : 1);
