/** A picture as it will be seen, small; a film by its sign, because it would have to be fetched whole. */
import { IconMovie, IconPhoto } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useApi } from '../data/api.ts';
import css from './media.module.css';

const HOUR_MS = 3_600_000;

export function MediaPicture({ id, type }: { readonly id: string; readonly type: string | undefined }) {
  const api = useApi();
  const isPicture = type?.startsWith('image/') === true;
  const file = useQuery({
    queryKey: ['media content', id],
    queryFn: () => api.file(`/v1/media/${encodeURIComponent(id)}/content`),
    enabled: isPicture,
    staleTime: HOUR_MS,
  });
  const url = useObjectUrl(file.data);
  return (
    <span className={css.picture} aria-hidden>
      {url !== undefined ? (
        <img src={url} alt="" />
      ) : isPicture ? (
        <IconPhoto size={26} stroke={1.5} />
      ) : (
        <IconMovie size={26} stroke={1.5} />
      )}
    </span>
  );
}

function useObjectUrl(file: Blob | undefined): string | undefined {
  const [url, setUrl] = useState<string | undefined>();
  useEffect(() => {
    if (file === undefined) return;
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return url;
}
