// The simulated destinations keep the contract of the real ones: else the simulation would prove nothing.
import { expect } from '@jest/globals';
import { describeDestination, withoutTimes } from '../destinations/conformance.ts';
import { createCalmWorld, drive, driveWorld, inTurn } from './calm.ts';
import { openDestination } from './destination.ts';
import { createProcess } from './process.ts';
import { placeOf } from './world.ts';

const places = [
  { name: 'k1', readable: true },
  { name: 'f1', readable: true },
  { name: 'w1', readable: false },
] as const;

for (const { name, readable } of places) {
  describeDestination(`the simulated place ${name}`, () => {
    const world = createCalmWorld();
    const { call, failures } = driveWorld(world);
    // Where a value cannot be read, nothing but a workflow's concurrency group keeps two writers apart.
    const made = readable ? call : inTurn(call);
    const open = (who: string) => {
      const process = createProcess(world, who, 'one');
      world.processes.push(process);
      return withoutTimes(drive(openDestination(world, process, { name, key: name }), made));
    };
    return Promise.resolve({
      destination: open('A'),
      other: open('B'),
      readable,
      consumed: () => Promise.resolve(placeOf(world, name, 'one').value),
      neighbours: () => Promise.resolve(undefined),
      cleanUp: () => {
        expect(failures).toEqual([]);
        return Promise.resolve();
      },
    });
  });
}
