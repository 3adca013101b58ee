import { runSeed } from './run.ts';
const from = Number(process.argv[2] ?? 1);
const n = Number(process.argv[3] ?? 1);
const t = performance.now();
let steps = 0;
const byInv = new Map<string, number[]>();
const total = new Map<string, number>();
for (let s = from; s < from + n; s++) {
  const o = await runSeed(s, { wholeTrace: n === 1 });
  steps += o.steps;
  for (const [k, v] of o.coverage) total.set(k, (total.get(k) ?? 0) + v);
  if (o.violation) {
    const k = o.violation.invariant + ' ' + o.violation.message.replace(/tok\d+|\d+/g, '#').slice(0, 90);
    byInv.set(k, [...(byInv.get(k) ?? []), s]);
  }
  if (n === 1) {
    console.log(o.trace.join('\n'));
    console.log(JSON.stringify(o.violation), o.declarations, o.passes);
  }
}
const sec = (performance.now() - t) / 1000;
for (const [k, v] of [...byInv].sort((a, b) => b[1].length - a[1].length))
  console.log(v.length, k, v.slice(0, 8).join(' '));
if (process.argv[4]) for (const [k, v] of [...total].sort()) console.log(k, v);
console.log(
  `${n} seeds ${steps} steps ${sec.toFixed(1)} s, ${(n / sec).toFixed(0)} seeds/s ${(steps / sec).toFixed(0)} steps/s`,
);
