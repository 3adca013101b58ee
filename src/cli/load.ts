/**
 * Reads the manifests of a run and refuses it when any of them has an error: a set that is left out is not
 * a set without tokens. Reads files and standard input, and nothing over the network.
 */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Descriptors } from '../core/descriptor.ts';
import { type Finding, formatFinding, ManifestError } from '../core/errors.ts';
import type { SourceFile } from '../core/manifest/inspection.ts';
import { parseManifests } from '../core/manifest/parse.ts';
import type { Manifest, TokenSet } from '../core/manifest/types.ts';
import { destinationDescriptors } from '../destinations/registry.ts';
import { providers } from '../providers/registry.ts';
import { answerFindings } from './answer.ts';
import type { Context } from './context.ts';
import { errorCode } from './error-code.ts';
import { UsageError } from './errors.ts';
import type { GlobalOptions } from './options.ts';

export const descriptors: Descriptors = {
  providers: [...providers.values()].map(({ descriptor }) => descriptor),
  destinations: destinationDescriptors,
};

const defaultFile = 'tokens.yaml';

/**
 * The sets of the run. Warnings are said on stderr.
 *
 * @throws ManifestError with every finding when one of them is an error
 */
export async function loadSets(options: GlobalOptions, context: Context): Promise<readonly TokenSet[]> {
  const { manifest, findings } = await loadManifest(options, context);
  if (findings.some(({ severity }) => severity === 'error')) {
    if (options.output === 'json') context.stdout.write(answerFindings(findings));
    throw new ManifestError(findings);
  }
  for (const finding of findings) context.stderr.write(`${formatFinding(finding)}\n`);
  if (manifest.sets.length === 0) {
    const files = (options.file ?? [defaultFile]).join(', ');
    throw new UsageError(`There is no TokenSet in ${files}. Name the file that holds one with -f.`);
  }
  return manifest.sets;
}

/** Reads and judges the manifests, and leaves it to the caller what to do about findings. */
export async function loadManifest(
  options: GlobalOptions,
  context: Context,
): Promise<{ readonly manifest: Manifest; readonly findings: readonly Finding[] }> {
  const names = [...new Set(options.file ?? [defaultFile])];
  const files: SourceFile[] = [];
  for (const name of names) files.push(await readSource(name, context));
  return parseManifests(files, descriptors);
}

async function readSource(name: string, context: Context): Promise<SourceFile> {
  if (name === '-') return { file: '<stdin>', folder: context.cwd, text: await context.readStdin() };
  const path = resolve(context.cwd, name);
  try {
    return { file: name, folder: dirname(path), text: await readFile(path, 'utf8') };
  } catch (error) {
    const code = errorCode(error);
    const advice =
      code === 'ENOENT' && name === defaultFile
        ? 'Write a first one with "keyturn init", or name yours with -f.'
        : 'Check its name and its permissions.';
    throw new UsageError(`${name} cannot be read (${code}). ${advice}`);
  }
}
