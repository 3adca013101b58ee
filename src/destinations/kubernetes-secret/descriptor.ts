/**
 * A key of a Kubernetes Secret as a destination: its part of the schema and its key in receipts. The Secret
 * lies in the namespace of its TokenSet, which is not part of the key.
 */
import * as z from 'zod';
import type { DestinationDescriptor } from '../../core/descriptor.ts';
import { ObjectName, SecretKey, StringMap } from '../../core/manifest/fields.ts';

const schema = z
  .strictObject({
    name: ObjectName.meta({ description: 'Name of the Secret, in the namespace of the TokenSet.' }),
    key: SecretKey.meta({ description: 'Key in its data that holds the value.' }),
    type: z.string().max(253, { error: 'is longer than 253 characters. Shorten it.' }).optional().meta({
      description:
        'Type of the Secret when keyturn makes it; Opaque unless told. Kubernetes never changes it later.',
    }),
    labels: StringMap.optional().meta({ description: 'Labels of the Secret.' }),
    annotations: StringMap.refine((map) => !Object.keys(map).some((key) => key.startsWith('keyturn.dev/')), {
      error: "holds a key of keyturn.dev, which are keyturn's own. Remove it.",
    })
      .optional()
      .meta({ description: 'Annotations of the Secret.' }),
  })
  .meta({ description: 'A key of a Kubernetes Secret.' });

export type KubernetesSecretRef = z.output<typeof schema>;

export const kubernetesSecretDescriptor: DestinationDescriptor<KubernetesSecretRef> = {
  kind: 'kubernetesSecret',
  schema,
  rank: 0,
  available: true,
  local: false,
  key: ({ name, key }) => `kubernetesSecret/${name}#${key}`,
  parseKey(text) {
    const [, name, key] = /^kubernetesSecret\/([^#]+)#([^#]+)$/.exec(text) ?? [];
    const parsed = schema.safeParse({ name, key });
    return parsed.success ? parsed.data : undefined;
  },
  identity: (ref, _folder, set) => `${set?.namespace ?? ''}/${kubernetesSecretDescriptor.key(ref)}`,
};
