/** What makes two requests with one command id the same request: who asked, and for what. */
import { type Command, canonicalJson, sha256Hex, type UserId } from '@totem/domain';

/** 64 hex characters. */
export function fingerprintOf(userId: UserId, command: Command): string {
  return sha256Hex(`${userId}\n${canonicalJson(command)}`);
}
