/** Reads a whole collection page by page, as of one version, whatever the server forgets meanwhile. */
import * as z from 'zod';
import { parseJson } from '../net/json.ts';
import { KubernetesError, unreadable } from './failures.ts';
import { type Collection, type KubernetesObject, ObjectSchema } from './objects.ts';
import { collectionPath } from './paths.ts';
import { metadataList, type Sender, type Sending } from './sender.ts';

export interface ListOptions {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Objects with their metadata alone: no value of a Secret ever comes. */
  readonly metadataOnly?: boolean;
  /** Objects in one answer; 500 unless told. 0: all. */
  readonly pageSize?: number;
  /** The first page alone. */
  readonly firstPageOnly?: boolean;
}

export interface ObjectList {
  readonly items: readonly KubernetesObject[];
  /** Where a watch goes on from. */
  readonly resourceVersion: string;
}

const PageSchema = z.object({
  metadata: z.object({ resourceVersion: z.string(), continue: z.string().optional() }),
  items: z.array(ObjectSchema).nullable(),
});

/**
 * A page may be asked for too late, after the server has forgotten the version that the list began with. Then
 * the list begins anew, and the second time without pages, so that a slow reader gets to its end.
 */
export async function readList(
  sender: Sender,
  collection: Collection,
  options: ListOptions & { readonly signal: AbortSignal },
): Promise<ObjectList> {
  const { pageSize = 500 } = options;
  try {
    return await readPages(sender, collection, { ...options, pageSize });
  } catch (error) {
    if (pageSize === 0 || !(error instanceof KubernetesError) || error.kind !== 'gone') throw error;
    return await readPages(sender, collection, { ...options, pageSize: 0 });
  }
}

async function readPages(
  sender: Sender,
  collection: Collection,
  options: ListOptions & { readonly pageSize: number; readonly signal: AbortSignal },
): Promise<ObjectList> {
  const { pageSize, signal, labelSelector, fieldSelector, metadataOnly, firstPageOnly } = options;
  const items: KubernetesObject[] = [];
  for (let next: string | undefined; ; ) {
    const sending: Sending = {
      method: 'GET',
      path: collectionPath(collection),
      query: {
        ...(pageSize === 0 ? {} : { limit: String(pageSize) }),
        ...(labelSelector === undefined ? {} : { labelSelector }),
        ...(fieldSelector === undefined ? {} : { fieldSelector }),
        ...(next === undefined ? {} : { continue: next }),
      },
      what: `listing ${collection.resource.plural}`,
      ...(metadataOnly ? { accept: metadataList } : {}),
    };
    const { text, status } = await sender.send(sending, signal);
    const page = PageSchema.safeParse(parseJson(text));
    if (!page.success) throw unreadable(page.error, status, { ...sending, isRead: true });
    items.push(...(page.data.items ?? []));
    next = page.data.metadata.continue || undefined;
    const { resourceVersion } = page.data.metadata;
    if (next === undefined || firstPageOnly) return { items, resourceVersion };
  }
}
