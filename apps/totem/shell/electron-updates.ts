/** `electron-updater` behind the shell's port: one feed of files over HTTPS, by stages, never downwards, and nothing by itself. */
import type { AppUpdater } from 'electron-updater';
import type { UpdaterPort } from './updates.ts';

/** The calls on `electron-updater`. */
export type ElectronUpdater = Pick<
  AppUpdater,
  | 'currentVersion'
  | 'autoDownload'
  | 'autoInstallOnAppQuit'
  | 'allowDowngrade'
  | 'allowPrerelease'
  | 'disableWebInstaller'
  | 'setFeedURL'
  | 'checkForUpdates'
  | 'downloadUpdate'
  | 'quitAndInstall'
>;

/** @param feedUrl a folder over HTTPS, as `electron-builder.yml` fills it. */
export function electronUpdates(updater: ElectronUpdater, feedUrl: string): UpdaterPort {
  // What is fetched, and when it is put in, is the shell's to say.
  updater.autoDownload = false;
  updater.autoInstallOnAppQuit = false;
  updater.allowDowngrade = false;
  updater.allowPrerelease = false;
  updater.disableWebInstaller = true;
  updater.setFeedURL({ provider: 'generic', url: feedUrl });
  return {
    current: updater.currentVersion.version,
    async offered() {
      const found = await updater.checkForUpdates();
      return found?.isUpdateAvailable === true ? found.updateInfo.version : null;
    },
    async fetch() {
      await updater.downloadUpdate();
    },
    install: () => updater.quitAndInstall(true, true),
  };
}
