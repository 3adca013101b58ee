import { describe, expect, it } from '@jest/globals';
import { createRegistry } from '../../src/controller/metrics.ts';

describe('the metrics', () => {
  it('are in the text format of Prometheus', () => {
    const registry = createRegistry();
    const ready = registry.metric('ready', 'gauge', 'Whether it is.');
    ready.set({ namespace: 'a', name: 'say "x"' }, 1);
    registry.histogram('seconds', 'How long.', [1, 5]).observe(2);
    expect(registry.text()).toBe(
      '# HELP ready Whether it is.\n# TYPE ready gauge\nready{namespace="a",name="say \\"x\\""} 1\n' +
        '# HELP seconds How long.\n# TYPE seconds histogram\nseconds_bucket{le="1"} 0\n' +
        'seconds_bucket{le="5"} 1\nseconds_bucket{le="+Inf"} 1\nseconds_sum 2\nseconds_count 1\n',
    );
  });

  it('forget a set that is gone', () => {
    const registry = createRegistry();
    const ready = registry.metric('ready', 'gauge', 'Whether it is.');
    ready.set({ name: 'a' }, 1);
    ready.drop({ name: 'a' });
    expect(registry.text()).not.toContain('ready{');
  });
});
