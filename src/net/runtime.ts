/**
 * The real clocks, waiting and chance: the engine's `Runtime`. It is the one place where they enter; what
 * needs time or chance takes it from here, so that a simulator can own it.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

const base32 = 'abcdefghijklmnopqrstuvwxyz234567';
/** Node's timers fire at once when told to wait longer than this. */
const longestTimerMs = 2 ** 31 - 1;

/** Satisfies `Runtime` of engine/ports; named by its shape, because net imports nothing of the engine. */
export interface SystemRuntime {
  monotonicMs(): number;
  wallMs(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  nonce(): string;
}

export function systemRuntime(): SystemRuntime {
  return { monotonicMs: () => performance.now(), wallMs: () => Date.now(), sleep, nonce };
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  const endMs = performance.now() + ms;
  for (let leftMs = ms; leftMs > 0 && !signal.aborted; leftMs = endMs - performance.now()) {
    try {
      await wait(Math.min(leftMs, longestTimerMs), undefined, { signal });
    } catch {
      return; // Aborted: the port resolves then.
    }
  }
}

function nonce(): string {
  // 32 divides 256, so every character is equally likely.
  return Array.from(randomBytes(6), (byte) => base32.charAt(byte % base32.length)).join('');
}
