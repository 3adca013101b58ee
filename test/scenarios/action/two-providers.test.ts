// Two providers in one workflow: each credential in the variable of the provider's own tool.
import { afterEach, describe, expect, it } from '@jest/globals';
import { type DeterminedEmulator, startDetermined } from '../../../src/emulator/start.ts';
import { manifest, secret } from './manifests.ts';
import { day, place, type Stage, startStage } from './stage.ts';

const masters: DeterminedEmulator[] = [];

afterEach(async () => {
  for (const master of masters.splice(0)) await master.close();
});

interface Two {
  readonly stage: Stage;
  readonly master: DeterminedEmulator;
  /** What each run is given. */
  readonly asked: {
    readonly inputs: Readonly<Record<string, string>>;
    readonly env: Readonly<Record<string, string>>;
  };
  readonly manifests: Readonly<Record<string, string>>;
  advance(ms: number): void;
  /** Whether what a consumer of the master's secret is served with works. */
  servedByMaster(): Promise<boolean>;
  /** How many requests reached both providers so far. */
  count(): Promise<number>;
}

async function startTwo(): Promise<Two> {
  const stage = await startStage();
  const master = await startDetermined({ clock: { start: '2026-11-02T10:00:00Z', frozen: true } });
  masters.push(master);
  const ask = async (url: string, body?: object): Promise<Record<string, unknown>> => {
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    return (await (await fetch(url, init)).json()) as Record<string, unknown>;
  };
  return {
    stage,
    master,
    asked: {
      inputs: {
        manifest: 'tokens.yaml\ndet.yaml',
        'provider-token': '',
        'provider-url': `${stage.emulator.url}\n${master.url}`,
      },
      env: { AIVEN_TOKEN: stage.emulator.adminToken, DET_USER_TOKEN: master.adminToken },
    },
    manifests: { 'tokens.yaml': manifest(), 'det.yaml': determinedManifest(master.url) },
    advance: (ms) => {
      stage.advance(ms);
      master.clock.advance(ms);
    },
    servedByMaster: async () => {
      const token = stage.github.secret({ ...place, name: 'DET_USER_TOKEN' })?.value ?? '';
      return (await ask(`${master.controlUrl}/check`, { token }))['live'] === true;
    },
    count: async () => {
      const urls = [stage.emulator.controlUrl, master.controlUrl];
      const counts = await Promise.all(urls.map((url) => ask(`${url}/requests`)));
      return counts.reduce((sum, { total }) => sum + Number(total), 0);
    },
  };
}

function determinedManifest(url: string): string {
  return `apiVersion: keyturn.dev/v1alpha1
kind: TokenSet
metadata: {name: training}
spec:
  provider: {determined: {url: "${url}"}}
  defaults: {maxAge: 30d, rotation: {renewBefore: 7d, overlap: 24h}}
  applicationUsers:
    - name: trainer
      tokens:
        - {name: submit, deliverTo: [${secret('DET_USER_TOKEN')}]}
`;
}

describe('two providers in one workflow', () => {
  it('are shown in one comment, applied by one merge, and rotate each by its own calendar', async () => {
    const { stage, master, asked, manifests, advance, servedByMaster } = await startTwo();
    stage.propose(1, manifests);
    const planned = await stage.onPull(1, asked);
    expect(planned).toMatchObject({ code: 0, stderr: '' });
    const [comment = ''] = stage.comments(1);
    expect(comment).toContain('ci/deploy');
    expect(comment).toContain('trainer/submit');
    for (const value of [stage.emulator.adminToken, master.adminToken]) {
      expect(planned.masks).toContain(value);
    }

    stage.merge(1);
    const merged = await stage.onPush(asked);
    expect(merged).toMatchObject({ code: 0, outputs: { created: '2' } });
    expect(await stage.served()).toMatchObject({ live: true });
    expect(await servedByMaster()).toBe(true);
    expect(merged.masks).toContain(stage.github.secret({ ...place, name: 'DET_USER_TOKEN' })?.value);
    expect(await stage.onPush(asked)).toMatchObject({ code: 0, outputs: { changes: '0' } });

    const before = await stage.served();
    const old = stage.github.secret({ ...place, name: 'DET_USER_TOKEN' })?.value;
    advance(25 * day);
    expect(await stage.onSchedule(asked)).toMatchObject({ code: 0, outputs: { rotated: '1' } });
    expect(await stage.served()).toEqual(before);
    expect(stage.github.secret({ ...place, name: 'DET_USER_TOKEN' })?.value).not.toBe(old);
    expect(await servedByMaster()).toBe(true);
  });

  it('never get the one credential of the input provider-token, and nothing is sent', async () => {
    const { stage, asked, manifests, count } = await startTwo();
    stage.propose(1, manifests);
    const before = await count();
    const inputs = { ...asked.inputs, 'provider-token': stage.emulator.adminToken };
    const { code, outputs, annotations } = await stage.onPull(1, { ...asked, inputs });
    expect(code).toBe(1);
    expect(outputs['failure-reason']).toBe('invalid-input');
    expect(annotations.join('\n')).toContain('so nothing was sent. Give each provider its own');
    expect(await count()).toBe(before);
  });

  it('say which of them has no credential', async () => {
    const { stage, asked, manifests, count } = await startTwo();
    stage.propose(1, manifests);
    const before = await count();
    const env = { AIVEN_TOKEN: asked.env['AIVEN_TOKEN'] ?? '' };
    const { code, outputs, annotations } = await stage.onPull(1, { ...asked, env });
    expect(code).toBe(1);
    expect(outputs['failure-reason']).toBe('no-credential');
    expect(annotations.join('\n')).toContain('no credential for determined');
    expect(await count()).toBe(before);
  });
});
