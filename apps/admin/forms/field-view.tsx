/** A field of a form on the screen: each kind has its own way to be typed, all of them a label, a hint and a fault. */
import { Input, NativeSelect, NumberInput, PasswordInput, Switch, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { FieldProps, FieldSpec } from './field.ts';
import { HoursEditor } from './hours-editor.tsx';
import { IconChoice } from './icon-choice.tsx';
import { LocalTexts } from './local-texts.tsx';
import { ManyChoice } from './many-choice.tsx';

interface FieldViewProps extends FieldProps {
  readonly field: FieldSpec;
}

/** Cents in one unit of any currency that is typed here. */
const CENTS = 100;

export function FieldView({ field, ...props }: FieldViewProps) {
  const { t } = useTranslation();
  const { label, hint, error, value, isDisabled, sight, onChange } = props;
  const input = { label, description: hint, error, disabled: isDisabled, size: 'md' } as const;
  const text = {
    ...input,
    value: typeof value === 'string' ? value : '',
    onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  };
  switch (field.kind) {
    case 'text':
      return <TextInput {...text} autoComplete="off" />;
    case 'email':
      return <TextInput {...text} type="email" autoComplete="off" />;
    case 'password':
      return <PasswordInput {...text} autoComplete="new-password" />;
    case 'colour':
      return <ColourField {...props} />;
    case 'number':
      return (
        <NumberInput
          {...input}
          value={typeof value === 'number' ? value : ''}
          allowDecimal={false}
          allowNegative={false}
          suffix={field.unit === undefined ? '' : ` ${t(`unit.${field.unit}`)}`}
          onChange={(next) => onChange(typeof next === 'number' ? next : null)}
        />
      );
    case 'money':
      return <MoneyField {...props} />;
    case 'switch':
      return (
        <Switch
          {...input}
          className="totem-switch"
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case 'choice':
      return (
        <NativeSelect
          {...text}
          data={[
            ...(field.isNullable === true || text.value === '' ? [{ value: '', label: t('form.none') }] : []),
            ...(field.choices?.(sight) ?? []),
          ]}
        />
      );
    case 'many':
      return <ManyChoice {...props} choices={field.choices?.(sight) ?? []} allLabel={field.allLabel} />;
    case 'texts':
      return <LocalTexts {...props} isLong={field.isLong === true} />;
    case 'hours':
      return <HoursEditor {...props} />;
    case 'icon':
      return <IconChoice {...props} />;
    case 'lines':
      return (
        <Textarea
          {...input}
          autosize
          minRows={3}
          value={Array.isArray(value) ? value.join('\n') : ''}
          onChange={(event) => onChange(event.currentTarget.value.split('\n'))}
        />
      );
    case 'own':
      return field.render?.(props) ?? null;
    default:
      return field.kind satisfies never;
  }
}

function MoneyField({ label, hint, error, value, isDisabled, sight, onChange }: FieldProps) {
  const parts = new Intl.NumberFormat(sight.format.locale).formatToParts(12_345.6);
  const sign = (type: string, otherwise: string) =>
    parts.find((part) => part.type === type)?.value ?? otherwise;
  return (
    <NumberInput
      label={label}
      description={hint}
      error={error}
      disabled={isDisabled}
      size="md"
      prefix="R$ "
      decimalScale={2}
      fixedDecimalScale
      allowNegative={false}
      decimalSeparator={sign('decimal', '.')}
      thousandSeparator={sign('group', ',')}
      value={typeof value === 'number' ? value / CENTS : ''}
      onChange={(next) => onChange(typeof next === 'number' ? Math.round(next * CENTS) : 0)}
    />
  );
}

/** A colour picked from the system's own picker, beside its code. */
function ColourField({ label, hint, error, value, isDisabled, onChange }: FieldProps) {
  const colour = typeof value === 'string' ? value : '';
  return (
    <TextInput
      label={label}
      description={hint}
      error={error}
      disabled={isDisabled}
      size="md"
      placeholder="#0d524f"
      value={colour}
      spellCheck={false}
      leftSection={
        <Input
          component="input"
          type="color"
          aria-label={label}
          className="totem-colour"
          value={/^#[0-9a-f]{6}$/i.test(colour) ? colour : '#0d524f'}
          disabled={isDisabled}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      }
      leftSectionWidth={56}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
