/** What a process could have known: nobody can guard against what happens after he looked. */
import type { Shape } from '../draft.ts';
import type { Place } from '../place.ts';
import type { Process } from '../process.ts';

/** The declaration of a name, or the one that had it before. */
export function shapeOf({ draft }: Process, name: string): Shape | undefined {
  const present = draft.shapes.filter(({ removed }) => !removed);
  return (
    present.find((shape) => shape.name === name) ?? present.find(({ formerly }) => formerly.includes(name))
  );
}

/** Whether the place is still as it was when the plan was made. */
export function plannedOn({ plannedAt }: Process, place: Place): boolean {
  return place.changedAt <= (plannedAt.get(place.name) ?? -1);
}

/** Whether the place is still as the process saw it last. */
export function sawLast({ readAt }: Process, place: Place): boolean {
  return place.changedAt <= (readAt.get(place.name) ?? -1);
}
