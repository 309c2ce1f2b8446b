/** Pictures and films of the company that a display shows, in their order. */
import { ActionIcon, Fieldset, NativeSelect } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconX } from '@tabler/icons-react';
import { ROUTES } from '@totem/api';
import { DISPLAY_MEDIA_MAX } from '@totem/domain';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { MediaPicture } from '../company/media-picture.tsx';
import { useRead } from '../data/queries.ts';
import type { FieldProps } from '../forms/field.ts';
import formsCss from '../forms/forms.module.css';
import css from './devices.module.css';

export function MediaChoice({ label, hint, error, value, isDisabled, onChange }: FieldProps) {
  const { t } = useTranslation();
  const known = useRead(ROUTES.listMedia, {}).data?.items ?? [];
  const chosen = Array.isArray(value) ? (value as string[]) : [];
  const nameOf = (id: string): string => known.find((one) => one.id === id)?.name ?? t('list.gone');
  const others = known.filter(({ id }) => !chosen.includes(id));
  const moved = (at: number, by: -1 | 1): string[] => {
    const next = [...chosen];
    const [one] = next.splice(at, 1);
    if (one !== undefined) next.splice(at + by, 0, one);
    return next;
  };
  return (
    <Fieldset legend={label} className={formsCss.group ?? ''} disabled={isDisabled}>
      {hint !== undefined && <p className={formsCss.hint}>{hint}</p>}
      {chosen.length > 0 && (
        <ol className={css.media}>
          {chosen.map((id, at) => (
            <li key={id}>
              <MediaPicture id={id} type={known.find((one) => one.id === id)?.type} />
              <span className={css.mediaName}>{nameOf(id)}</span>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={44}
                aria-label={t('display.mediaUp', { name: nameOf(id) })}
                disabled={at === 0}
                onClick={() => onChange(moved(at, -1))}
              >
                <IconArrowUp size={18} aria-hidden />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={44}
                aria-label={t('display.mediaDown', { name: nameOf(id) })}
                disabled={at === chosen.length - 1}
                onClick={() => onChange(moved(at, 1))}
              >
                <IconArrowDown size={18} aria-hidden />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={44}
                aria-label={t('display.mediaRemove', { name: nameOf(id) })}
                onClick={() => onChange(chosen.filter((one) => one !== id))}
              >
                <IconX size={18} aria-hidden />
              </ActionIcon>
            </li>
          ))}
        </ol>
      )}
      {known.length === 0 ? (
        <p className={formsCss.hint}>
          {t('display.noMedia')} <Link href="/media">{t('nav.media')}</Link>
        </p>
      ) : (
        <NativeSelect
          size="md"
          label={t('display.mediaAdd')}
          value=""
          disabled={isDisabled || others.length === 0 || chosen.length >= DISPLAY_MEDIA_MAX}
          data={[
            { value: '', label: t('display.mediaChoose') },
            ...others.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={({ currentTarget }) => {
            if (currentTarget.value !== '') onChange([...chosen, currentTarget.value]);
          }}
        />
      )}
      {error !== undefined && <p className={formsCss.fault}>{error}</p>}
    </Fieldset>
  );
}
