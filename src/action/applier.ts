/**
 * Who applies a set: exactly one front end, told by its destinations. What lies in a cluster is the
 * controller's, and so is what a cluster's issuer pays for.
 */
import type { Finding } from '../core/errors.ts';
import { quote } from '../core/manifest/quote.ts';
import type { Manifest, TokenSet } from '../core/manifest/types.ts';

export type Applier = 'action' | 'controller';

/** The kind of destination that only the controller writes. */
export const clusterKind = 'kubernetesSecret';

export function applierOf(set: TokenSet): Applier {
  const isInCluster = set.declarations.some(({ deliverTo }) =>
    deliverTo.some(({ kind }) => kind === clusterKind),
  );
  return isInCluster || set.issuer !== undefined ? 'controller' : 'action';
}

/** What the Action says of manifests beyond what is wrong with them anywhere. */
export function judgeForAction({ sets }: Manifest, repository: string): readonly Finding[] {
  const [owner = ''] = repository.toLowerCase().split('/');
  return sets.flatMap((set) =>
    set.declarations
      .filter(({ state }) => state !== 'Moved')
      .flatMap(({ deliverTo }) => deliverTo)
      .flatMap(({ kind, ref, key, position }): readonly Finding[] => {
        if (kind === 'file') return [{ severity: 'error', code: 'FileInAction', message: inFile, position }];
        const other = kind === 'githubSecret' ? ownerOf(ref) : undefined;
        if (other === undefined || other === owner) return [];
        const message =
          `${quote(key)} belongs to "${other}", and this repository to "${owner}". Check` +
          ` that the value may go there.`;
        return [{ severity: 'warning', code: 'OtherOwner', message, position }];
      }),
  );
}

const inFile =
  'a file destination is written where keyturn runs, and the disk of a runner is gone after the job.' +
  ' Deliver to' +
  ' a githubSecret or kubernetesSecret, or apply this set from the command line.';

/** Who owns the place that the reference of a GitHub secret names. */
function ownerOf(ref: unknown): string | undefined {
  const { repository, organization }: { repository?: unknown; organization?: unknown } = Object(ref);
  const name = typeof repository === 'string' ? repository.split('/')[0] : organization;
  return typeof name === 'string' ? name.toLowerCase() : undefined;
}
