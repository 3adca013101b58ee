/** Turns what a verb found into the text that `--output` asks for. What it looks like is up to `render`. */
import type { Finding } from '../core/errors.ts';
import type { Manifest } from '../core/manifest/types.ts';
import type { Plan } from '../core/plan/types.ts';
import type { SetReport } from '../core/report.ts';
import type { SetStatus } from '../core/status.ts';
import type { SetInRun } from '../engine/run.ts';
import { safeJson } from '../render/escape.ts';
import { renderFindings } from '../render/findings.ts';
import { findingsToJson, statusToJson, tokensToJson, validationToJson } from '../render/json/lists.ts';
import { planToJson, reportToJson } from '../render/json/plan.ts';
import type { TextOptions } from '../render/lines.ts';
import { renderPlanMarkdown } from '../render/markdown/plan.ts';
import { renderReportMarkdown } from '../render/markdown/report.ts';
import { renderPlan } from '../render/plan.ts';
import { renderReport } from '../render/report.ts';
import { renderStatus } from '../render/status.ts';
import type { TokenRow } from '../render/token-rows.ts';
import { renderTokens } from '../render/tokens.ts';
import { plural } from '../render/words.ts';
import type { Context } from './context.ts';
import type { GlobalOptions, OutputFormat } from './options.ts';

export interface World {
  readonly options: GlobalOptions & { readonly verbose?: boolean };
  readonly context: Context;
  /** The sets of the run, whose owners are known by name. */
  readonly entries?: readonly SetInRun[];
}

export function answerPlans(plans: readonly Plan[], world: World): string {
  return choose(world.options.output, {
    text: () => plans.map((plan) => renderPlan(plan, textOptions(world))).join('\n\n'),
    json: () => planToJson(plans),
    markdown: () => renderPlanMarkdown(plans, { owners: nameOwners(world.entries) }),
  });
}

export function answerReports(reports: readonly SetReport[], world: World): string {
  return choose(world.options.output, {
    text: () => renderReport(reports, textOptions(world)),
    json: () => reportToJson(reports),
    markdown: () => renderReportMarkdown(reports),
  });
}

export function answerStatus(statuses: readonly SetStatus[], world: World): string {
  const text = () => statuses.map((status) => renderStatus(status, textOptions(world))).join('\n\n');
  return choose(world.options.output, {
    text,
    json: () => statusToJson(statuses),
    markdown: () => asCode(text()),
  });
}

/** @param now the provider's time */
export function answerTokens(rows: readonly TokenRow[], now: number, world: World): string {
  const text = () => renderTokens(rows, now, textOptions(world));
  return choose(world.options.output, {
    text,
    json: () => tokensToJson(rows, now),
    markdown: () => asCode(text()),
  });
}

/** What `validate` says. */
export function answerValidation(
  findings: readonly Finding[],
  { sets, issuers }: Manifest,
  world: World,
): string {
  const declared = sets.reduce((sum, { declarations }) => sum + declarations.length, 0);
  const counts = [plural(sets.length, 'set'), plural(declared, 'token')];
  if (issuers.length > 0) counts.push(plural(issuers.length, 'issuer'));
  const text = () => renderFindings(findings, textOptions(world)) || `No problems: ${counts.join(', ')}.`;
  return choose(world.options.output, {
    text,
    json: () => validationToJson(sets, findings),
    markdown: () => asCode(text()),
  });
}

/** For programs, when findings stop any other verb; people read the error. */
export function answerFindings(findings: readonly Finding[]): string {
  return `${safeJson(findingsToJson(findings))}\n`;
}

/** How text for a person looks on this terminal. */
export function styleOf(
  { color, verbose = false }: World['options'],
  { stdout, env }: Pick<Context, 'stdout' | 'env'>,
): TextOptions {
  const colours = color && stdout.isTerminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  const width = stdout.columns;
  return { colours, verbose, ...(stdout.isTerminal && width !== undefined ? { width } : {}) };
}

function textOptions({ options, context, entries }: World): TextOptions {
  const style = styleOf(options, context);
  // What goes into a code block is no terminal's.
  const plain = options.output === 'text' ? style : { ...style, colours: false };
  return { ...plain, owners: nameOwners(entries) };
}

function choose(
  format: OutputFormat,
  answers: {
    readonly text: () => string;
    readonly json: () => unknown;
    readonly markdown: () => string;
  },
): string {
  const text = format === 'json' ? safeJson(answers.json()) : answers[format]();
  return text.endsWith('\n') ? text : `${text}\n`;
}

/** An indented block shows a table as it is, whatever is in it. */
function asCode(text: string): string {
  return text.replaceAll(/^/gm, '    ');
}

function nameOwners(entries: readonly SetInRun[] = []): ReadonlyMap<string, string> {
  const names = entries.flatMap(({ set, owner }) => [
    ...owner.former,
    [owner.hash, set.ownerId ?? set.name] as const,
  ]);
  return new Map(names);
}
