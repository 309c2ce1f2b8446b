/** What the technician's page asks of its own agent. Who has come in is known to it by a session, kept in memory only. */
import type { Locale, PaymentMethod } from '@totem/domain';
import { DoorError, doorErrorFrom } from '@totem/ui';

export interface AboutPart {
  readonly part: string;
  readonly state: 'ok' | 'warning' | 'fault' | 'unknown';
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface About {
  readonly device: {
    readonly siteName: string | null;
    readonly lane: string;
    readonly equipmentId: string;
    readonly appVersion: string;
  };
  readonly parts: readonly AboutPart[];
  readonly ledger: { readonly seq: number; readonly acked: number; readonly pending: number };
  readonly printer: { readonly choice: PrinterChoice | null; readonly profileId: string | null };
  readonly means: readonly MeansState[];
  readonly clock: { readonly state: string; readonly offsetMs: number };
  readonly disk: { readonly databasePages: number; readonly hasRoom: boolean };
}

/** Something that can be paid with here, and whether it says that it can. */
export interface MeansState {
  readonly means: { readonly id: string; readonly method: PaymentMethod };
  readonly state: 'ready' | 'not_ready' | 'at_work' | 'unknown';
  readonly cause: string | null;
}

export interface PrinterChoice {
  readonly way: string;
  readonly profileId: string;
}

export interface Printers {
  readonly found: readonly { readonly way: string; readonly name: string }[];
  readonly profiles: readonly { readonly id: string; readonly name: string }[];
  readonly choice: PrinterChoice | null;
}

export interface TestPrint {
  readonly outcome: {
    readonly kind: 'confirmed' | 'not_sent' | 'unknown';
    readonly cause?: string | null;
  } | null;
  readonly preview: string | null;
}

/** A payment of which only the provider's own list says what became. */
export interface Doubt {
  readonly attemptId: string;
  readonly protocol: string;
  readonly reference: string;
  readonly amountCents: number;
  readonly currency: string;
}

export interface TechnicianAgent {
  /** @throws DoorError, as each of these. */
  pinState(): Promise<'set' | 'choose' | 'missing'>;
  /** Comes in with the PIN. */
  enter(pin: string): Promise<void>;
  /** Chooses the PIN, and comes in. */
  choosePin(pin: string): Promise<void>;
  about(): Promise<About>;
  printers(): Promise<Printers>;
  choosePrinter(choice: PrinterChoice): Promise<void>;
  testPrint(locale: Locale): Promise<TestPrint>;
  soundTried(): Promise<void>;
  /** What the reader of codes has read; null when nothing was shown to it. */
  scan(): Promise<string | null>;
  doubts(): Promise<readonly Doubt[]>;
  /** @param found what the provider's list calls it; null when it is not there. */
  settleDoubt(attemptId: string, found: string | null): Promise<void>;
  /** Asks a means of payment how it is. */
  tryMeans(id: string): Promise<MeansState>;
  takeLogs(): Promise<{ readonly path: string }>;
  leaveKiosk(): Promise<void>;
  end(): Promise<void>;
}

export function technicianAgent(token: string): TechnicianAgent {
  let session: string | undefined;
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    let answer: Response;
    try {
      answer = await fetch(`/v1/technician${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          ...(session === undefined ? {} : { 'x-technician': session }),
        },
        ...(method === 'GET' ? {} : { body: JSON.stringify(body ?? {}) }),
      });
    } catch (error) {
      throw new DoorError('unreachable', { cause: error });
    }
    if (!answer.ok) throw doorErrorFrom(answer.status, await answer.json().catch(() => null));
    return answer.status === 204 ? undefined : answer.json();
  };
  const comeIn = async (path: string, pin: string): Promise<void> => {
    session = ((await ask('POST', path, { pin })) as { session: string }).session;
  };
  return {
    pinState: async () => ((await ask('GET', '')) as { pin: 'set' | 'choose' | 'missing' }).pin,
    enter: (pin) => comeIn('/sessions', pin),
    choosePin: (pin) => comeIn('/pin', pin),
    about: async () => (await ask('GET', '/about')) as About,
    printers: async () => (await ask('GET', '/printers')) as Printers,
    choosePrinter: async (choice) => void (await ask('PUT', '/printer', choice)),
    testPrint: async (locale) => (await ask('POST', '/test-print', { locale })) as TestPrint,
    soundTried: async () => void (await ask('POST', '/sound')),
    scan: async () => ((await ask('POST', '/scan')) as { reading: string | null }).reading,
    doubts: async () => ((await ask('GET', '/doubts')) as { doubts: Doubt[] }).doubts,
    settleDoubt: async (id, found) => void (await ask('POST', `/doubts/${id}`, { found })),
    tryMeans: async (id) => (await ask('POST', `/means/${encodeURIComponent(id)}/try`)) as MeansState,
    takeLogs: async () => (await ask('POST', '/logs')) as { path: string },
    leaveKiosk: async () => void (await ask('POST', '/leave')),
    end: async () => {
      if (session !== undefined) await ask('POST', '/sessions/end');
      session = undefined;
    },
  };
}
