/**
 * A file as a destination: its part of the schema, its key in receipts, and what makes two of them the same.
 * Touches no file system.
 */
import { posix } from 'node:path';
import * as z from 'zod';
import type { DestinationDescriptor } from '../../core/descriptor.ts';

const formats = ['Raw', 'Dotenv', 'Json'] as const;

const schema = z
  .strictObject({
    path: z
      .string()
      .max(1_024, { error: 'is longer than 1024 characters. Shorten it.' })
      .refine(isFilePath, { error: 'is not the path of a file. Name one, without a slash at the end.' })
      .meta({ description: 'Path of the file, relative to the folder of the manifest.' }),
    format: z
      .enum(formats)
      .default('Raw')
      .meta({
        description:
          'Raw: the file is the value. Dotenv: one NAME=value line among others. Json: one member of an ' +
          'object.',
      }),
    name: z
      .string()
      .max(128, { error: 'is longer than 128 characters. Shorten it.' })
      .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/, {
        error: 'cannot be used as a name here. Use letters, digits, "_", "-" and ".".',
      })
      .optional()
      .meta({ description: 'The variable (Dotenv) or member (Json). Not with Raw.' }),
  })
  .superRefine((ref, context) => {
    const problem = nameProblem(ref.format, ref.name);
    if (problem) context.addIssue({ code: 'custom', path: ['name'], message: problem });
  })
  .meta({ description: 'A file on the machine that runs the keyturn command.' });

export type FileRef = z.output<typeof schema>;

export const fileDescriptor: DestinationDescriptor<FileRef> = {
  kind: 'file',
  schema,
  rank: 1,
  available: true,
  local: true,
  key: ({ path, format, name }) =>
    `file/${format}:${posix.normalize(path)}${name === undefined ? '' : `#${name}`}`,
  parseKey(key) {
    // A name holds no "#", a path may: the last one parts them.
    const found = /^file\/(?:(Raw):(.+)|(Dotenv|Json):(.+)#([^#]+))$/s.exec(key);
    if (!found) return undefined;
    const [, raw, rawPath, format, path, name] = found;
    const parsed = schema.safeParse(raw ? { path: rawPath, format: raw } : { path, format, name });
    return parsed.success ? parsed.data : undefined;
  },
  identity: (ref, folder) => whole(ref, folder) + (ref.name === undefined ? '' : `#${ref.name}`),
  places(ref, folder) {
    const receipt = whole({ ...ref, path: receiptPath(ref) }, folder);
    return [
      { place: whole(ref, folder), as: ref.format },
      { place: receipt, as: `the receipt of ${fileDescriptor.key(ref)}` },
    ];
  },
};

/** Where the receipt of a file destination lies (DESIGN 3.2), as relative as its path. */
export function receiptPath(ref: FileRef): string {
  return `${posix.normalize(ref.path)}${ref.name === undefined ? '' : `.${ref.name}`}.receipt.json`;
}

function whole({ path }: FileRef, folder: string): string {
  return posix.isAbsolute(path) ? posix.normalize(path) : posix.join(folder, path);
}

function isFilePath(path: string): boolean {
  const last = path.slice(path.lastIndexOf('/') + 1);
  return last !== '' && last !== '.' && last !== '..' && !path.includes('\0') && path.isWellFormed();
}

function nameProblem(format: FileRef['format'], name: string | undefined): string | undefined {
  if (format === 'Raw') {
    return name === undefined
      ? undefined
      : 'has no place in a Raw file. Set format to Dotenv or Json, or remove it.';
  }
  if (name === undefined) return `is missing: a ${format} file holds several values. Add it.`;
  if (format === 'Dotenv' && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    return 'is not the name of a variable. Use letters, digits and "_", and begin with no digit.';
  }
  return undefined;
}
