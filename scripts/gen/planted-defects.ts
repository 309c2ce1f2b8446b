/** The table of planted defects: what is broken on purpose in the simulated world, and the seed that finds it. */
import { NOT_PLANTED, PLANTED } from '@totem/testkit/planted';
import type { Generator } from './generator.ts';

const HEAD = `# Defects that the simulated world must find

Each is planted from outside into a world of real totems, their hub and the real cloud; what is shipped has no switch for them.
\`npm run simulate -- --seed SEED --planted NAME\` repeats a run.

| kind of defect | as it is planted | found by seed | as a breach of |
|---|---|---|---|
`;

const LEFT_OUT = `
Kinds of defects that no run of this world can show:

| kind of defect | why not |
|---|---|
`;

export const plantedDefects: Generator = {
  path: 'docs/generated/planted-defects.md',
  make: async () =>
    HEAD +
    PLANTED.map(({ of, name, seed, breaks }) => `| ${of} | ${name} | ${seed} | ${breaks} |\n`).join('') +
    LEFT_OUT +
    NOT_PLANTED.map(({ of, why }) => `| ${of} | ${why} |\n`).join(''),
};
