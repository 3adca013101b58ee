// GitHub secrets keep the contract of every destination, in each kind of place.
import { expect } from '@jest/globals';
import type { Destination } from '../../../src/engine/ports.ts';
import { github } from '../../github/harness.ts';
import type { SecretPlace } from '../../github/server/control.ts';
import { describeDestination, withoutTimes } from '../conformance.ts';
import { openRun, refOf } from './harness.ts';

const places = [
  ['of a repository', {}],
  ['of an environment', { environment: 'production' }],
  ['of an organization', { organization: 'acme', visibility: 'private' }],
  ['of a repository for Dependabot', { app: 'Dependabot' }],
  ['of an organization for Dependabot', { organization: 'acme', visibility: 'all', app: 'Dependabot' }],
] as const;

for (const [name, given] of places) {
  describeDestination(`a GitHub secret ${name}`, async () => {
    const server = await github();
    const ref = refOf(given);
    const at = (other: string): SecretPlace => ({ ...given, ...ref, name: other }) as SecretPlace;
    server.setSecret(at('OTHER'), 'theirs');
    server.setVariable({ ...at('OTHER'), app: 'Actions' }, 'theirs');
    // Nothing but a workflow's concurrency group keeps two runs apart.
    const turns = takeTurns();
    const open = () => turns(withoutTimes(openRun(server)(given)));
    return {
      destination: open(),
      other: open(),
      readable: false,
      consumed: () => Promise.resolve(server.secret(at('TOKEN'))?.value),
      neighbours: () =>
        Promise.resolve([
          server.secret(at('OTHER')),
          server.variable({ ...at('OTHER'), app: 'Actions' }),
          server.variable(at('TOKEN')),
        ]),
      cleanUp: () => {
        expect(server.breaches).toEqual([]);
        return Promise.resolve();
      },
    };
  });
}

/** Lets one call of any of the destinations end before the next begins. */
function takeTurns(): (destination: Destination) => Destination {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(call: () => Promise<T>): Promise<T> => {
    const turn = last.then(call);
    last = turn.catch(() => undefined);
    return turn;
  };
  return (destination) => ({
    ...destination,
    read: (signal) => inTurn(() => destination.read(signal)),
    write: (next, signal) => inTurn(() => destination.write(next, signal)),
    withdraw: (what, signal) => inTurn(() => destination.withdraw(what, signal)),
  });
}
