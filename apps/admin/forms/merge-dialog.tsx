/** Somebody else has saved meanwhile: what they changed, and whose words count where both did. */
import { Button, Group, Radio, Stack } from '@mantine/core';
import { Dialog } from '@totem/ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Sight } from '../data/names.ts';
import { described } from './described.ts';
import css from './forms.module.css';
import type { MergeField } from './merge.ts';

interface MergeDialogProps {
  readonly form: string;
  readonly changes: readonly MergeField[];
  readonly sight: Sight;
  /** @param keepMine paths of contested fields that stay as this person typed them. */
  onMerge(keepMine: ReadonlySet<string>): void;
  onClose(): void;
}

export function MergeDialog({ form, changes, sight, onMerge, onClose }: MergeDialogProps) {
  const { t } = useTranslation();
  const contested = changes.filter(({ isContested }) => isContested);
  const [mine, setMine] = useState<ReadonlySet<string>>(
    () => new Set(contested.map(({ field }) => field.path)),
  );
  const choose = (path: string, whose: string): void => {
    const next = new Set(mine);
    if (whose === 'mine') next.add(path);
    else next.delete(path);
    setMine(next);
  };
  return (
    <Dialog opened title={t('merge.heading')} lead={t('merge.lead')} onClose={onClose}>
      <Stack>
        {changes.map(({ field, mine: own, theirs, isContested }) => {
          const label = t(`${form}.field.${field.path}`);
          const theirWords = described(field, theirs, sight);
          if (!isContested) {
            return (
              <p key={field.path} className={css.merged}>
                <strong>{label}</strong>
                {t('merge.taken', { value: theirWords })}
              </p>
            );
          }
          return (
            <Radio.Group
              key={field.path}
              label={label}
              value={mine.has(field.path) ? 'mine' : 'theirs'}
              onChange={(whose) => choose(field.path, whose)}
            >
              <Stack gap="xs" mt="xs">
                <Radio value="mine" label={t('merge.mine', { value: described(field, own, sight) })} />
                <Radio value="theirs" label={t('merge.theirs', { value: theirWords })} />
              </Stack>
            </Radio.Group>
          );
        })}
        <Group justify="flex-end">
          <Button variant="default" size="md" onClick={onClose}>
            {t('form.back')}
          </Button>
          <Button size="md" onClick={() => onMerge(mine)}>
            {t('merge.save')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
