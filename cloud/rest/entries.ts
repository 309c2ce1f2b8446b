/** What a principal did to a row, as the ledger keeps it: always in the transaction that did it. */
import type { EntryDraft, Env, JsonObject, Principal } from '@totem/domain';
import type { WriteHandle } from '../db/with-tenant.ts';
import { recordEntries } from '../ledger/commit.ts';

/** An entry but for who did it. What belongs to no site has none. */
export type Deed = Pick<EntryDraft, 'action' | 'entity' | 'entityId'> &
  Partial<Pick<EntryDraft, 'siteId' | 'data' | 'private'>>;

export async function record(
  tx: WriteHandle,
  { env, principal }: { readonly env: Env; readonly principal: Principal },
  ...deeds: readonly Deed[]
): Promise<void> {
  await recordEntries(
    tx,
    env,
    deeds.map(({ siteId = null, data = {}, ...deed }) => ({
      ...deed,
      siteId,
      userId: doneBy(principal).userId,
      data: { ...doneBy(principal).data, ...data },
    })),
  );
}

/** The person who acts; keys and devices are named in the entry's data. */
export function userOf(principal: Principal) {
  return principal.kind === 'user' ? principal.userId : null;
}

/** Who acts, as an entry says it. */
export function doneBy(principal: Principal) {
  return { userId: userOf(principal), data: actorOf(principal) };
}

function actorOf(principal: Principal): JsonObject {
  return principal.kind === 'key' ? { by: 'key', keyId: principal.keyId } : { by: principal.kind };
}
