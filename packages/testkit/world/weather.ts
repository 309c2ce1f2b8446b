/** The weather of a seed: which faults this world has, and how bad they are. One seed in ten has none, one in ten a single kind. */
import { chosen, draw, logUniform } from './chance.ts';

/** Chances are for each request; events are for each step. */
export interface Weather {
  readonly totems: number;
  readonly operators: number;
  /** Of the cloud, over one database. */
  readonly nodes: number;
  readonly latencyMs: number;
  readonly loss: number;
  readonly repeat: number;
  readonly late: number;
  readonly clog: number;
  readonly cuts: number;
  readonly totemDeaths: number;
  /** Deaths at a named place of the code, of totems and of nodes. */
  readonly pointDeaths: number;
  readonly cloudDeaths: number;
  readonly clocks: number;
  readonly disks: number;
  readonly oldImages: number;
  readonly clones: number;
  readonly wipes: number;
  readonly restores: number;
  readonly prices: number;
  readonly revocations: number;
  /** Whether the site begins with a hub. */
  readonly hub: boolean;
  readonly hubMoves: number;
}

type Kind = Exclude<keyof Weather, 'totems' | 'operators' | 'nodes' | 'pointDeaths' | 'latencyMs' | 'hub'>;

/** The worst of each. */
const WORST: Readonly<Record<Kind, number>> = {
  loss: 0.3,
  repeat: 0.5,
  late: 0.15,
  clog: 0.05,
  cuts: 0.12,
  totemDeaths: 0.15,
  cloudDeaths: 0.08,
  clocks: 0.08,
  disks: 0.06,
  oldImages: 0.04,
  clones: 0.02,
  wipes: 0.02,
  restores: 0.02,
  prices: 0.05,
  revocations: 0.02,
  hubMoves: 0.05,
};
/** What is taken once in a while: more of them would leave no healthy totem to look at. */
const POINT_DEATHS_WORST = 0.15;
const RARE: readonly Kind[] = ['clones', 'wipes', 'restores', 'revocations'];
const KINDS = Object.keys(WORST) as Kind[];

export function weatherOf(seed: number): Weather {
  const share = (...words: string[]) => draw(seed, 'weather', ...words);
  const kind = share('kind');
  const isOn = (one: Kind): boolean => {
    if (kind < 0.1) return false;
    if (kind < 0.2) return one === chosen(KINDS, share('only'));
    return share('on', one) < (RARE.includes(one) ? 0.25 : 0.5);
  };
  const level = (one: Kind): number => (isOn(one) ? WORST[one] * (0.2 + 0.8 * share('level', one)) : 0);
  const levels = Object.fromEntries(KINDS.map((one) => [one, level(one)])) as Record<Kind, number>;
  return {
    totems: 1 + Math.floor(share('totems') * 3),
    operators: Math.floor(share('operators') * 3),
    nodes: share('nodes') < 0.4 ? 2 : 1,
    latencyMs: kind < 0.1 ? 20 : logUniform(share('latency'), 1, 3_000),
    hub: share('hub') < 0.5,
    pointDeaths:
      kind >= 0.2 && share('on', 'pointDeaths') < 0.5
        ? POINT_DEATHS_WORST * share('level', 'pointDeaths')
        : 0,
    ...levels,
  };
}
