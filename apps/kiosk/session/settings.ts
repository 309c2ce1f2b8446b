/** How one customer wants the screen: part of the session, so it ends with it. */

export interface Settings {
  /** All controls within the lowest 40 % of the screen, for who sits. */
  readonly isLow: boolean;
  readonly isContrast: boolean;
  readonly isLarge: boolean;
  /** Guided by voice. */
  readonly isSpoken: boolean;
}
export type Setting = keyof Settings;

export const SETTINGS_AT_START: Settings = {
  isLow: false,
  isContrast: false,
  isLarge: false,
  isSpoken: false,
};
