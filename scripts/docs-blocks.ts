/**
 * The generated parts of the documentation: reference tables from the schema and the descriptors, the picture
 * of a plan from the real command. Knows which file has which part and what a marker looks like; writes
 * nothing.
 */
import { readFileSync } from 'node:fs';
import { aivenFaults, aivenToggles } from '../src/emulator/aiven/toggles.ts';
import { determinedFaults, determinedToggles } from '../src/emulator/determined/toggles.ts';
import { sharedFaults } from '../src/emulator/faults.ts';
import { describeToggles, type ToggleTable } from '../src/emulator/toggles.ts';
import { drawPlan } from './docs-picture.ts';
import {
  capabilitiesTable,
  destinationsTable,
  fieldsTable,
  issuerSchema,
  setSchema,
  table,
} from './docs-tables.ts';

type Blocks = Readonly<Record<string, string>>;

/** By file, relative to the root: the text of each part by its name. */
export async function buildBlocks(): Promise<Readonly<Record<string, Blocks>>> {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const token = ['properties', 'spec', 'properties', 'applicationUsers', 'items', 'properties', 'tokens'];
  const tokenFields = fieldsTable(setSchema, [...token, 'items'], { leaveOut: ['deliverTo'] });
  const destinations = [...token, 'items', 'properties', 'deliverTo', 'items'];
  return {
    'README.md': {
      plan: await drawPlan(manifestOf(readme)),
      'token-fields': tokenFields,
      capabilities: capabilitiesTable(),
      destinations: destinationsTable(),
    },
    'docs/manifest.md': {
      'set-fields': fieldsTable(setSchema, [], {
        leaveOut: ['applicationUsers', 'personalTokens', 'defaults'],
      }),
      'user-fields': fieldsTable(setSchema, token.slice(0, 5), { leaveOut: ['tokens'] }),
      'token-fields': tokenFields,
      'destination-fields': fieldsTable(setSchema, destinations),
      'issuer-fields': fieldsTable(issuerSchema, []),
    },
    'docs/emulator.md': {
      'shared-faults': faultsTable(sharedFaults),
      'aiven-faults': faultsTable(aivenFaults),
      'determined-faults': faultsTable(determinedFaults),
      'aiven-toggles': togglesTable(aivenToggles),
      'determined-toggles': togglesTable(determinedToggles),
    },
  };
}

function togglesTable(toggles: ToggleTable): string {
  return table(['Toggle', 'Values and meaning'], Object.entries(describeToggles(toggles)));
}

function faultsTable(faults: Readonly<Record<string, string>>): string {
  return table(['Fault', 'What happens'], Object.entries(faults));
}

/**
 * The text with each part put between its markers.
 *
 * @throws Error when a marker is missing
 */
export function replaceBlocks(text: string, blocks: Blocks): string {
  let result = text;
  for (const [name, block] of Object.entries(blocks)) {
    const [open, close] = [`<!-- generated: ${name} -->`, `<!-- end: ${name} -->`];
    const [start, end] = [result.indexOf(open), result.indexOf(close)];
    if (start < 0 || end < start) throw new Error(`there is no part "${name}" between its markers`);
    result = `${result.slice(0, start)}${open}\n${block}\n${result.slice(end)}`;
  }
  return result;
}

/** The manifest that the README shows: its first YAML. */
export function manifestOf(readme: string): string {
  const found = /```yaml\n([\s\S]*?)```/.exec(readme)?.[1];
  if (found === undefined) throw new Error('README.md shows no manifest');
  return found;
}
