/** The call of the moment: a code and a counter, as large as the screen lets them be. */

import { IconStarFilled } from '@tabler/icons-react';
import { inLocale, type Locale, type ServiceRow } from '@totem/domain';
import { Code, ServiceIcon } from '@totem/ui';
import type { CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import type { Call } from '../calls/announcer.ts';
import { saysMore } from '../calls/counter-name.ts';
import css from './board.module.css';

interface CurrentCallProps {
  readonly call: Call;
  readonly counterName: string | undefined;
  readonly service: ServiceRow | undefined;
  readonly locale: Locale;
  /** Whether it was announced just now: it then draws the eye. */
  readonly isNew: boolean;
}

/** Shows a call. Its name for screen readers, and for tests, is the sentence that the room hears. */
export function CurrentCall({ call, counterName, service, locale, isNew }: CurrentCallProps) {
  const { t } = useTranslation();
  const counter = t('counterNumber', { number: call.counterNumber });
  const lengths = {
    '--code-length': [...call.code].length,
    '--counter-length': [...counter].length,
  } as CSSProperties;
  return (
    <div
      role="status"
      aria-label={t('call', { code: call.code, number: call.counterNumber })}
      className={isNew ? `${css.call} ${css.attention}` : css.call}
      data-announced={isNew}
      style={lengths}
    >
      <div className={css.callBody}>
        <div className={css.codePart}>
          <div className={css.label}>{t('code')}</div>
          <div className={css.code}>
            <Code>{call.code}</Code>
          </div>
          <div className={css.about}>
            {call.priority > 0 && (
              <span className={`${css.fact} ${css.priority}`}>
                <IconStarFilled size="1em" aria-hidden />
                <span className={css.factText}>{t('preferential')}</span>
              </span>
            )}
            {service !== undefined && (
              <span className={css.fact}>
                <ServiceIcon name={service.icon} size="1.15em" />
                <span className={css.factText}>{inLocale(service.name, locale)}</span>
              </span>
            )}
          </div>
        </div>
        <div className={css.counterPart}>
          <div className={css.counter}>{counter}</div>
          {counterName !== undefined && saysMore(counterName, call.counterNumber) && (
            <div className={css.counterName}>{counterName}</div>
          )}
        </div>
      </div>
    </div>
  );
}
