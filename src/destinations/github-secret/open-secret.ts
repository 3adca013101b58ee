/**
 * A GitHub secret as a destination: the value in an encrypted secret that nobody can read back, the receipt
 * in an Actions variable beside it. GitHub tells when a secret was last written; the receipt keeps that date,
 * and a secret with another one was written by someone else, or by a writer that died before its receipt.
 *
 * What a crash leaves: before the secret is put, nothing. Between secret and receipt, a new value beside the
 * old receipt, whose `pending` says that a token was on its way. In both cases the next pass makes it good.
 * Nothing here keeps two runs apart that write at the same moment: that is what the `concurrency` group of a
 * workflow is for.
 *
 * All variables that a workflow sees share 256 KB (docs.github.com, variables), of which a receipt takes
 * about one; several hundred secrets of one repository are better delivered to its environments.
 */
import type { Destination } from '../../engine/ports.ts';
import { type ConnectionOptions, createConnection } from './connection.ts';
import type { GithubSecretRef } from './descriptor.ts';
import { failedAs } from './failure.ts';
import type { GitHubSecrets } from './github-secrets.ts';
import { placeOf } from './place.ts';
import { preflight } from './preflight.ts';
import { stateOf, takeSnapshot } from './state.ts';
import { withdraw } from './withdraw.ts';
import { write } from './write.ts';

/** Two writes and GitHub's pauses take longer than one (DESIGN 5). */
const commitDeadlineMs = 600_000;

/** GitHub secrets through one client, which stays the caller's to close. */
export function connectGitHubSecrets(options: ConnectionOptions): GitHubSecrets {
  const connection = createConnection(options);
  return {
    open: (ref: GithubSecretRef, key: string): Destination => {
      const place = placeOf(ref, key);
      return {
        key,
        commitDeadlineMs,
        recordsPending: true,
        read: async (signal) => {
          try {
            return stateOf(await takeSnapshot(connection, place, signal));
          } catch (error) {
            throw failedAs('unknown', place, error);
          }
        },
        preflight: (signal) => preflight(connection, place, signal),
        write: (next, signal) => write(connection, place, { next, signal }),
        withdraw: (what, signal) => withdraw(connection, place, { ...what, signal }),
      };
    },
    close: () => Promise.resolve(),
  };
}
