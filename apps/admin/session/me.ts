/** Who works here, for which company, and what they may do. */
import type { AnswerOf, Routes } from '@totem/api';
import { PERMISSIONS, type Permission } from '@totem/domain';
import type { Session } from '@totem/ui';
import { createContext, use } from 'react';

export interface Me {
  readonly session: Session;
  readonly tenant: AnswerOf<Routes['getTenant']>;
  onSignOut(): void;
}

const MeContext = createContext<Me | undefined>(undefined);
export const MeProvider = MeContext.Provider;

/** @throws Error outside of `MeProvider`. */
export function useMe(): Me & { may(permission: Permission): boolean } {
  const me = use(MeContext);
  if (me === undefined) throw new Error('nobody is signed in here');
  const { role } = me.session.user;
  return { ...me, may: (permission) => (PERMISSIONS[permission].actors as readonly string[]).includes(role) };
}
