/** One person, by what they are known by: all that is held of them as a file, and gone when they ask for it. */
import { Alert, Button, Group, NativeSelect, Stack, TextInput } from '@mantine/core';
import { IconCircleCheck, IconDownload, IconInfoCircle } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { ERASURE_REASONS, type ErasureReason, PERSON_MARKS, type PersonMark } from '@totem/domain';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../data/api.ts';
import { dayAgo } from '../data/days.ts';
import { useStale } from '../data/queries.ts';
import { saveFile } from '../data/save-file.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Card, Facts } from '../parts/page.tsx';
import { Problem } from '../parts/problem.tsx';
import { useMe } from '../session/me.ts';

const [FIRST_MARK] = PERSON_MARKS;
const [FIRST_REASON] = ERASURE_REASONS;

export function PersonCard() {
  const { t } = useTranslation();
  const api = useApi();
  const stale = useStale();
  const [by, setBy] = useState<PersonMark>(FIRST_MARK);
  const [value, setValue] = useState('');
  const [isErased, setIsErased] = useState(false);
  const find = useMutation({
    mutationFn: async () => {
      const held = await api.call(ROUTES.exportPerson, { body: { by, value } });
      await stale(ROUTES.listEntries.path);
      return held;
    },
  });
  const another = (): void => {
    find.reset();
    setIsErased(false);
  };
  const erase = async (reason: ErasureReason): Promise<void> => {
    for (let isWhole = false; !isWhole; )
      ({ isWhole } = await api.call(ROUTES.erasePerson, { body: { by, value, reason } }));
    await stale(ROUTES.listEntries.path);
    find.reset();
    setIsErased(true);
  };
  return (
    <Card title={t('privacy.person')} lead={t('privacy.personLead')}>
      {find.error !== null && <Problem error={find.error} />}
      <Group
        component="form"
        align="flex-end"
        onSubmit={(event) => {
          event.preventDefault();
          setIsErased(false);
          find.mutate();
        }}
      >
        <NativeSelect
          size="md"
          label={t('privacy.by')}
          value={by}
          data={PERSON_MARKS.map((mark) => ({ value: mark, label: t(`privacy.mark.${mark}`) }))}
          onChange={(event) => {
            setBy(event.currentTarget.value as PersonMark);
            another();
          }}
        />
        <TextInput
          size="md"
          flex="1 1 220px"
          maw={420}
          autoComplete="off"
          label={t(`privacy.mark.${by}`)}
          value={value}
          onChange={(event) => {
            setValue(event.currentTarget.value);
            another();
          }}
        />
        <Button type="submit" size="md" loading={find.isPending} disabled={value.trim() === ''}>
          {t('privacy.find')}
        </Button>
      </Group>
      {isErased && (
        <Alert mt="md" data-tone="calm" variant="light" icon={<IconCircleCheck aria-hidden />} role="status">
          {t('privacy.erased')}
        </Alert>
      )}
      {find.data !== undefined && <Found held={find.data} onErase={erase} />}
    </Card>
  );
}

type Held = AnswerOf<Routes['exportPerson']>;

/** What was found, and the two things that can be done with it. */
function Found({ held, onErase }: { readonly held: Held; onErase(reason: ErasureReason): Promise<void> }) {
  const { t } = useTranslation();
  const { may } = useMe();
  const [isErasing, setIsErasing] = useState(false);
  const [reason, setReason] = useState<ErasureReason>(FIRST_REASON);
  if (held.tickets.length + held.appointments.length + held.keptAside.length === 0)
    return (
      <Alert mt="md" data-tone="calm" variant="light" icon={<IconInfoCircle aria-hidden />} role="status">
        {t('privacy.nothing')}
      </Alert>
    );
  return (
    <Stack mt="md" role="status">
      <Facts
        facts={[
          [t('privacy.tickets'), String(held.tickets.length)],
          [t('privacy.appointments'), String(held.appointments.length)],
          [t('privacy.keptAside'), String(held.keptAside.length)],
        ]}
      />
      {!held.isWhole && <p>{t('privacy.notWhole')}</p>}
      <Group>
        <Button
          size="md"
          variant="default"
          leftSection={<IconDownload size={18} aria-hidden />}
          onClick={() => saveFile(`totem-person-${dayAgo(0)}.json`, fileOf(held))}
        >
          {t('privacy.download')}
        </Button>
        {may('person.erase') && (
          <Button size="md" variant="default" data-danger onClick={() => setIsErasing(true)}>
            {t('privacy.erase')}
          </Button>
        )}
      </Group>
      <Confirm
        opened={isErasing}
        title={t('privacy.eraseHeading')}
        lead={t('privacy.eraseLead')}
        act={t('privacy.erase')}
        isDangerous
        onClose={() => setIsErasing(false)}
        onConfirm={() => onErase(reason)}
      >
        <NativeSelect
          size="md"
          label={t('privacy.why')}
          value={reason}
          data={ERASURE_REASONS.map((one) => ({ value: one, label: t(`privacy.reason.${one}`) }))}
          onChange={(event) => setReason(event.currentTarget.value as ErasureReason)}
        />
      </Confirm>
    </Stack>
  );
}

function fileOf(held: Held): Blob {
  return new Blob([`${JSON.stringify(held, null, 2)}\n`], { type: 'application/json' });
}
