/** Pictures and films for displays: what there is, another file, and taking one out of use. */
import { Button, FileButton } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import {
  type AnswerOf,
  FILM_BYTES_MAX,
  FILM_TYPES,
  MEDIA_TYPES,
  PICTURE_BYTES_MAX,
  ROUTES,
  type Routes,
} from '@totem/api';
import { DoorError, LoadingState } from '@totem/ui';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../data/api.ts';
import { useSight } from '../data/names.ts';
import { useRead, useStale } from '../data/queries.ts';
import { DataTable } from '../lists/data-table.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Card, Page } from '../parts/page.tsx';
import { Problem } from '../parts/problem.tsx';
import { useMe } from '../session/me.ts';
import css from './media.module.css';
import { MediaPicture } from './media-picture.tsx';

type Media = AnswerOf<Routes['listMedia']>['items'][number];

const MEBIBYTE = 1024 * 1024;

export function MediaPage() {
  const { t } = useTranslation();
  const { may } = useMe();
  const read = useRead(ROUTES.listMedia, {});
  const [removing, setRemoving] = useState<Media | undefined>();
  const upload = useUpload();
  const isEditor = may('configuration.write');
  return (
    <Page
      title={t('nav.media')}
      lead={t('media.lead')}
      actions={
        isEditor && (
          <FileButton
            accept={MEDIA_TYPES.join(',')}
            onChange={(file) => {
              if (file !== null) upload.mutate(file);
            }}
          >
            {(props) => (
              <Button
                {...props}
                size="md"
                loading={upload.isPending}
                leftSection={<IconUpload size={18} aria-hidden />}
              >
                {t('media.add')}
              </Button>
            )}
          </FileButton>
        )
      }
    >
      {upload.error !== null && <Problem error={upload.error} />}
      {read.error !== null && <Problem error={read.error} onRetry={() => void read.refetch()} />}
      {read.data === undefined ? (
        <LoadingState />
      ) : (
        <MediaTable items={read.data.items} onRemove={isEditor ? setRemoving : undefined} />
      )}
      <RemoveMedia media={removing} onClose={() => setRemoving(undefined)} />
    </Page>
  );
}

/** Sends a file that is of a kind and size that can be shown; what is not is said before anything is sent. */
function useUpload() {
  const api = useApi();
  const stale = useStale();
  return useMutation({
    mutationFn: async (file: File) => {
      const isFilm = (FILM_TYPES as readonly string[]).includes(file.type);
      const isKnown = (MEDIA_TYPES as readonly string[]).includes(file.type);
      if (!isKnown || file.size > (isFilm ? FILM_BYTES_MAX : PICTURE_BYTES_MAX))
        throw new DoorError('media_unreadable');
      await api.upload(`/v1/media?${new URLSearchParams({ name: file.name.slice(0, 80) })}`, file);
      await stale(ROUTES.listMedia.path);
    },
  });
}

interface MediaTableProps {
  readonly items: readonly Media[];
  readonly onRemove: ((media: Media) => void) | undefined;
}

function MediaTable({ items, onRemove }: MediaTableProps) {
  const { t } = useTranslation();
  const { instant, format } = useSight();
  if (items.length === 0)
    return (
      <Card>
        <Nothing title={t('media.none')} hint={t('media.noneHint')} />
      </Card>
    );
  return (
    <Card isFlush>
      <DataTable<Media>
        label={t('nav.media')}
        rows={items}
        keyOf={({ id }) => id}
        columns={[
          {
            name: 'name',
            label: t('media.name'),
            cell: ({ id, name, type }) => (
              <span className={css.name}>
                <MediaPicture id={id} type={type} />
                <strong>{name}</strong>
              </span>
            ),
          },
          {
            name: 'kind',
            label: t('media.kind'),
            cell: ({ type }) => t(type.startsWith('video/') ? 'media.film' : 'media.picture'),
            isSecondary: true,
          },
          {
            name: 'size',
            label: t('media.size'),
            cell: ({ size }) => `${format.number(Math.max(0.1, Math.round((size / MEBIBYTE) * 10) / 10))} MB`,
            isNumeric: true,
            isSecondary: true,
          },
          {
            name: 'added',
            label: t('media.added'),
            cell: ({ createdAt }) => instant(createdAt),
            isSecondary: true,
          },
          {
            name: 'act',
            label: t('list.use'),
            cell: (media) => (
              <Button
                variant="default"
                h={44}
                data-danger
                disabled={onRemove === undefined}
                aria-label={t('media.removeNamed', { name: media.name })}
                onClick={() => onRemove?.(media)}
              >
                {t('media.remove')}
              </Button>
            ),
          },
        ]}
      />
    </Card>
  );
}

function RemoveMedia({ media, onClose }: { readonly media: Media | undefined; onClose(): void }) {
  const { t } = useTranslation();
  const api = useApi();
  const stale = useStale();
  return (
    <Confirm
      opened={media !== undefined}
      title={t('media.removeHeading', { name: media?.name ?? '' })}
      lead={t('media.removeLead')}
      act={t('media.remove')}
      isDangerous
      onClose={onClose}
      onConfirm={async () => {
        if (media === undefined) return;
        await api.call(ROUTES.deleteMedia, { params: { id: media.id }, version: media.version } as never);
        await stale(ROUTES.listMedia.path);
      }}
    />
  );
}
