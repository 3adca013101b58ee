/** `keyturn schema`: the JSON Schema of manifests, or of what `--output json` prints. */
import { formatJsonSchema } from '../../core/manifest/json-schema.ts';
import { formatOutputSchema } from '../../render/json/schema.ts';
import type { Context } from '../context.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { descriptors } from '../load.ts';
import type { GlobalOptions } from '../options.ts';

export interface SchemaOptions extends GlobalOptions {
  /** `manifest` or `output`. */
  readonly of?: string;
}

export async function schema({ of = 'manifest' }: SchemaOptions, { stdout }: Context): Promise<number> {
  if (of !== 'manifest' && of !== 'output')
    throw new UsageError(`There is no schema of "${of}". There are: manifest, output.`);
  stdout.write(of === 'manifest' ? formatJsonSchema(descriptors) : formatOutputSchema());
  return exitCodes.done;
}
