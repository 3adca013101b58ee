/**
 * Reads and judges the manifests of a run: those of the workspace, and what they were at another commit.
 * Sends nothing to a provider, so that it does for pull requests of strangers too.
 */
import { glob, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import type { Descriptors } from '../core/descriptor.ts';
import type { Finding } from '../core/errors.ts';
import type { SourceFile } from '../core/manifest/inspection.ts';
import { parseManifests } from '../core/manifest/parse.ts';
import type { Manifest } from '../core/manifest/types.ts';
import { judgePolicies } from '../core/plan/policy.ts';
import { destinationDescriptors } from '../destinations/registry.ts';
import { providers } from '../providers/registry.ts';
import { clusterKind, judgeForAction } from './applier.ts';
import type { ActionContext } from './context.ts';
import { ActionFailure } from './failure.ts';

export interface Loaded {
  readonly manifest: Manifest;
  /** In the order of files and lines; errors among them. */
  readonly findings: readonly Finding[];
  /** Their paths are relative to the workspace. */
  readonly sources: readonly SourceFile[];
}

const descriptors: Descriptors = {
  providers: [...providers.values()].map(({ descriptor }) => descriptor),
  // What the controller delivers is planned here, so it is no mistake in a manifest.
  destinations: destinationDescriptors.map((descriptor) =>
    descriptor.kind === clusterKind ? { ...descriptor, available: true } : descriptor,
  ),
};

/** @throws ActionFailure `invalid-manifest` when there is no manifest at all */
export async function loadManifests(context: ActionContext): Promise<Loaded> {
  const { inputs, facts } = context;
  const names = await findFiles(inputs.manifest, facts.workspace);
  const files = await Promise.all(names.map((name) => readSource(name, facts.workspace)));
  const { manifest, findings } = parseManifests(files, descriptors);
  const more = [...judgePolicies(manifest), ...judgeForAction(manifest, facts.repository)];
  return { manifest, findings: [...findings, ...more], sources: files };
}

/** The sets that the texts declare; documents with an error are left out. */
export function parseTexts(
  texts: readonly { readonly file: string; readonly text: string }[],
  { facts }: Pick<ActionContext, 'facts'>,
): Manifest {
  const files = texts.map(({ file, text }) => ({ file, text, folder: folderOf(file, facts.workspace) }));
  return parseManifests(files, descriptors).manifest;
}

async function findFiles(patterns: readonly string[], workspace: string): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const pattern of patterns) {
    const names: string[] = [];
    if (/[*?[{]/.test(pattern)) {
      for await (const name of glob(pattern, { cwd: workspace })) names.push(name);
    } else names.push(pattern);
    if (names.length === 0) throw noManifest(`No file matches "${pattern}"`);
    for (const name of names.sort()) found.add(relative(workspace, resolve(workspace, name)));
  }
  return [...found];
}

async function readSource(file: string, workspace: string): Promise<SourceFile> {
  try {
    const text = await readFile(join(workspace, file), 'utf8');
    return { file, folder: folderOf(file, workspace), text };
  } catch (error) {
    const { code }: { code?: unknown } = Object(error);
    throw noManifest(`${file} cannot be read (${String(code)})`);
  }
}

function folderOf(file: string, workspace: string): string {
  return dirname(join(workspace, file));
}

function noManifest(what: string): ActionFailure {
  const advice =
    'Check out the repository before this step (actions/checkout), and name the file in the input manifest.';
  return new ActionFailure('invalid-manifest', `${what}. ${advice}`);
}
