/**
 * The first page: who is at this counter. A code or a new password is asked for once the server has asked: it says so only to
 * who knew the password.
 */
import { Alert, Button, PasswordInput, TextInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ErrorCode } from '@totem/domain';
import {
  asDoorError,
  type DoorError,
  Entrance,
  LanguageMenu,
  type LinkSource,
  type Session,
  signIn,
  signInAtHub,
  useErrorText,
  useFirstFocus,
} from '@totem/ui';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import css from './sign-in.module.css';

/** What the server may ask for besides. */
type Extra = 'code' | 'newPassword';
const ASKED_BY: { readonly [C in ErrorCode]?: Extra } = {
  totp_required: 'code',
  totp_invalid: 'code',
  password_change_required: 'newPassword',
};

interface SignInProps {
  readonly baseUrl: string;
  /** What gave this page: a hub takes PINs only. */
  readonly home: LinkSource;
  /** Where people can sign in with their PINs; null where no hub is known. */
  readonly hubUrl: string | null;
  /** Why the person is here again, if they were signed in before. */
  readonly reason: DoorError | undefined;
  onSignedIn(session: Session): void;
}

export function SignIn({ baseUrl, home, hubUrl, reason, onSignedIn }: SignInProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const isFirst = useFirstFocus();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [newPassword, setNewPassword] = useState('');
  const [isWithPin, setIsWithPin] = useState(home === 'hub');
  const [asked, setAsked] = useState<ReadonlySet<Extra>>(new Set());
  const [error, setError] = useState<DoorError | undefined>(reason);
  const [busy, setBusy] = useState(false);
  const [wasSent, setWasSent] = useState(false);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setWasSent(true);
    const given = { code: code.trim(), newPassword };
    const extras = (isWithPin ? [] : [...asked]).map((extra) => [extra, given[extra]] as const);
    if ([username.trim(), password, ...extras.map(([, value]) => value)].includes('') || busy) return;
    setBusy(true);
    setError(undefined);
    try {
      const name = username.trim();
      const credentials = { username: name, password, ...Object.fromEntries(extras) };
      onSignedIn(
        isWithPin && hubUrl !== null
          ? await signInAtHub(hubUrl, name, password)
          : await signIn(baseUrl, credentials, localStorage),
      );
    } catch (thrown) {
      const refused = asDoorError(thrown);
      const extra = ASKED_BY[refused.code];
      setError(refused);
      // A field that appears has to be filled in first, and says nothing about that yet.
      setWasSent(extra === undefined || asked.has(extra));
      if (extra !== undefined) setAsked(new Set([...asked, extra]));
      if (refused.code === 'totp_invalid') setCode('');
      setBusy(false);
    }
  };
  const missing = (value: string): string | undefined =>
    wasSent && value.trim() === '' ? t('login.missing') : undefined;
  const turn = (withPin: boolean): void => {
    setIsWithPin(withPin);
    setPassword('');
    setError(undefined);
    setWasSent(false);
  };
  // A PIN is for a day without the link: it is offered when the cloud does not answer.
  const isOffered = home === 'cloud' && hubUrl !== null && (isWithPin || error?.code === 'unreachable');
  const lead = isWithPin ? t('login.pinLead') : t('login.lead');
  return (
    <Entrance heading={t('login.heading')} lead={lead} aside={<LanguageMenu />}>
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
          autoFocus={isFirst}
          onChange={(event) => setUsername(event.currentTarget.value)}
        />
        <PasswordInput
          size="md"
          label={isWithPin ? t('pin.label') : t('login.password')}
          value={password}
          error={missing(password)}
          autoComplete={isWithPin ? 'off' : 'current-password'}
          inputMode={isWithPin ? 'numeric' : 'text'}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {!isWithPin && asked.has('code') && (
          <TextInput
            size="md"
            label={t('login.code')}
            description={t('login.codeHint')}
            value={code}
            error={missing(code)}
            autoComplete="one-time-code"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus
            onChange={(event) => setCode(event.currentTarget.value)}
          />
        )}
        {!isWithPin && asked.has('newPassword') && (
          <PasswordInput
            size="md"
            label={t('login.newPassword')}
            description={t('login.newPasswordHint')}
            value={newPassword}
            error={missing(newPassword)}
            autoComplete="new-password"
            autoFocus
            onChange={(event) => setNewPassword(event.currentTarget.value)}
          />
        )}
        <Button type="submit" variant="filled" size="lg" fullWidth loading={busy}>
          {t('login.submit')}
        </Button>
        {isOffered && (
          <Button variant="subtle" size="md" fullWidth onClick={() => turn(!isWithPin)}>
            {isWithPin ? t('login.withPassword') : t('login.withPin')}
          </Button>
        )}
      </form>
    </Entrance>
  );
}
