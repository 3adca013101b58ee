/** A consumer: reads its Secret every 50 ms and calls the provider with what it read. */
import type { Stage } from './stage.ts';

export interface Consumer {
  /** @returns what went wrong, a sentence each */
  stop(): Promise<readonly string[]>;
}

export function watchConsumer(stage: Stage, secret: string): Consumer {
  const failures: string[] = [];
  let isRunning = true;
  const consume = async (): Promise<void> => {
    while (isRunning) {
      const value = await stage.value(secret);
      if (value === undefined) failures.push('the Secret has no value');
      else if (!(await stage.works(value))) failures.push(`${value.slice(0, 12)} does not work`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const running = consume();
  return {
    stop: async () => {
      isRunning = false;
      await running;
      return failures;
    },
  };
}
