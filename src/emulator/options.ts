// The options of the command line that both services share: which toggle or fault belongs to which service.
// A name that only one of them knows goes to that one, any other to both, and "aiven." or "determined." in
// front aims it.
import { knownAivenFaults } from './aiven/start.ts';
import { aivenFaults, aivenToggles, type Toggles as AivenToggles } from './aiven/toggles.ts';
import { knownDeterminedFaults } from './determined/start.ts';
import {
  determinedFaults,
  determinedToggles,
  type Toggles as DeterminedToggles,
} from './determined/toggles.ts';
import { FAULT_GRAMMAR, readFault, sharedFaults } from './faults.ts';
import { unknownName } from './option-error.ts';
import { describeToggles, readSetting, type ToggleTable } from './toggles.ts';

interface ForBoth<Aiven, Determined> {
  readonly aiven: Aiven;
  readonly determined: Determined;
}

type ServiceName = 'aiven' | 'determined';
const services: readonly ServiceName[] = ['aiven', 'determined'];

/** A kind of name, and by service those that it knows, with their meaning. */
interface Known {
  readonly kind: 'toggle' | 'fault';
  readonly names: ForBoth<Readonly<Record<string, string>>, Readonly<Record<string, string>>>;
}

const toggles: Known = {
  kind: 'toggle',
  names: { aiven: describeToggles(aivenToggles), determined: describeToggles(determinedToggles) },
};
const faults: Known = {
  kind: 'fault',
  names: { aiven: knownAivenFaults, determined: knownDeterminedFaults },
};

/** What `--set` and `--fault` take, for the help text of the command line. */
export function describeOptions(): string {
  return [
    `Toggles of Aiven (--set NAME=VALUE):\n${list(toggles.names.aiven)}`,
    `Toggles of Determined (--set NAME=VALUE):\n${list(toggles.names.determined)}`,
    `Faults (--fault):\n${FAULT_GRAMMAR}\n${list(sharedFaults)}`,
    `Faults of Aiven:\n${list(aivenFaults)}`,
    `Faults of Determined:\n${list(determinedFaults)}`,
    'A name that both know means both of them; aiven.NAME and determined.NAME mean one.',
  ].join('\n\n');
}

/**
 * Reads the `toggle=value` texts of `--set`, later ones winning.
 * @throws EmulatorOptionError listing the known toggles or values
 */
export function readSettings(
  texts: readonly string[],
): ForBoth<Partial<AivenToggles>, Partial<DeterminedToggles>> {
  const read = (service: ServiceName, table: ToggleTable): object =>
    Object.assign({}, ...aimedAt(service, texts, toggles).map((text) => readSetting(table, text)));
  return { aiven: read('aiven', aivenToggles), determined: read('determined', determinedToggles) };
}

/**
 * Sorts the texts of `--fault` by service; reads them too, to tell a wrong one before anything starts.
 * @throws EmulatorOptionError listing the known faults or the grammar
 */
export function readFaults(texts: readonly string[]): ForBoth<readonly string[], readonly string[]> {
  const read = (service: ServiceName): readonly string[] => {
    const own = aimedAt(service, texts, faults);
    for (const text of own) readFault(text, faults.names[service]);
    return own;
  };
  return { aiven: read('aiven'), determined: read('determined') };
}

/** Those of `texts` that are meant for a service, without its name in front. */
function aimedAt(service: ServiceName, texts: readonly string[], { kind, names }: Known): readonly string[] {
  return texts.flatMap((text) => {
    const aimed = services.find((each) => text.startsWith(`${each}.`));
    if (aimed !== undefined) return aimed === service ? [text.slice(aimed.length + 1)] : [];
    const name = /^\w*/.exec(text)?.[0] ?? '';
    const knowing = services.filter((each) => Object.hasOwn(names[each], name));
    if (knowing.length === 0)
      throw unknownName(kind, name, { known: { ...names.aiven, ...names.determined } });
    return knowing.includes(service) ? [text] : [];
  });
}

function list(entries: Readonly<Record<string, string>>): string {
  return Object.entries(entries)
    .map(([name, help]) => `  ${name}  ${help}`)
    .join('\n');
}
