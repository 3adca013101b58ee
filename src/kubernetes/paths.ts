/** Where objects are in a Kubernetes API. Asks nothing. */
import { encodeSegments, wrongSegment } from '../net/path.ts';
import { KubernetesError } from './failures.ts';
import type { Collection, Place } from './objects.ts';

/** The path of all objects of a kind, in one namespace or in all. */
export function collectionPath({ resource, namespace }: Collection): string {
  const { group, version, plural } = resource;
  const root = group === '' ? ['api', version] : ['apis', group, version];
  return encode([...root, ...(namespace === undefined ? [] : ['namespaces', namespace]), plural]);
}

export function pathOf(place: Place, part: 'all' | 'status' | 'itself' = 'itself'): string {
  const all = collectionPath(place);
  return part === 'all' ? all : all + encode(part === 'status' ? [place.name, 'status'] : [place.name]);
}

function encode(segments: readonly string[]): string {
  const wrong = wrongSegment(segments);
  if (wrong === undefined) return encodeSegments(segments);
  throw new KubernetesError(`kubernetes: "${wrong}" cannot be the name of an object.`, 'invalid');
}
