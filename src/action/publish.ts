/**
 * Hands the result of a run to the workflow: outputs, files, annotations, job summary and log. None of them
 * ever holds a token value.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Change } from '../core/plan/types.ts';
import { digestOfAll, renderSummary } from '../render/comment/comment.ts';
import type { Content } from '../render/comment/content.ts';
import { safeJson } from '../render/escape.ts';
import { renderFindings } from '../render/findings.ts';
import { planToJson, reportToJson } from '../render/json/plan.ts';
import { renderPlan } from '../render/plan.ts';
import { renderReport } from '../render/report.ts';
import { findingsToSarif } from '../render/sarif.ts';
import type { ActionContext } from './context.ts';
import type { Outcome } from './outcome.ts';
import type { Annotation } from './runner.ts';

/** GitHub shows no more of one kind and step, and people read fewer. */
const mostAnnotations = 10;

/** Publishes everything but the failure, which {@link main} says last. */
export async function publish(context: ActionContext, outcome: Outcome): Promise<void> {
  const { content } = outcome;
  const { runner } = context;
  log(context, content);
  annotate(context, outcome);
  await writeFiles(context, content);
  setOutputs(context, content);
  await runner.summarize(renderSummary(content));
}

function log({ runner }: ActionContext, { findings, sets, reports, remarks }: Content): void {
  const style = { colours: false };
  const texts = [
    renderFindings(findings, style),
    ...(reports ? [renderReport(reports, style)] : sets.map(({ plan }) => renderPlan(plan, style))),
    ...remarks,
  ];
  for (const text of texts) if (text !== '') runner.log(text);
}

/** Findings first, errors before warnings; what is too much stays in log and summary. */
function annotate({ runner }: ActionContext, { content, annotations }: Outcome): void {
  const found = content.findings.map(({ severity, code, message, position }): Annotation => {
    return { severity, title: code, message, position };
  });
  const all = [...found, ...annotations];
  const sorted = [
    ...all.filter(({ severity }) => severity === 'error'),
    ...all.filter(({ severity }) => severity !== 'error'),
  ];
  for (const annotation of sorted.slice(0, mostAnnotations)) runner.annotate(annotation);
}

async function writeFiles(context: ActionContext, { sets, reports, findings }: Content): Promise<void> {
  const { runner, facts, inputs, version } = context;
  const name = inputs.label === '' ? '' : `-${inputs.label}`;
  const write = async (path: string, value: unknown): Promise<void> => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `${safeJson(value)}\n`);
  };
  if (sets.length > 0) {
    const path = join(facts.temporary, `keyturn-plan${name}.json`);
    await write(path, planToJson(sets.map(({ plan }) => plan)));
    runner.output('plan-file', path);
  }
  if (reports) {
    const path = join(facts.temporary, `keyturn-report${name}.json`);
    await write(path, reportToJson(reports));
    runner.output('report-file', path);
  }
  if (inputs.sarifFile !== undefined)
    await write(resolve(facts.workspace, inputs.sarifFile), findingsToSarif(findings, version));
}

function setOutputs({ runner }: ActionContext, { sets, reports }: Content): void {
  // What a cluster applies is shown, and no reason to start an apply.
  const own = sets.filter(({ applier }) => applier === 'action');
  const planned = own.flatMap(({ plan }) => plan.changes.filter(({ kind }) => kind !== 'keep'));
  const done = reports?.flatMap(({ entries }) =>
    entries.flatMap(({ change, outcome }) => (outcome === 'done' ? change : [])),
  );
  const counted = done ?? planned;
  const count = (kind: Change['kind']): string =>
    String(counted.filter((change) => change.kind === kind).length);
  runner.output('changes', String(planned.length));
  runner.output('created', count('create'));
  runner.output('rotated', count('rotate'));
  runner.output('revoked', count('revoke'));
  const config = sets.filter(({ plan }) => plan.changes.some(({ digest }) => digest !== undefined));
  if (config.length > 0) runner.output('digest', digestOfAll(sets.map(({ plan }) => plan)));
  const due = Math.min(...sets.map(({ plan }) => plan.nextDue?.at ?? Number.POSITIVE_INFINITY));
  if (Number.isFinite(due)) runner.output('next-rotation', new Date(due).toISOString());
}
