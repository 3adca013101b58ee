/**
 * The type of the one part of undici that `dispatcher.ts` loads by path. The whole package takes about 70 ms
 * longer to import than its pool, which is felt in every `keyturn plan`. undici has no `exports` map, so the
 * path is reachable, and its version is pinned exactly in package.json.
 */
declare module 'undici/lib/dispatcher/pool.js' {
  import { Pool } from 'undici';
  export default Pool;
}
