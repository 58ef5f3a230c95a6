// Compiles tests/contracts/*.sol with the pinned solc into tests/contracts/artefacts/*.json.
// `node compile.js` writes the artefacts; `node compile.js --check` exits with 1 when one differs.
"use strict";

const fs = require("fs");
const path = require("path");
const solc = require("solc");

const sourceFolder = path.join(__dirname, "..", "contracts");
const artefactFolder = path.join(sourceFolder, "artefacts");

// A log of sixteen values needs the slower of the compiler's two ways; the rest do without.
const throughIntermediate = ["Across.sol"];

function readSources() {
  const sources = {};
  for (const file of fs.readdirSync(sourceFolder).filter((name) => name.endsWith(".sol")).sort()) {
    sources[file] = { content: fs.readFileSync(path.join(sourceFolder, file), "utf8") };
  }
  return sources;
}

function compile(sources, wanted, viaIR) {
  const outputSelection = {};
  for (const file of wanted) outputSelection[file] = { "*": ["abi", "evm.bytecode.object"] };
  const settings = {
    evmVersion: "paris",
    optimizer: { enabled: true, runs: 200 },
    viaIR,
    metadata: { bytecodeHash: "none", appendCBOR: false },
    outputSelection,
  };
  const input = { language: "Solidity", sources, settings };
  return JSON.parse(solc.compile(JSON.stringify(input)));
}

function artefacts(output, wanted) {
  const rendered = {};
  for (const source of wanted) {
    const contracts = output.contracts[source] || {};
    for (const [name, contract] of Object.entries(contracts)) {
      const bytecode = contract.evm.bytecode.object;
      if (bytecode === "") continue;
      const head = { contract: name, source, compiler: "solc 0.8.37", evm: "paris" };
      const abi = contract.abi.map((item) => "  " + JSON.stringify(item)).join(",\n");
      const fields = JSON.stringify(head).slice(1, -1);
      rendered[name + ".json"] =
        "{" + fields + ',\n"abi":[\n' + abi + '\n],\n"bytecode":"0x' + bytecode + '"}\n';
    }
  }
  return rendered;
}

function main() {
  const sources = readSources();
  const direct = Object.keys(sources).filter((file) => !throughIntermediate.includes(file));
  const rendered = {};
  for (const [wanted, viaIR] of [[direct, false], [throughIntermediate, true]]) {
    const output = compile(sources, wanted, viaIR);
    const messages = (output.errors || []).filter((error) => error.severity !== "info");
    for (const message of messages) process.stderr.write(message.formattedMessage + "\n");
    if (messages.length > 0) return 1;
    for (const [name, text] of Object.entries(artefacts(output, wanted))) rendered[name] = text;
  }
  const committed = fs.existsSync(artefactFolder) ? fs.readdirSync(artefactFolder) : [];
  const stale = committed.filter((name) => !(name in rendered));
  if (process.argv.includes("--check")) {
    const differing = Object.keys(rendered).filter((name) => {
      const file = path.join(artefactFolder, name);
      return !fs.existsSync(file) || fs.readFileSync(file, "utf8") !== rendered[name];
    });
    for (const name of [...differing, ...stale]) process.stderr.write("differs: " + name + "\n");
    return differing.length + stale.length === 0 ? 0 : 1;
  }
  fs.mkdirSync(artefactFolder, { recursive: true });
  for (const name of stale) fs.unlinkSync(path.join(artefactFolder, name));
  for (const [name, text] of Object.entries(rendered)) {
    fs.writeFileSync(path.join(artefactFolder, name), text);
  }
  process.stdout.write(Object.keys(rendered).length + " artefacts written\n");
  return 0;
}

process.exitCode = main();
