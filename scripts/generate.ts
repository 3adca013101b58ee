// Writes the files that are generated from the schema of manifests: `npm run generate`. A test fails when
// they are stale.
import { mkdirSync, writeFileSync } from 'node:fs';
import { formatCustomResources } from '../src/core/crd/custom-resources.ts';
import { formatJsonSchema } from '../src/core/manifest/json-schema.ts';
import { destinationDescriptors } from '../src/destinations/registry.ts';
import { providers } from '../src/providers/registry.ts';
import { formatOutputSchema } from '../src/render/json/schema.ts';

const descriptors = {
  providers: [...providers.values()].map(({ descriptor }) => descriptor),
  destinations: destinationDescriptors,
};
writeFileSync(new URL('../docs/schema/tokenset.schema.json', import.meta.url), formatJsonSchema(descriptors));
writeFileSync(new URL('../docs/schema/output.schema.json', import.meta.url), formatOutputSchema());
const crds = new URL('../manifests/crd/', import.meta.url);
mkdirSync(crds, { recursive: true });
for (const [plural, text] of Object.entries(formatCustomResources(descriptors)))
  writeFileSync(new URL(`${plural}.yaml`, crds), text);
