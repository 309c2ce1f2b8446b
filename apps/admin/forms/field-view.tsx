/** A field of a form on the screen: each kind has its own way to be typed, all of them a label, a hint and a fault. */
import {
  Input,
  type InputWrapperProps,
  NativeSelect,
  NumberInput,
  Switch,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { PasswordField } from '../parts/password-field.tsx';
import type { FieldProps, FieldSpec } from './field.ts';
import { HoursEditor } from './hours-editor.tsx';
import { IconChoice } from './icon-choice.tsx';
import { LocalTexts } from './local-texts.tsx';
import { ManyChoice } from './many-choice.tsx';

interface FieldViewProps extends FieldProps {
  readonly field: FieldSpec;
}

/** Hints below, so that boxes side by side stand on one line. */
const HINT_BELOW: InputWrapperProps['inputWrapperOrder'] & object = [
  'label',
  'input',
  'description',
  'error',
];
/** Cents in one unit of any currency that is typed here. */
const CENTS = 100;

export function FieldView({ field, ...props }: FieldViewProps) {
  const { t } = useTranslation();
  const { label, hint, error, value, isDisabled, sight, onChange } = props;
  const input = { label, description: hint, error, disabled: isDisabled, size: 'md' } as const;
  const boxed = { ...input, inputWrapperOrder: HINT_BELOW };
  const text = {
    ...boxed,
    value: typeof value === 'string' ? value : '',
    onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  };
  switch (field.kind) {
    case 'text':
      return <TextInput {...text} autoComplete="off" />;
    case 'email':
      return <TextInput {...text} type="email" autoComplete="off" />;
    case 'password':
      return <PasswordField {...text} autoComplete="new-password" />;
    case 'colour':
      return <ColourField {...props} />;
    case 'number':
      return (
        <NumberInput
          {...boxed}
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
          value={value === null || value === undefined ? '' : String(value)}
          onChange={(event) => onChange(chosenValue(field, event.currentTarget.value))}
          data={[
            ...(field.isNullable === true || value === '' || value === undefined
              ? [{ value: '', label: t(field.allLabel ?? 'form.none') }]
              : []),
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
    case 'pem':
      return <Textarea {...text} autosize minRows={3} maxRows={6} spellCheck={false} />;
    case 'lines':
      return (
        <Textarea
          {...boxed}
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

/** Nothing chosen is null where that may be sent. */
function chosenValue(field: FieldSpec, value: string): string | number | null {
  if (value === '') return field.isNullable === true ? null : '';
  return field.isNumber === true ? Number(value) : value;
}

function MoneyField({ label, hint, error, value, isDisabled, sight, onChange }: FieldProps) {
  const parts = new Intl.NumberFormat(sight.format.locale).formatToParts(12_345.6);
  const sign = (type: string, otherwise: string) =>
    parts.find((part) => part.type === type)?.value ?? otherwise;
  return (
    <NumberInput
      label={label}
      description={hint}
      inputWrapperOrder={HINT_BELOW}
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
      onChange={(next) => onChange(typeof next === 'number' ? Math.round(next * CENTS) : null)}
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
      inputWrapperOrder={HINT_BELOW}
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
