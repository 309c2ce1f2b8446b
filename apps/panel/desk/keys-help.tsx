/** The list of keys, and the switch that turns them off for people whose software types by itself. */
import { Kbd, Switch } from '@mantine/core';
import { Dialog } from '@totem/ui';
import { useTranslation } from 'react-i18next';
import css from './desk.module.css';
import { KEY_ACTIONS, KEYS, type KeyAction } from './keys.ts';

interface KeysHelpProps {
  readonly opened: boolean;
  /** Whether they are on, and how to turn them. */
  readonly keys: readonly [boolean, (on: boolean) => void];
  onClose(): void;
}

export function KeysHelp({ opened, keys: [keysOn, onKeysOn], onClose }: KeysHelpProps) {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} title={t('keys.heading')} lead={t('keys.lead')} onClose={onClose}>
      <KeysTable />
      <Switch
        mt="lg"
        label={t('keys.on')}
        checked={keysOn}
        onChange={(event) => onKeysOn(event.currentTarget.checked)}
      />
    </Dialog>
  );
}

function KeysTable() {
  const { t } = useTranslation();
  const nameOf = (action: KeyAction): string => (action === 'help' ? t('keys.help') : t(`action.${action}`));
  return (
    <dl className={css.keys}>
      {KEY_ACTIONS.map((action) => (
        <div key={action}>
          <dt>{nameOf(action)}</dt>
          <dd>
            {KEYS[action].map((key, index) => (
              <span key={key}>
                {index > 0 && <span className={css.keysOr}>{t('keys.or')}</span>}
                <Kbd className={css.helpKey ?? ''}>{key.length === 1 ? key.toUpperCase() : key}</Kbd>
              </span>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}
