/** What the demo's server tells the page. */

export const PRINTER_FAULTS = ['paper_out', 'paper_low', 'cover_open', 'offline', 'jam'] as const;
export type PrinterFault = (typeof PRINTER_FAULTS)[number];

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
