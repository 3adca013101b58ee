/**
 * The floor for use inside a process. It is JavaScript, so that as a process of its own it strips no types.
 */
// biome-ignore lint/correctness/useImportExtensions: the rule takes floor.d.mts for the module.
export { observeBarely, send } from './floor.mjs';
