/** What the office decides of one display: its form, how it will look, and what was decided before. */
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { DISPLAY_LAYOUTS, DISPLAY_TURNS } from '@totem/domain';
import { LoadingState } from '@totem/ui';
import { useRef } from 'react';
import { useApi } from '../data/api.ts';
import { useSight } from '../data/names.ts';
import { useRead, useStale } from '../data/queries.ts';
import type { Draft, FormSection } from '../forms/field.ts';
import { ResourceForm, type Saved } from '../forms/resource-form.tsx';
import { Problem } from '../parts/problem.tsx';
import { choicesOf, serviceChoices } from '../resources/choices.ts';
import { useMe } from '../session/me.ts';
import { CounterChoice } from './counter-choice.tsx';
import type { Device } from './device-status.tsx';
import css from './devices.module.css';
import { DisplayPreview } from './display-preview.tsx';
import { MediaChoice } from './media-choice.tsx';
import { SettingsHistory } from './settings-history.tsx';

type Decided = AnswerOf<Routes['getDeviceSettings']>;

const withMedia = ({ layout }: Draft): boolean => layout === 'media';

const sectionsOf = ({ siteId }: Device): readonly FormSection[] => [
  {
    name: 'look',
    fields: [
      { path: 'layout', kind: 'choice', isWide: true, choices: choicesOf(DISPLAY_LAYOUTS, 'display.layout') },
      { path: 'turn', kind: 'choice', isWide: true, choices: choicesOf(DISPLAY_TURNS, 'display.turn') },
      { path: 'showsClock', kind: 'switch', isWide: true },
      {
        path: 'mediaIds',
        kind: 'own',
        isWide: true,
        isShown: withMedia,
        render: (props) => <MediaChoice {...props} />,
      },
      { path: 'pictureSeconds', kind: 'number', unit: 'seconds', isShown: withMedia },
      { path: 'filmVolumePercent', kind: 'number', unit: 'percent', isShown: withMedia },
    ],
  },
  {
    name: 'calls',
    fields: [
      {
        path: 'serviceIds',
        kind: 'many',
        isNullable: true,
        choices: serviceChoices,
        allLabel: 'display.allServices',
      },
      {
        path: 'counterIds',
        kind: 'own',
        isNullable: true,
        isWide: true,
        render: ({ onChange, ...props }) => (
          <CounterChoice
            {...props}
            siteId={siteId}
            // Nothing chosen means all.
            onChange={(ids) => onChange(Array.isArray(ids) && ids.length === 0 ? null : ids)}
          />
        ),
      },
    ],
  },
];

const savedOf = ({ settings, version }: Decided): Saved => ({
  values: settings as unknown as Draft,
  version,
});

export function DisplaySettings({ device }: { readonly device: Device }) {
  const params = { id: device.id };
  const read = useRead(ROUTES.getDeviceSettings, { params });
  if (read.error !== null) return <Problem error={read.error} onRetry={() => void read.refetch()} />;
  if (read.data === undefined) return <LoadingState />;
  return (
    <div className={css.decided}>
      {/* Whoever goes back to an older version sees it in the form at once. */}
      <SettingsForm key={read.data.version} device={device} decided={read.data} />
      <SettingsHistory device={device} version={read.data.version} />
    </div>
  );
}

function SettingsForm({ device, decided }: { readonly device: Device; readonly decided: Decided }) {
  const { may } = useMe();
  const api = useApi();
  const stale = useStale();
  const sight = useSight();
  const params = { id: device.id };
  /** A change is sent as the whole that it makes. */
  const base = useRef<Draft>(decided.settings as unknown as Draft);
  return (
    <ResourceForm
      form="display"
      sections={sectionsOf(device)}
      start={savedOf(decided)}
      route={ROUTES.changeDeviceSettings}
      sight={sight}
      isReadOnly={!may('equipment.write')}
      aside={(draft) => <DisplayPreview draft={draft} />}
      save={async (body, version) => {
        const whole = { ...base.current, ...body };
        const next = await api.call(ROUTES.changeDeviceSettings, { params, body: whole, version } as never);
        const saved = savedOf(next as Decided);
        base.current = saved.values;
        await stale(ROUTES.getDeviceSettings.path);
        return saved;
      }}
      reload={async () => {
        const now = savedOf(await api.call(ROUTES.getDeviceSettings, { params }));
        base.current = now.values;
        return now;
      }}
    />
  );
}
