/** Determined's part of a first manifest: no scopes, and a month at most unless the master is told. */
import type { Starter } from '../starter.ts';

const placeholder = 'http://localhost:8080';

export const determinedStarter: Starter = {
  hasOrganizations: false,
  place: ({ url }, scalar) => [
    '# Where the master is. DET_MASTER or --provider-url must name it too: a manifest alone decides not',
    '# where a credential is sent.',
    `url: ${scalar(url ?? placeholder)}${url === undefined ? '   # replace it with yours' : ''}`,
  ],
  toDo: ({ url }, file) =>
    url === undefined
      ? [`Put the url of your master into ${file}, and name it outside too: export DET_MASTER=URL`]
      : [],
  maxAge: '30d',
  renewBefore: '7d',
  aboutMaxAge: 'the longest that a master grants, unless its max_lifespan_days says otherwise',
  aboutUser: 'an ordinary user; false: it must exist already',
  tokenFields: ['description: Submits experiments from CI'],
  path: 'secrets/determined.env',
  variable: 'DET_USER_TOKEN',
  credential: 'DET_USER_TOKEN',
};
