/** The first page: who is at this counter. */
import { Alert, Button, PasswordInput, TextInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { asDoorError, type DoorError, useErrorText } from '@totem/ui';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import css from '../shell/entrance.module.css';
import { Entrance } from '../shell/entrance.tsx';
import { LanguageMenu } from '../shell/language-menu.tsx';
import { signIn } from './login.ts';
import type { Session } from './session.ts';

interface SignInProps {
  readonly baseUrl: string;
  /** Why the person is here again, if they were signed in before. */
  readonly reason: DoorError | undefined;
  onSignedIn(session: Session): void;
}

export function SignIn({ baseUrl, reason, onSignedIn }: SignInProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<DoorError | undefined>(reason);
  const [busy, setBusy] = useState(false);
  const [wasSent, setWasSent] = useState(false);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setWasSent(true);
    if (username.trim() === '' || password === '' || busy) return;
    setBusy(true);
    setError(undefined);
    try {
      onSignedIn(await signIn(baseUrl, username.trim(), password));
    } catch (thrown) {
      setError(asDoorError(thrown));
      setBusy(false);
    }
  };
  const missing = (value: string): string | undefined =>
    wasSent && value.trim() === '' ? t('login.missing') : undefined;
  return (
    <Entrance heading={t('login.heading')} lead={t('login.lead')} aside={<LanguageMenu />}>
      <form className={css.form} onSubmit={(event) => void submit(event)} noValidate>
        <div role="alert">
          {error !== undefined && (
            <Alert role="presentation" color="red" variant="light" icon={<IconAlertTriangle aria-hidden />}>
              {errorText(error)}
            </Alert>
          )}
        </div>
        <TextInput
          size="md"
          label={t('login.username')}
          value={username}
          error={missing(username)}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          onChange={(event) => setUsername(event.currentTarget.value)}
        />
        <PasswordInput
          size="md"
          label={t('login.password')}
          value={password}
          error={missing(password)}
          autoComplete="current-password"
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" variant="filled" size="lg" fullWidth loading={busy}>
          {t('login.submit')}
        </Button>
      </form>
    </Entrance>
  );
}
