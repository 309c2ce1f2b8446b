/**
 * The container file and the compose file, held to what they are made for: variables that the cloud reads, files that exist, no
 * secret in them, no more rights than needed. There is no engine here to run them.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '..', '..');
const CLOUD = join(ROOT, 'deploy', 'cloud');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

interface Service {
  readonly image: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly command?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}
const compose = parse(read('deploy/cloud/compose.yaml'), { merge: true }) as Compose;
const dockerfile = read('deploy/cloud/Dockerfile');

/** A value of the compose file as it is where nobody has set its variables. */
const withDefaults = (value: string) => value.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1');

/** Names of a configuration's fields, as its source lists them. */
const fieldsOf = (path: string) =>
  [...read(path).matchAll(/^ {2}([A-Z][A-Z0-9_]+):/gm)].map(([, name]) => name);

describe('the compose file', () => {
  test.each([
    ['cloud', 'cloud/main.ts'],
    ['backup', 'scripts/backup/options.ts'],
  ])('gives %s only what %s reads', (name, source) => {
    const read = new Set(fieldsOf(source));
    const given = Object.keys(compose.services[name]?.environment ?? {});
    expect(given.length).toBeGreaterThan(5);
    expect(given.filter((variable) => !read.has(variable))).toEqual([]);
  });

  test('gives the cloud all that it cannot start without', () => {
    const required = ['DATABASE_URL', 'DATABASE_TAILER_URL', 'SIGNING_KEY', 'DATA_KEYS', 'PUBLIC_URL'];
    for (const name of required) {
      expect(read('cloud/main.ts')).toContain(`  ${name}:`);
      expect(compose.services.cloud?.environment?.[name]).toMatch(/\$\{\w+:\?\}/);
    }
  });

  test('has no secret in it: each comes from outside, and its lack is an error', () => {
    for (const { environment = {} } of Object.values(compose.services))
      for (const [name, value] of Object.entries(environment))
        if (/PASSWORD|KEYS?$|SECRET|_URL$/.test(name) && value.length > 0)
          expect(`${name}=${value}`).toMatch(/\$\{\w+(:[?-][^}]*)?\}|^ELECTRIC_MANUAL/);
  });

  test('asks for exactly the secrets that npm run keys writes, and the address', () => {
    const asked = new Set(
      [...read('deploy/cloud/compose.yaml').matchAll(/\$\{(\w+):\?\}/g)].map(([, name]) => name),
    );
    const written = [...read('scripts/keys.ts').matchAll(/^ {2}([A-Z_]+):/gm)].map(([, name]) => name);
    expect([...asked].toSorted()).toEqual([...written, 'PUBLIC_URL'].toSorted());
  });

  test('opens no port to more than this machine, and PostgreSQL to nobody', () => {
    for (const { ports = [] } of Object.values(compose.services))
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    expect(compose.services.postgres?.ports).toBeUndefined();
    expect(compose.services.electric?.ports).toBeUndefined();
  });

  test('runs our image without rights and without a disk of its own', () => {
    for (const name of ['cloud', 'backup'])
      expect(compose.services[name]).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      });
  });

  test('mounts files that exist and volumes that it declares, and waits for a database that is healthy', () => {
    for (const { volumes = [], depends_on: after = {} } of Object.values(compose.services)) {
      for (const [from = ''] of volumes.map((volume) => withDefaults(volume).split(':')))
        expect(from.startsWith('.') ? existsSync(join(CLOUD, from)) : from in compose.volumes).toBe(true);
      for (const [name, { condition }] of Object.entries(after)) {
        expect(compose.services[name]).toBeDefined();
        expect(condition).toBe('service_healthy');
      }
    }
  });

  test('runs the PostgreSQL whose tools are in the image', () => {
    const [, server] = /^postgres:(\d+)/.exec(compose.services.postgres?.image ?? '') ?? [];
    expect(dockerfile).toContain(`postgresql-client-${server}`);
  });
});

test.each(['backup', 'erasures'])(
  'the timer of the %s starts its service by the compose file, and makes up for what was missed',
  (name) => {
    const [service, timer] = ['service', 'timer'].map((kind) => read(`deploy/cloud/totem-${name}.${kind}`));
    const [, file = '', asked = '', words = ''] =
      /compose -f (\S+) run --rm (\S+)(.*)$/m.exec(service ?? '') ?? [];
    expect([existsSync(join(ROOT, file)), asked]).toEqual([true, 'backup']);
    expect(words.trim()).toBe(name === 'erasures' ? '--erasures' : '');
    // What is said after the service's name is handed to the program.
    expect(compose.services.backup).toMatchObject({
      entrypoint: expect.arrayContaining(['scripts/backup.ts']),
      command: [],
    });
    expect(timer).toMatch(/^OnCalendar=\*-\*-\* .*\nPersistent=true$/m);
  },
);

test('the volume of backups belongs to the user that writes them', () => {
  const volume = compose.services.backup?.volumes?.[0]?.split(':')[1];
  expect(dockerfile).toContain(`install -d -o node -g node -m 0700 ${volume}`);
});

test('figures of backups leave the container, to whoever may read the folder', () => {
  const { environment, volumes = [] } = compose.services.backup ?? {};
  const folder = dirname(environment?.BACKUP_METRICS_FILE ?? '');
  expect(volumes.map((volume) => withDefaults(volume).split(':')[1])).toContain(folder);
  expect(dockerfile).toContain(`install -d -o node -g node -m 0755 ${folder}`);
});

describe('the container file', () => {
  test('copies, sets and starts what is there', () => {
    const { node } = JSON.parse(read('package.json')).devDependencies;
    expect(dockerfile).toMatch(new RegExp(`^FROM node:${Number.parseInt(node, 10)}-`, 'm'));
    for (const [, path = ''] of dockerfile.matchAll(/_DIR=\/app\/(\S+)\/dist/g))
      expect(existsSync(join(ROOT, path))).toBe(true);
    expect(existsSync(join(ROOT, 'cloud/main.ts')) && dockerfile.includes('"cloud/main.ts"')).toBe(true);
    const known = new Set([...fieldsOf('cloud/main.ts'), 'NODE_ENV']);
    const [, block = ''] = /^ENV ((?:.*\\\n)*.*)$/m.exec(dockerfile) ?? [];
    const set = [...block.matchAll(/([A-Z_]+)=/g)].map(([, name]) => name);
    expect(set.length).toBeGreaterThan(5);
    expect(set.filter((name) => !known.has(name))).toEqual([]);
  });

  test('runs as somebody else than root, from a context without what is made here', () => {
    expect(dockerfile).toMatch(/^USER node$/m);
    const ignored = read('.dockerignore').split('\n');
    for (const name of ['.git', '.data', '**/node_modules']) expect(ignored).toContain(name);
  });

  test('takes no secret with it, and neither does the repository', () => {
    // The image takes all of the context, and `npm run keys` writes into deploy/cloud/.env.
    expect(dockerfile).toMatch(/^COPY \. \.$/m);
    expect(read('.dockerignore').split('\n')).toContain('**/.env');
    expect(read('.gitignore').split('\n')).toContain('.env');
  });
});

test('documents of operations name files and commands that are there', () => {
  const { scripts } = JSON.parse(read('package.json'));
  const folder = 'docs/operations';
  const pages = ['install', 'upgrade', 'backup-and-restore', 'incidents', 'scale', 'slos', 'threats'].map(
    (name) => `${folder}/${name}.md`,
  );
  for (const page of [...pages, 'SECURITY.md']) {
    const text = read(page);
    for (const [, command = ''] of text.matchAll(/npm run ([a-z][a-z:-]*)/g))
      expect(`${page}: npm run ${command in scripts ? command : '-'}`).toBe(`${page}: npm run ${command}`);
    for (const [, path = ''] of text.matchAll(
      /`((?:deploy|docs|scripts|cloud|packages|migrations|apps)\/[\w./-]+)`/g,
    ))
      expect(`${page}: ${existsSync(join(ROOT, path)) ? path : '-'}`).toBe(`${page}: ${path}`);
    for (const [, path = ''] of text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g))
      expect(`${page}: ${existsSync(join(ROOT, dirname(page), path)) ? path : '-'}`).toBe(`${page}: ${path}`);
  }
});
