/**
 * Setting up time-based codes in three steps: the password, the picture for the authenticator app with its first code, and the
 * recovery codes, which are shown this once.
 */
import { Alert, Button, Checkbox, Stack, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconCopy } from '@tabler/icons-react';
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { asDoorError, type DoorError, QrCode, useErrorText } from '@totem/ui';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../data/api.ts';
import { PasswordField } from '../parts/password-field.tsx';
import css from './second-factor-setup.module.css';

type Enrolment = AnswerOf<Routes['enrolSecondFactor']>;

export function SecondFactorSetup({ onDone }: { onDone(): void }) {
  const [enrolment, setEnrolment] = useState<Enrolment | undefined>();
  const [recoveryCodes, setRecoveryCodes] = useState<readonly string[] | undefined>();
  if (recoveryCodes !== undefined) return <RecoveryCodes codes={recoveryCodes} onDone={onDone} />;
  if (enrolment !== undefined)
    return <FirstCode enrolment={enrolment} onConfirmed={(codes) => setRecoveryCodes(codes)} />;
  return <AskPassword onEnrolled={setEnrolment} />;
}

interface StepProps {
  readonly submit: string;
  readonly isReady: boolean;
  /** @throws DoorError */
  onSubmit(): Promise<void>;
  readonly children: ReactNode;
}

/** One question with one button; what was wrong stands above. */
function Step({ submit, isReady, onSubmit, children }: StepProps) {
  const errorText = useErrorText();
  const [error, setError] = useState<DoorError | undefined>();
  const [busy, setBusy] = useState(false);
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!isReady || busy) return;
    setBusy(true);
    setError(undefined);
    try {
      await onSubmit();
    } catch (thrown) {
      setError(asDoorError(thrown));
    }
    setBusy(false);
  };
  return (
    <form onSubmit={(event) => void send(event)} noValidate>
      <Stack mt="lg" gap="md">
        <div role="alert">
          {error !== undefined && (
            <Alert role="presentation" variant="light" icon={<IconAlertTriangle aria-hidden />}>
              {errorText(error)}
            </Alert>
          )}
        </div>
        {children}
        <Button type="submit" size="md" fullWidth loading={busy} disabled={!isReady}>
          {submit}
        </Button>
      </Stack>
    </form>
  );
}

function AskPassword({ onEnrolled }: { onEnrolled(enrolment: Enrolment): void }) {
  const { t } = useTranslation();
  const api = useApi();
  const [password, setPassword] = useState('');
  return (
    <Step
      submit={t('secondFactor.begin')}
      isReady={password !== ''}
      onSubmit={async () => onEnrolled(await api.call(ROUTES.enrolSecondFactor, { body: { password } }))}
    >
      <PasswordField
        size="md"
        label={t('secondFactor.password')}
        value={password}
        autoComplete="current-password"
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
    </Step>
  );
}

interface FirstCodeProps {
  readonly enrolment: Enrolment;
  onConfirmed(recoveryCodes: readonly string[]): void;
}

function FirstCode({ enrolment, onConfirmed }: FirstCodeProps) {
  const { t } = useTranslation();
  const api = useApi();
  const [code, setCode] = useState('');
  return (
    <Step
      submit={t('secondFactor.confirm')}
      isReady={/^\d{6}$/.test(code.trim())}
      onSubmit={async () => {
        const answer = await api.call(ROUTES.confirmSecondFactor, { body: { code: code.trim() } });
        onConfirmed(answer.recoveryCodes);
      }}
    >
      <p className={css.lead}>{t('secondFactor.scan')}</p>
      <div className={css.picture}>
        <QrCode text={enrolment.uri} label={t('secondFactor.picture')} />
      </div>
      <p className={css.lead}>
        {t('secondFactor.type')} <code className={css.secret}>{enrolment.secret}</code>
      </p>
      <TextInput
        size="md"
        label={t('login.code')}
        description={t('secondFactor.codeHint')}
        value={code}
        inputMode="numeric"
        autoComplete="one-time-code"
        autoFocus
        onChange={(event) => setCode(event.currentTarget.value)}
      />
    </Step>
  );
}

interface RecoveryCodesProps {
  readonly codes: readonly string[];
  onDone(): void;
}

function RecoveryCodes({ codes, onDone }: RecoveryCodesProps) {
  const { t } = useTranslation();
  const [isKept, setIsKept] = useState(false);
  return (
    <Stack mt="lg" gap="md">
      <p className={css.lead} role="status">
        {t('secondFactor.recoveryLead')}
      </p>
      <ul className={css.codes}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <Button
        variant="default"
        leftSection={<IconCopy size={18} aria-hidden />}
        onClick={() => void navigator.clipboard.writeText(codes.join('\n'))}
      >
        {t('secondFactor.copy')}
      </Button>
      <Checkbox
        label={t('secondFactor.kept')}
        checked={isKept}
        onChange={(event) => setIsKept(event.currentTarget.checked)}
      />
      <Button size="md" disabled={!isKept} onClick={onDone}>
        {t('secondFactor.done')}
      </Button>
    </Stack>
  );
}
