import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { SecretValue } from '../../src/core/secret.ts';
import { hashSpec } from '../../src/core/spec.ts';
import { spec } from './plan/manifest.ts';

describe('a token value', () => {
  const value = new SecretValue('the-value');

  it.each([
    ['as text', () => `${value}`],
    ['in JSON', () => JSON.stringify({ value })],
    ['inspected', () => inspect({ value }, { depth: 9, showHidden: true })],
    ['in an error', () => String(new Error(`about ${value}`))],
    ['by its keys', () => JSON.stringify(Object.entries(value))],
  ])('does not show %s', (_how, show) => {
    expect(show()).not.toContain('the-value');
  });

  it('is told only when asked', () => {
    expect(value.reveal()).toBe('the-value');
    expect(value.equals(new SecretValue('the-value'))).toBe(true);
    expect(value.equals(new SecretValue('another'))).toBe(false);
  });
});

describe('the hash of a spec', () => {
  const hash = hashSpec('ci', spec());

  // These are in the marks of live tokens: a change here rotates everything its users have.
  it('never changes for what is already issued', () => {
    expect(hashSpec('ci', spec({ scopes: [], maxAgeSeconds: undefined }))).toBe('13722790');
    expect(hash).toBe('1e5b2aa4');
  });

  it.each([
    ['the user', hashSpec('cd', spec())],
    ['a scope', hashSpec('ci', spec({ scopes: ['all'] }))],
    ['the max age', hashSpec('ci', spec({ maxAgeSeconds: 600 }))],
    ['extendWhenUsed', hashSpec('ci', spec({ extendWhenUsed: true }))],
    ['the allowlist', hashSpec('ci', spec({ ipAllowlist: ['203.0.113.0/24'] }))],
  ])('differs with %s', (_what, other) => {
    expect(other).toMatch(/^1[0-9a-f]{7}$/);
    expect(other).not.toBe(hash);
  });

  it('is unknown in a form that a newer keyturn made', () => {
    expect(hashSpec('ci', spec(), 2)).toBeUndefined();
  });
});
