/**
 * Numbers for Prometheus, in its text format. A series is named by what is bounded: sets that exist, words
 * from closed lists; never a token, a user or a message.
 */

type Labels = Readonly<Record<string, string>>;

interface Metric {
  set(labels: Labels, value: number): void;
  add(labels: Labels, by?: number): void;
  /** Forgets every series with these labels. */
  drop(labels: Labels): void;
}

interface Histogram {
  observe(value: number): void;
}

export interface Registry {
  /** @param read asked whenever somebody looks, instead of being set */
  metric(name: string, kind: 'gauge' | 'counter', help: string, read?: () => number): Metric;
  histogram(name: string, help: string, bounds: readonly number[]): Histogram;
  text(): string;
}

export function createRegistry(): Registry {
  const parts: (() => string)[] = [];
  return {
    metric: (name, kind, help, read) => {
      const series = new Map<string, { readonly labels: Labels; value: number }>();
      const of = (labels: Labels) => {
        const key = formatLabels(labels);
        const known = series.get(key) ?? { labels, value: 0 };
        series.set(key, known);
        return known;
      };
      parts.push(() => {
        if (read) of({}).value = read();
        const lines = [...series].map(([labels, { value }]) => `${name}${labels} ${value}\n`);
        return `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n${lines.join('')}`;
      });
      return {
        set: (labels, value) => {
          of(labels).value = value;
        },
        add: (labels, by = 1) => {
          of(labels).value += by;
        },
        drop: (labels) => {
          const wanted = Object.entries(labels);
          for (const [key, one] of series)
            if (wanted.every(([label, value]) => one.labels[label] === value)) series.delete(key);
        },
      };
    },
    histogram: (name, help, bounds) => {
      const counts = bounds.map(() => 0);
      let sum = 0;
      let count = 0;
      parts.push(() => {
        const lines = bounds.map((bound, rank) => `${name}_bucket{le="${bound}"} ${counts[rank]}\n`);
        const rest = `${name}_bucket{le="+Inf"} ${count}\n${name}_sum ${sum}\n${name}_count ${count}\n`;
        return `# HELP ${name} ${help}\n# TYPE ${name} histogram\n${lines.join('')}${rest}`;
      });
      return {
        observe: (value) => {
          sum += value;
          count += 1;
          for (const [rank, bound] of bounds.entries())
            if (value <= bound) counts[rank] = (counts[rank] ?? 0) + 1;
        },
      };
    },
    text: () => parts.map((part) => part()).join(''),
  };
}

function formatLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
