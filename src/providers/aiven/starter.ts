/** Aiven's part of a first manifest. */
import type { Starter } from '../starter.ts';

const placeholder = 'org1a23f456789';

export const aivenStarter: Starter = {
  hasOrganizations: true,
  place: ({ organization }, scalar) => {
    const isReplaced = organization === undefined ? '   # replace it with yours' : '';
    return [`organizationId: ${scalar(organization ?? placeholder)}${isReplaced}`];
  },
  toDo: ({ organization }, file) =>
    organization === undefined
      ? [`Put your organization's id into ${file} ("keyturn whoami" lists yours).`]
      : [],
  maxAge: '90d',
  renewBefore: '14d',
  aboutMaxAge: '',
  aboutUser: 'false: it must exist already',
  tokenFields: ['description: Deploys services from CI', 'scopes: [projects:read, services:write]'],
  path: 'secrets/aiven.env',
  variable: 'AIVEN_TOKEN',
  credential: 'AIVEN_TOKEN',
};
