// How settings are read from the command line.
import { describe, expect, it } from '@jest/globals';
import { aivenFaults, aivenToggles } from '../../src/emulator/aiven/toggles.ts';
import { determinedFaults, determinedToggles } from '../../src/emulator/determined/toggles.ts';
import { sharedFaults } from '../../src/emulator/faults.ts';
import { describeOptions, readFaults, readSettings } from '../../src/emulator/options.ts';

describe('the help on options', () => {
  it('names every toggle with its values and every fault', () => {
    const tables = [aivenToggles, determinedToggles, sharedFaults, aivenFaults, determinedFaults];
    const names = tables.flatMap((table) => Object.keys(table));
    const help = describeOptions();
    expect(names.filter((name) => !help.includes(`  ${name}  `))).toEqual([]);
    expect(help).toContain('invalidTokenStatus  (401, 403)');
  });
});

describe('--set', () => {
  it('reads every kind of value, later ones winning', () => {
    const texts = [
      'invalidTokenStatus=403',
      'appListIncludesExpired=true',
      'appTokenQuota=5',
      'appTokenQuota=off',
    ];
    expect(readSettings([...texts, 'rateLimit=10/5', 'unsetListValue=[]', 'maxLifespanDays=-1'])).toEqual({
      aiven: {
        invalidTokenStatus: 403,
        appListIncludesExpired: true,
        appTokenQuota: 'off',
        rateLimit: '10/5',
        unsetListValue: '[]',
      },
      determined: { maxLifespanDays: -1 },
    });
  });

  it.each([
    ['rateLimit', 'sets nothing'],
    ['ratelimit=5', 'Did you mean "rateLimit"'],
    ['toString=5', 'Unknown toggle'],
    ['invalidTokenStatus=500', 'Values: 401, 403.'],
    ['listLagMs=-1', 'Values: 0, any number.'],
    ['callerAddress=here', 'any IP address'],
    ['aiven.authz=rbac', 'Unknown toggle "authz"'],
    ['maxLifespanDays=106752', '0 to 106751'],
    ['version=unknown', 'any version'],
  ])('refuses %s', (text, why) => {
    expect(() => readSettings([text])).toThrow(why);
  });
});

describe('--fault', () => {
  it('goes to the services that know it, or to the one that is named', () => {
    const faults = readFaults([
      'dropAfterApply=1,on=POST',
      'limitMax250',
      'tokenLookupFails=2',
      'determined.rateLimited',
    ]);
    expect(faults).toEqual({
      aiven: ['dropAfterApply=1,on=POST', 'limitMax250'],
      determined: ['dropAfterApply=1,on=POST', 'tokenLookupFails=2', 'rateLimited'],
    });
  });

  it.each([
    ['dropAftrApply', 'Did you mean "dropAfterApply"'],
    ['determined.limitMax250', 'Unknown fault "limitMax250"'],
    ['rateLimited=many', 'no amount'],
  ])('refuses %s', (text, why) => {
    expect(() => readFaults([text])).toThrow(why);
  });
});
