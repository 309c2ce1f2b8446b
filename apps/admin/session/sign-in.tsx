/**
 * The first page: who is here. A code or a new password is asked for once the server has asked: it says so only to who knew the
 * password.
 */
import { Alert, Button, Stack, TextInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ErrorCode } from '@totem/domain';
import {
  asDoorError,
  type DoorError,
  Entrance,
  LanguageMenu,
  type Session,
  signIn,
  useErrorText,
  useFirstFocus,
} from '@totem/ui';
import { type FormEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PasswordField } from '../parts/password-field.tsx';

/** What the server may ask for besides. */
type Extra = 'code' | 'newPassword';
const ASKED_BY: { readonly [C in ErrorCode]?: Extra } = {
  totp_required: 'code',
  totp_invalid: 'code',
  password_change_required: 'newPassword',
};

interface SignInProps {
  readonly serverUrl: string;
  /** Why the person is here again, if they were signed in before. */
  readonly reason: DoorError | undefined;
  onSignedIn(session: Session): void;
}

export function SignIn({ serverUrl, reason, onSignedIn }: SignInProps) {
  const { t, i18n } = useTranslation();
  const errorText = useErrorText();
  const isFirst = useFirstFocus();
  const [given, setGiven] = useState({ username: '', password: '', code: '', newPassword: '' });
  const [asked, setAsked] = useState<ReadonlySet<Extra>>(new Set());
  const [error, setError] = useState<DoorError | undefined>(reason);
  const [busy, setBusy] = useState(false);
  const [wasSent, setWasSent] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the title is written anew in each language.
  useEffect(() => {
    document.title = `${t('login.heading')} · Totem`;
  }, [t, i18n.language]);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setWasSent(true);
    const username = given.username.trim();
    const extras = [...asked].map((extra) => [extra, given[extra].trim()] as const);
    if ([username, given.password, ...extras.map(([, value]) => value)].includes('') || busy) return;
    setBusy(true);
    setError(undefined);
    try {
      const credentials = { username, password: given.password, ...Object.fromEntries(extras) };
      onSignedIn(await signIn(serverUrl, credentials, localStorage));
    } catch (thrown) {
      const refused = asDoorError(thrown);
      const extra = ASKED_BY[refused.code];
      setError(refused);
      // A field that appears has to be filled in first, and says nothing about that yet.
      setWasSent(extra === undefined || asked.has(extra));
      if (extra !== undefined) setAsked(new Set([...asked, extra]));
      if (refused.code === 'totp_invalid') setGiven((now) => ({ ...now, code: '' }));
      setBusy(false);
    }
  };
  const field = (name: keyof typeof given) => ({
    size: 'md',
    label: t(`login.${name}`),
    value: given[name],
    error: wasSent && given[name].trim() === '' ? t('form.missing') : undefined,
    onChange: (event: { currentTarget: { value: string } }) => {
      const { value } = event.currentTarget;
      setGiven((now) => ({ ...now, [name]: value }));
    },
  });
  return (
    <Entrance heading={t('login.heading')} lead={t('login.lead')} aside={<LanguageMenu />}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack mt="lg" gap="md">
          <div role="alert">
            {error !== undefined && (
              <Alert role="presentation" variant="light" icon={<IconAlertTriangle aria-hidden />}>
                {errorText(error)}
              </Alert>
            )}
          </div>
          <TextInput
            {...field('username')}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus={isFirst}
          />
          <PasswordField {...field('password')} autoComplete="current-password" />
          {asked.has('code') && (
            <TextInput
              {...field('code')}
              description={t('login.codeHint')}
              autoComplete="one-time-code"
              autoCapitalize="none"
              spellCheck={false}
              autoFocus
            />
          )}
          {asked.has('newPassword') && (
            <PasswordField
              {...field('newPassword')}
              description={t('login.newPasswordHint')}
              autoComplete="new-password"
              autoFocus
            />
          )}
          <Button type="submit" size="lg" fullWidth loading={busy}>
            {t('login.submit')}
          </Button>
        </Stack>
      </form>
    </Entrance>
  );
}
