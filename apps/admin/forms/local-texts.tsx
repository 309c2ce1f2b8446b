/** A text in each language of the product: the reader's own first. */
import { Fieldset, Textarea, TextInput } from '@mantine/core';
import { LANGUAGE_NAMES, useLocale } from '@totem/ui';
import type { FieldProps } from './field.ts';
import css from './forms.module.css';

export function LocalTexts(props: FieldProps & { readonly isLong: boolean }) {
  const { label, hint, error, value, isDisabled, isLong, onChange } = props;
  const { locale: own, locales } = useLocale();
  const texts = typeof value === 'object' && value !== null ? (value as Record<string, string>) : {};
  const ordered = [own, ...locales.filter((locale) => locale !== own)];
  const Box = isLong ? Textarea : TextInput;
  return (
    <Fieldset legend={label} className={css.group ?? ''}>
      {hint !== undefined && <p className={css.hint}>{hint}</p>}
      <div className={css.languages}>
        {ordered.map((locale, index) => (
          <Box
            key={locale}
            size="md"
            lang={locale}
            label={LANGUAGE_NAMES[locale]}
            value={texts[locale] ?? ''}
            disabled={isDisabled}
            error={index === 0 ? error : undefined}
            onChange={(event: { currentTarget: { value: string } }) =>
              onChange({ ...texts, [locale]: event.currentTarget.value })
            }
          />
        ))}
      </div>
    </Fieldset>
  );
}
