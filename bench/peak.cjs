// Loaded into a measured process with --require: when it ends, tells what it took. CommonJS, because that loads in
// under a millisecond and is the same weight on a floor and on keyturn.
const { writeFileSync } = require('node:fs');

process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  writeFileSync(
    process.env.KEYTURN_BENCH_USAGE,
    JSON.stringify({ peakMiB: maxRSS / 1024, cpuMs: (userCPUTime + systemCPUTime) / 1000 }),
  );
});
