/**
 * A payment manager for tests and the demo: it watches the request folder, answers by true files, and keeps books of its
 * own. It plays the customer at the pinpad too. It does one thing for each `step`, so that whoever drives it owns the time.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Env } from '@totem/domain';
import { decodeTef, encodeTef, type TefFields } from './fields.ts';
import type { TefProfile } from './profile.ts';

export type CardHolder = 'pays' | 'is_declined' | 'has_no_funds' | 'cancels';
/** What becomes of the next request. */
export type TefFault =
  | 'asleep'
  | 'answer_lost'
  | 'forgotten'
  | 'slow'
  | 'answered_twice'
  | 'stale_first'
  | 'half_written'
  | 'other_amount'
  | 'leg_untold';

export interface TefTransaction {
  readonly nsu: string;
  readonly key: string;
  readonly amountCents: number;
  /** The sale that it cancels. */
  readonly cancels: string | undefined;
  state: 'pending' | 'confirmed' | 'undone';
}

export interface TefSimulator {
  /** Does the next thing. @returns whether there was one. */
  step(): boolean;
  readonly transactions: readonly TefTransaction[];
  cardHolders(...next: readonly CardHolder[]): void;
  fault(kind: TefFault): void;
  /** Ends the program, or starts it again; what it has approved is on its disk. */
  power(isOn: boolean): void;
  /** What is asked of the customer at the pinpad now; undefined for nothing. */
  atPinpad(): { readonly amountCents: number } | undefined;
  /** The customer at the pinpad acts now. @returns whether there is one. */
  act(holder: CardHolder): boolean;
  heal(): void;
}

/** How long the customer takes at the pinpad; slow ones more. */
const PINPAD_MS = 8_000;
const PINPAD_SLOW_MS = 90_000;
const NETWORK = 'REDE X';
const FULL_CARD = '4111111111111111';

const MESSAGE_OF: Readonly<Record<Exclude<CardHolder, 'pays'>, string>> = {
  is_declined: 'NEGADA',
  has_no_funds: 'NEGADA - SALDO INSUFICIENTE',
  cancels: 'OPERACAO CANCELADA',
};

type Line = readonly [string, string];

export interface TefSimulatorOptions {
  /** What the files are called, since managers differ in case. */
  readonly file?: string;
  /** Customers act when `act` says so, and not by themselves. */
  readonly isByHand?: boolean;
}

export function openTefSimulator(
  profile: TefProfile,
  env: Env,
  { file = 'IntPos', isByHand = false }: TefSimulatorOptions = {},
): TefSimulator {
  const transactions: TefTransaction[] = [];
  let holders: CardHolder[] = [];
  let faults: TefFault[] = [];
  let nsu = 0;
  let lastWasWhole = true;
  let isOn = true;
  let ignored: string | undefined;
  /** What is at the pinpad, and when the customer will be done. */
  let busy: { readonly fields: TefFields; untilMs: number } | undefined;
  /** Answers that are still to be written, one for each step. */
  let due: { readonly lines: readonly Line[]; readonly isWhole: boolean }[] = [];

  const strikes = (...kinds: TefFault[]): TefFault | undefined => {
    const [next] = faults;
    return next !== undefined && kinds.includes(next) ? faults.shift() : undefined;
  };
  const { write, isAnswerRead, clearAnswers, request: lying, remove } = managerFiles(profile, file);

  const take = (): TefFields | undefined => {
    const fields = lying();
    if (fields === 'none') {
      ignored = undefined;
      return undefined;
    }
    const id = fields?.get('001-000');
    if (fields === undefined || id === ignored) return undefined;
    if (fields.get('000-000') !== 'ATV' && strikes('asleep')) {
      ignored = id;
      return undefined;
    }
    remove();
    return fields;
  };

  const approved = (request: TefFields, cancels: string | undefined): readonly Line[] => {
    nsu += 1;
    const asked = Number(request.get('003-000'));
    const one: TefTransaction = {
      nsu: String(nsu).padStart(9, '0'),
      key: Buffer.from(env.randomBytes(5)).toString('hex').toUpperCase(),
      amountCents: asked + (strikes('other_amount') ? 1 : 0),
      cancels,
      state: 'pending',
    };
    transactions.push(one);
    return [
      ...echo(request),
      ['003-000', String(one.amountCents)],
      ['009-000', '0'],
      ['010-000', NETWORK],
      ['011-000', '20'],
      ['012-000', one.nsu],
      ['013-000', '987654'],
      ['022-000', '23112026'],
      ['023-000', '184512'],
      ['027-000', one.key],
      ['028-000', '3'],
      ['029-001', `"${NETWORK}"`],
      ['029-002', '"  VIA CLIENTE   DEBITO"'],
      // A manager that should have masked it, and did not.
      ['029-003', `"CARTAO ${FULL_CARD}"`],
      ['030-000', 'APROVADA'],
      ['040-000', 'VISA'],
      ['740-000', FULL_CARD],
      ['741-000', 'A CUSTOMER'],
      ['729-000', '2'],
      ['888-000', 'something newer'],
    ];
  };
  const denied = (request: TefFields, message: string): readonly Line[] => [
    ...echo(request),
    ['009-000', '1'],
    ['028-000', '0'],
    ['030-000', message],
  ];
  const reminder = (
    request: TefFields,
    { nsu: number, key, amountCents }: TefTransaction,
  ): readonly Line[] => [
    ...echo(request),
    ['003-000', String(amountCents)],
    ['009-000', '1'],
    ['010-000', NETWORK],
    ['012-000', number],
    ['027-000', key],
    ['028-000', '0'],
    ['030-000', 'TRANSACAO PENDENTE'],
  ];

  const decide = (request: TefFields): readonly Line[] => {
    const pending = transactions.find(({ state }) => state === 'pending');
    if (pending !== undefined) return reminder(request, pending);
    if (request.get('000-000') === 'CNC') {
      const sale = transactions.find(
        (one) => one.nsu === request.get('012-000') && one.state === 'confirmed' && one.cancels === undefined,
      );
      const isCancelled = transactions.some((one) => one.cancels === sale?.nsu && one.state === 'confirmed');
      const isWhole = sale !== undefined && String(sale.amountCents) === request.get('003-000');
      return isWhole && !isCancelled ? approved(request, sale.nsu) : denied(request, 'NAO PERMITIDA');
    }
    const holder = holders.shift() ?? 'pays';
    if (holder === 'pays') return approved(request, undefined);
    return denied(request, MESSAGE_OF[holder]);
  };

  const answer = (request: TefFields): void => {
    const forgets = strikes('forgotten');
    if (forgets !== undefined) return;
    const lines = decide(request);
    const struck = strikes('answer_lost', 'answered_twice', 'stale_first', 'half_written');
    if (struck === 'answer_lost') return;
    const whole = { lines, isWhole: true };
    if (struck === 'stale_first')
      due.push({
        lines: [
          ['000-000', 'CRT'],
          ['001-000', '1'],
          ['009-000', '1'],
        ],
        isWhole: true,
      });
    if (struck === 'half_written') due.push({ lines, isWhole: false });
    due.push(whole);
    if (struck === 'answered_twice') due.push(whole);
  };

  const secondLeg = (request: TefFields, state: 'confirmed' | 'undone'): void => {
    const one = transactions.find(({ key }) => key === request.get('027-000'));
    if (one?.state === 'pending') one.state = state;
  };

  const begin = (request: TefFields): void => {
    const command = request.get('000-000');
    const isLeg = command === 'CNF' || command === 'NCN';
    if (isLeg) secondLeg(request, command === 'CNF' ? 'confirmed' : 'undone');
    if (isLeg && strikes('leg_untold')) return;
    write('sts', echo(request));
    if (command !== 'CRT' && command !== 'CNC') return;
    clearAnswers();
    const customerMs = strikes('slow') ? PINPAD_SLOW_MS : PINPAD_MS;
    busy = { fields: request, untilMs: isByHand ? Number.POSITIVE_INFINITY : env.now() + customerMs };
  };

  return {
    transactions,
    step() {
      if (!isOn) return false;
      const [next] = due;
      if (next !== undefined && (isAnswerRead() || !lastWasWhole)) {
        due = due.slice(1);
        lastWasWhole = next.isWhole;
        write('001', next.lines, next.isWhole);
        return true;
      }
      if (busy !== undefined) {
        if (env.now() < busy.untilMs) return false;
        const { fields } = busy;
        busy = undefined;
        answer(fields);
        return true;
      }
      const request = take();
      if (request !== undefined) begin(request);
      return request !== undefined;
    },
    cardHolders: (...next) => {
      holders = [...next];
    },
    fault: (kind) => void faults.push(kind),
    atPinpad: () => (busy === undefined ? undefined : { amountCents: Number(busy.fields.get('003-000')) }),
    act(holder) {
      if (busy === undefined) return false;
      holders = [holder];
      busy.untilMs = 0;
      return true;
    },
    power(on) {
      isOn = on;
      // A customer at the pinpad is left there.
      if (!on) busy = undefined;
    },
    heal: () => {
      faults = [];
    },
  };
}

/** The manager's end of the two folders. */
function managerFiles({ requestDir, responseDir }: TefProfile, file: string) {
  mkdirSync(requestDir, { recursive: true });
  mkdirSync(responseDir, { recursive: true });
  const asked = join(requestDir, 'IntPos.001');
  const answers = (): string[] => readdirSync(responseDir).filter((name) => /^intpos\.001$/i.test(name));
  return {
    write(suffix: string, lines: readonly Line[], isWhole = true): void {
      const bytes = encodeTef(lines);
      const path = join(responseDir, `${file}.${suffix}`);
      // Some managers write in place: then a reader meets half a file.
      if (!isWhole) {
        writeFileSync(path, bytes.subarray(0, Math.floor(bytes.length / 2)));
        return;
      }
      writeFileSync(`${path}.part`, bytes);
      renameSync(`${path}.part`, path);
    },
    isAnswerRead: (): boolean => answers().length === 0,
    clearAnswers(): void {
      for (const name of answers()) rmSync(join(responseDir, name));
    },
    /** The request that lies there; undefined while it is not whole. */
    request: (): TefFields | undefined | 'none' =>
      existsSync(asked) ? decodeTef(readFileSync(asked)) : 'none',
    remove: (): void => rmSync(asked),
  };
}

function echo(request: TefFields): readonly Line[] {
  return ['000-000', '001-000', '002-000', '003-000'].flatMap((id) => {
    const value = request.get(id);
    return value === undefined ? [] : [[id, value] as const];
  });
}
