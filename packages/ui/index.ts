/** The kit of all screens, by name: the doors, live rows, languages, the theme, parts and the chime. */
export {
  type CommandAsk,
  createDoor,
  type Door,
  type DoorOptions,
  type Me,
  type Place,
} from './door/door.ts';
export { DoorProvider, useDoor } from './door/door-context.tsx';
export { asDoorError, DoorError, doorErrorFrom } from './door/door-error.ts';
export {
  createSiteServer,
  knownHub,
  type ServerNow,
  type SiteServer,
  type SiteServerOptions,
} from './door/site-server.ts';
export { textOfError, useErrorText } from './errors/use-error-text.ts';
export { AppearanceProvider, useAppearance } from './frame/appearance.tsx';
export { Dialog } from './frame/dialog.tsx';
export { Entrance } from './frame/entrance.tsx';
export { useFirstFocus } from './frame/first-focus.ts';
export { LanguageMenu } from './frame/language-menu.tsx';
export { type AppTexts, createI18n, LANGUAGE_NAMES, localeOf, type Texts } from './i18n/i18n.ts';
export { LanguagePicker, type LanguagePickerProps } from './i18n/language-picker.tsx';
export { type Format, formatFor, useFormat, useLocale } from './i18n/use-locale.ts';
export { BigButton, type BigButtonProps, BUTTON_KINDS, type ButtonKind } from './parts/big-button.tsx';
export { Code, type CodeProps } from './parts/code.tsx';
export {
  ConnectionBadge,
  type ConnectionBadgeProps,
  LINK_SOURCES,
  type LinkSource,
} from './parts/connection-badge.tsx';
export { Pressable, type PressableProps } from './parts/pressable.tsx';
export { QrCode, type QrCodeProps } from './parts/qr-code.tsx';
export { SERVICE_ICON_NAMES, ServiceIcon, type ServiceIconProps } from './parts/service-icon.tsx';
export {
  EmptyState,
  type EmptyStateProps,
  ErrorState,
  type ErrorStateProps,
  LoadingState,
} from './parts/state.tsx';
export { createTapGuard, pageTaps } from './press/tap-guard.ts';
export { exchange } from './session/exchange.ts';
export { createKeeper, type Keeper, type KeeperState } from './session/keeper.ts';
export { type Credentials, refreshed, signIn, signInAtHub, signOut } from './session/login.ts';
export { browserPeers } from './session/peers.ts';
export { atSite, type Session, type SessionSite } from './session/session.ts';
export { type LinkState, SHAPE_STATUSES, type ShapeStatus, worstOf } from './shapes/link-state.ts';
export type { ShapeRows } from './shapes/shape-copy.ts';
export type { ShapeView } from './shapes/shape-feed.ts';
export { type ShapeInUse, useShape } from './shapes/use-shape.ts';
export {
  chime,
  onSoundState,
  SOUND_STATES,
  type SoundState,
  soundState,
  unlockSound,
} from './sound/chime.ts';
export { playClip, prepareClips } from './sound/clip.ts';
export { type ThemeColours, themedPalette } from './theme/tenant-theme.ts';
export { theme } from './theme/theme.ts';
export { APPEARANCES, type Appearance, PALETTES, type Palette } from './theme/tokens.ts';
export { TotemProvider, type TotemProviderProps } from './theme/totem-provider.tsx';
export { browserWorld, type World } from './time/world.ts';
