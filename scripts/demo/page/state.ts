/** What the demo's server tells the page. */

export const PRINTER_FAULTS = ['paper_out', 'paper_low', 'cover_open', 'offline', 'jam'] as const;
export type PrinterFault = (typeof PRINTER_FAULTS)[number];

/** What may be done to the Pix provider. `txid`: of the charge that is paid. */
export const PIX_ACTS = ['pay', 'delay', 'overload', 'lose_answer', 'heal'] as const;
export interface PixSwitch {
  readonly act: (typeof PIX_ACTS)[number];
  readonly txid?: string | undefined;
}

/** What the customer at the pinpad may do, and what may be done to the terminal. */
export const TERMINAL_ACTS = [
  'approve',
  'decline',
  'no_funds',
  'cancel',
  'lose_answer',
  'power_off',
  'power_on',
] as const;
export interface TerminalSwitch {
  readonly act: (typeof TERMINAL_ACTS)[number];
}

/** What the customer at the cash machine may do, and what may be done to it. `valueCents`: of the note or coin. */
export const CASH_ACTS = [
  'insert',
  'insert_false',
  'pull_lever',
  'jam',
  'fill',
  'clear',
  'cut_power',
  'lose_answer',
  'power_off',
  'power_on',
] as const;
export interface CashSwitch {
  readonly act: (typeof CASH_ACTS)[number];
  readonly valueCents?: number | undefined;
}

export interface CashState {
  readonly isOn: boolean;
  /** It takes what is put in now. */
  readonly isOpen: boolean;
  readonly hasEscrow: boolean;
  readonly trouble: 'none' | 'jam' | 'full' | 'open';
  /** What lies in it. */
  readonly storedCents: number;
  readonly pieces: number;
  /** The last thing that happened to a piece, in words. */
  readonly last: string;
}

export interface PaymentsState {
  readonly cash: CashState;
  /** Newest first. */
  readonly charges: readonly {
    readonly txid: string;
    readonly amountCents: number;
    readonly state: 'open' | 'paid' | 'over';
  }[];
  readonly terminal: {
    readonly isOn: boolean;
    /** What is asked of the customer at the pinpad; null for nothing. */
    readonly amountCents: number | null;
  };
}

export interface TotemState {
  readonly number: number;
  readonly name: string;
  /** With the kiosk's per-boot token; changes with each start. */
  readonly kioskUrl: string;
  readonly running: boolean;
  /** How often it was started again after it had ended by itself. */
  readonly restarts: number;
  /** Serves the branch while the link is away. */
  readonly isHub: boolean;
  /** Entries that the cloud has not acknowledged; null while the totem does not answer. */
  readonly pending: number | null;
  readonly faults: readonly PrinterFault[];
  /** Newest first. */
  readonly papers: readonly string[];
}

export interface DemoState {
  readonly linkCut: boolean;
  readonly cloud: { readonly running: boolean; readonly restarts: number };
  /** The hub's own addresses of the screens, for a day that begins without the link; null without a hub. */
  readonly hub: { readonly panelUrl: string; readonly displayUrl: string } | null;
  readonly totems: readonly TotemState[];
  readonly payments: PaymentsState;
  readonly panelUrl: string;
  readonly displayUrl: string;
  readonly adminUrl: string;
  readonly credentials: string;
  /** From PostgreSQL. */
  readonly central: {
    readonly tickets: number;
    readonly waiting: number;
    readonly finished: number;
    readonly entries: number;
    readonly doubledCodes: number;
  };
}
