/**
 * The small schemas that the manifest and the descriptors share. A custom message here is a predicate: it is
 * read after the field's name and value (`maxAge "90x" is not a duration. …`). Patterns hold no look-around
 * and no flags, because they also become JSON Schema and the structural schema of a custom resource.
 */
import * as z from 'zod';
import { parseDuration } from '../duration.ts';

/** Text that can be percent-encoded: a lone surrogate cannot, and a mark is built from names. */
const wellFormed = { error: 'holds half of a character. Write the text anew.' };

/** A duration as text; see core/duration.ts. The pattern is that file's without its look-ahead. */
export const Duration = z
  .string()
  .min(2, { error: notADuration, abort: true })
  .max(32, { error: notADuration, abort: true })
  .regex(/^([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$/, { error: notADuration, abort: true })
  .refine((text) => parseDuration(text) !== undefined, { error: 'is too long a time. Lower it.' });

function notADuration(): string {
  return (
    'is not a duration. Write numbers with the units w, d, h, m and s, largest first, such as 90d or ' +
    '1h30m.'
  );
}

const noControl = { error: 'holds a control character. Remove it.' };

/**
 * No control characters but those allowed: not a pattern, because escapes differ between pattern dialects.
 */
function printable(allowed = ''): (text: string) => boolean {
  return (text) => [...text].every((char) => (char >= ' ' && char !== '\u007f') || allowed.includes(char));
}

/** A name that the provider keeps: anything printable, without spaces around it. */
export const UserName = z
  .string()
  .min(1, { error: 'is empty. Give a name.', abort: true })
  .max(128, { error: 'is longer than 128 characters. Shorten it.' })
  .regex(/^\S(.*\S)?$/, { error: 'begins or ends with a space, or holds a line break. Remove it.' })
  .refine(printable(), noControl)
  .refine((text) => text.isWellFormed(), wellFormed);

/** The name of a token: ours alone, and part of commands and marks. */
export const TokenName = z
  .string()
  .max(63, { error: 'is longer than 63 characters. Shorten it.' })
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, {
    error: 'is not a token name. Use letters, digits, ".", "_" and "-", and begin with a letter or digit.',
  });

/** Words for people: no control characters but line breaks and tabs. */
export const Words = z
  .string()
  .max(10_000, { error: 'is longer than 10000 characters. Shorten it.' })
  .refine(printable('\t\n\r'), noControl)
  .refine((text) => text.isWellFormed(), wellFormed);

/** A word that someone chose and keyturn only compares. */
export const Word = z
  .string()
  .max(128, { error: 'is longer than 128 characters. Shorten it.' })
  .refine(printable(), noControl);

/** A name of a Kubernetes object. */
export const ObjectName = z
  .string()
  .max(253, { error: 'is longer than 253 characters. Shorten it.' })
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, {
    error:
      'is not a Kubernetes name. Use lower-case letters, digits, "-" and ".", with a letter or digit at ' +
      'both ends.',
  });

/** A key of the data of a Kubernetes Secret. */
export const SecretKey = z
  .string()
  .max(253, { error: 'is longer than 253 characters. Shorten it.' })
  .regex(/^[-._a-zA-Z0-9]+$/, { error: 'is not a key of a Secret. Use letters, digits, "-", "_" and ".".' });

/** What tells one applier of manifests from all others, such as `payments-k3x9ab` or `github:12345`. */
export const OwnerId = z
  .string()
  .max(128, { error: 'is longer than 128 characters. Shorten it.' })
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:/-]*$/, {
    error: 'is not an owner id. Use letters, digits, ".", "_", ":", "/" and "-".',
  });

/** Labels or annotations. */
export const StringMap = z.record(z.string(), z.string());

/** Where a credential lies in a cluster. */
export const Credentials = z.strictObject({
  secretKeyRef: z
    .strictObject({
      name: ObjectName.meta({ description: 'Name of the Secret.' }),
      key: SecretKey.meta({ description: 'Key in its data.' }),
    })
    .meta({ description: 'The key of a Secret that holds the credential.' }),
});

/** Where an API is: no trailing slash, no credential, no query, so that paths can be appended. */
export const Url = z
  .string()
  .max(2_000, { error: 'is longer than 2000 characters. Shorten it.' })
  .regex(/^https?:\/\/[^/?#@\s]+(\/[^?#\s]*[^/?#\s])?$/, {
    error:
      'is not the address of an API. Write http(s)://host without a slash at the end, user name, password ' +
      'or query.',
  })
  .refine(URL.canParse, { error: 'is not a URL. Correct it.' });

/** The rule of a map whose keys exclude each other: `provider`, an entry of `deliverTo`. */
export function exactlyOne(choices: readonly string[]) {
  const given = (value: unknown) => choices.filter((choice) => Object.hasOwn(Object(value), choice));
  return [
    (value: object) => given(value).length === 1,
    {
      // Also when something inside is wrong: all problems of a map are told at once.
      when: () => true,
      error: ({ input }: { readonly input?: unknown }) => {
        const found = given(input).join(' and ') || 'none';
        return `names ${found}, where exactly one is due: ${choices.join(', ')}.`;
      },
    },
  ] as const;
}
