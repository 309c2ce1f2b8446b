/** Who may do what, as tables: permissions by role, device and scope, the commands that need them, and who follows what. */
import {
  COMMAND_PERMISSIONS,
  DEVICE_TYPES,
  PERMISSION_NAMES,
  PERMISSIONS,
  type PermissionSpec,
  ROLES,
  SHAPE_ACTORS,
} from '@totem/domain';
import type { Generator } from './generator.ts';

const ACTORS = ['platform_owner', ...ROLES, ...DEVICE_TYPES] as const;

export const permissionsPage: Generator = {
  path: 'docs/generated/permissions.md',
  make: async () => {
    const specs: readonly (readonly [string, PermissionSpec])[] = PERMISSION_NAMES.map((name) => [
      name,
      PERMISSIONS[name],
    ]);
    const holders = ACTORS.filter((actor) => specs.some(([, { actors }]) => actors.includes(actor)));
    const devices = ACTORS.filter((actor) => !holders.includes(actor));
    const followers = ACTORS.filter((actor) =>
      Object.values(SHAPE_ACTORS).some((actors) => actors.includes(actor)),
    );
    return `${[
      '# Permissions',
      'Whether somebody has a permission at all; at which sites and for which services is each person’s, device’s or key’s own. ' +
        'Everything else is refused. Made from `packages/domain/access/permissions.ts`.',
      tableOf(
        ['permission', ...holders, 'scope of a key'],
        specs.map(([name, { actors, scope }]) => [
          `\`${name}\``,
          ...holders.map((actor) => mark(actors.includes(actor))),
          scope === undefined ? '' : `\`${scope}\``,
        ]),
      ),
      `Without any permission of their own: ${devices.join(', ')}. They follow shapes, and a totem sends its ledger.`,
      '## Commands',
      tableOf(
        ['command', 'permission'],
        Object.entries(COMMAND_PERMISSIONS).map(([command, name]) => [`\`${command}\``, `\`${name}\``]),
      ),
      '## Shapes',
      tableOf(
        ['shape', ...followers],
        Object.entries(SHAPE_ACTORS).map(([shape, actors]) => [
          `\`${shape}\``,
          ...followers.map((actor) => mark(actors.includes(actor))),
        ]),
      ),
    ].join('\n\n')}\n`;
  },
};

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

function mark(holds: boolean): string {
  return holds ? 'yes' : '';
}
