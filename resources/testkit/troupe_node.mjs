// The reporter through which Node's test runner tells its results: one JSON object a line.
import path from "node:path";

const parents = [];
const printed = new Map();

export default async function* report(source) {
  for await (const { type, data } of source) {
    if (type === "test:start") {
      parents.length = data.nesting;
      parents.push(data.name);
    }
    if (type === "test:stderr") {
      const file = path.resolve(data.file ?? "");
      printed.set(file, (printed.get(file) ?? "") + data.message);
    }
    if (type !== "test:pass" && type !== "test:fail") continue;
    const names = [...parents.slice(0, data.nesting), data.name];
    // Up to Node 20 a file is the outermost test itself, named by its path.
    const whole = data.nesting === 0 && isFile(data.name);
    const file = isFile(names[0]) ? path.resolve(names.shift()) : path.resolve(data.file ?? "");
    const error = data.details?.error;
    if (data.details?.type === "suite" && (type === "test:pass" || isOfOthers(error))) continue;
    const skipped = data.skip !== undefined || data.todo !== undefined;
    yield `${JSON.stringify({
      name: names.join(" > "),
      file,
      whole,
      outcome: skipped ? "skipped" : type === "test:pass" ? "passed" : "failed",
      message: type === "test:fail" ? (whole && printed.get(file)) || told(error) : "",
    })}\n`;
  }
}

function isFile(name) {
  return /\.[cm]?js$/.test(name);
}

function isOfOthers(error) {
  return error?.failureType === "subtestsFailed";
}

function told(error) {
  const cause = error?.cause ?? error;
  if (cause?.stack) return String(cause.stack);
  const message = typeof cause === "string" ? cause : cause?.message ?? error?.message ?? "";
  return String(message);
}
