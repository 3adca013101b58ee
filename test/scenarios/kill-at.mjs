// Preloaded into the real CLI: ends the process by SIGKILL after the N-th effect, so that a test can stop an
// apply between any two of them. Effects are writes to the file system, and a request sent or answered;
// between two of them nothing outside the process can change. KILL_AT=N kills.
import { subscribe } from 'node:diagnostics_channel';
import promises from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const killAt = Number(process.env.KILL_AT ?? 0);
let effects = 0;

function effect() {
  effects++;
  if (effects === killAt) process.kill(process.pid, 'SIGKILL');
}

/** Counts once the effect is there, before anyone in the process knows that it is. */
function counting(original) {
  return async function (...input) {
    const result = await original.apply(this, input);
    effect();
    return result;
  };
}

for (const name of ['rename', 'unlink', 'link', 'mkdir', 'chmod', 'writeFile']) {
  promises[name] = counting(promises[name]);
}
const handle = await promises.open(process.execPath);
const prototype = Object.getPrototypeOf(handle);
for (const name of ['writeFile', 'write', 'sync', 'chmod']) prototype[name] = counting(prototype[name]);
await handle.close();
syncBuiltinESMExports();

for (const step of ['undici:client:sendHeaders', 'undici:request:trailers']) subscribe(step, effect);
