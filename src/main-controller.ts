#!/usr/bin/env node
/** The controller as the image starts it; `keyturn controller` is the same. */
import { readFileSync } from 'node:fs';
import { controllerProcess } from './controller/process.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};
process.exitCode = await controllerProcess(version);
