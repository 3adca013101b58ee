/** The engine's runtime over real clocks, with sleeps that pass at once, for the emulator too. */
import type { Runtime } from '../../src/engine/ports.ts';
import type { Clock } from '../../src/emulator/clock.ts';
import { systemRuntime } from '../../src/net/runtime.ts';

export function skippingRuntime({ clock }: { readonly clock: Pick<Clock, 'advance'> }): Runtime {
  const real = systemRuntime();
  let skippedMs = 0;
  return {
    ...real,
    monotonicMs: () => real.monotonicMs() + skippedMs,
    sleep: async (ms) => {
      skippedMs += ms;
      clock.advance(ms);
    },
  };
}
