/** The sections of a form as cards, with every field in its place. */
import { useTranslation } from 'react-i18next';
import type { Sight } from '../data/names.ts';
import { Card } from '../parts/page.tsx';
import { type Draft, type FormSection, valueAt, withValue } from './field.ts';
import { FieldView } from './field-view.tsx';
import css from './forms.module.css';
import type { FieldErrors } from './validate.ts';

interface FormFieldsProps {
  /** Names the texts. */
  readonly form: string;
  readonly sections: readonly FormSection[];
  readonly draft: Draft;
  readonly isNew: boolean;
  readonly isDisabled?: boolean;
  readonly errors: FieldErrors;
  readonly sight: Sight;
  onChange(draft: Draft): void;
}

const WIDE = new Set(['texts', 'many', 'hours', 'icon', 'lines', 'pem']);

export function FormFields(props: FormFieldsProps) {
  const { form, sections, draft, isNew, isDisabled = false, errors, sight, onChange } = props;
  const { t, i18n } = useTranslation();
  const said = (key: string) => (i18n.exists(key) ? t(key) : undefined);
  return sections.map((section) => (
    <Card
      key={section.name}
      title={t(`${form}.section.${section.name}`)}
      lead={said(`${form}.lead.${section.name}`)}
    >
      <div className={css.fields}>
        {section.fields
          .filter((field) => field.isShown?.(draft) ?? true)
          .map((field) => (
            <div
              key={field.path}
              className={css.field}
              data-wide={field.isWide === true || WIDE.has(field.kind) || undefined}
              data-field={field.path}
            >
              <FieldView
                field={field}
                label={t(`${form}.field.${field.path}`)}
                hint={said(`${form}.hint.${field.path}`)}
                error={errors[field.path]}
                value={valueAt(draft, field.path)}
                isDisabled={isDisabled || (field.isOnlyNew === true && !isNew)}
                sight={sight}
                draft={draft}
                onChange={(value) => onChange(withValue(draft, field.path, value))}
              />
            </div>
          ))}
      </div>
    </Card>
  ));
}
