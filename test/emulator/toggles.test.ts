// How settings are read from the command line.
import { describe, expect, it } from '@jest/globals';
import { aivenToggles } from '../../src/emulator/aiven/toggles.ts';
import { describeOptions, knownFaults, readSettings } from '../../src/emulator/start.ts';

describe('the help on options', () => {
  it('names every toggle with its values and every fault', () => {
    const names = [...Object.keys(aivenToggles), ...Object.keys(knownFaults)];
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
    expect(readSettings([...texts, 'rateLimit=10/5', 'unsetListValue=[]'])).toEqual({
      invalidTokenStatus: 403,
      appListIncludesExpired: true,
      appTokenQuota: 'off',
      rateLimit: '10/5',
      unsetListValue: '[]',
    });
  });

  it.each([
    ['rateLimit', 'sets nothing'],
    ['ratelimit=5', 'Did you mean "rateLimit"'],
    ['toString=5', 'Unknown toggle'],
    ['invalidTokenStatus=500', 'Values: 401, 403.'],
    ['listLagMs=-1', 'Values: 0, any number.'],
    ['callerAddress=here', 'any IP address'],
  ])('refuses %s', (text, why) => {
    expect(() => readSettings([text])).toThrow(why);
  });
});
