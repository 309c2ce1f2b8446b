/** Services that a kiosk shows together, under a name and a picture, in an order of their own. */
import { ActionIcon, Button, Fieldset } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import { SERVICE_GROUPS_MAX, type ServiceGroup } from '@totem/domain';
import { useTranslation } from 'react-i18next';
import type { FieldProps } from '../forms/field.ts';
import formsCss from '../forms/forms.module.css';
import { IconChoice } from '../forms/icon-choice.tsx';
import { LocalTexts } from '../forms/local-texts.tsx';
import { ManyChoice } from '../forms/many-choice.tsx';
import css from './groups-editor.module.css';

type Group = Pick<ServiceGroup, 'name' | 'icon'> & { readonly serviceIds: readonly string[] };

export function GroupsEditor(props: FieldProps) {
  const { label, hint, error, value, isDisabled, onChange } = props;
  const { t } = useTranslation();
  const groups = Array.isArray(value) ? (value as readonly Group[]) : [];
  const put = (index: number, group: Group): void =>
    onChange(groups.map((other, at) => (at === index ? group : other)));
  const move = (index: number, by: -1 | 1): void => {
    const next = groups.toSpliced(index, 1);
    const moved = groups[index];
    onChange(moved === undefined ? groups : next.toSpliced(index + by, 0, moved));
  };
  return (
    <Fieldset legend={label} className={formsCss.group ?? ''} disabled={isDisabled}>
      {hint !== undefined && <p className={formsCss.hint}>{hint}</p>}
      <ol className={css.groups}>
        {groups.map((group, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a group is known by its place alone, and its name changes.
          <li key={index} className={css.group}>
            <div className={css.head}>
              <strong>{t('groups.number', { number: index + 1 })}</strong>
              <span>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={44}
                  disabled={index === 0}
                  aria-label={t('groups.up', { number: index + 1 })}
                  onClick={() => move(index, -1)}
                >
                  <IconArrowUp size={18} aria-hidden />
                </ActionIcon>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={44}
                  disabled={index === groups.length - 1}
                  aria-label={t('groups.down', { number: index + 1 })}
                  onClick={() => move(index, 1)}
                >
                  <IconArrowDown size={18} aria-hidden />
                </ActionIcon>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={44}
                  aria-label={t('groups.remove', { number: index + 1 })}
                  onClick={() => onChange(groups.toSpliced(index, 1))}
                >
                  <IconTrash size={18} aria-hidden />
                </ActionIcon>
              </span>
            </div>
            <GroupFields {...props} group={group} onGroup={(next) => put(index, next)} />
          </li>
        ))}
      </ol>
      {groups.length < SERVICE_GROUPS_MAX && (
        <Button
          variant="default"
          size="md"
          leftSection={<IconPlus size={18} aria-hidden />}
          onClick={() => onChange([...groups, { name: {}, icon: null, serviceIds: [] }])}
        >
          {t('groups.add')}
        </Button>
      )}
      {error !== undefined && <p className={formsCss.fault}>{error}</p>}
    </Fieldset>
  );
}

interface GroupFieldsProps extends FieldProps {
  readonly group: Group;
  onGroup(group: Group): void;
}

function GroupFields({ group, onGroup, ...props }: GroupFieldsProps) {
  const { t } = useTranslation();
  const field = { ...props, hint: undefined, error: undefined };
  return (
    <div className={css.fields}>
      <LocalTexts
        {...field}
        isLong={false}
        label={t('groups.name')}
        value={group.name}
        onChange={(name) => onGroup({ ...group, name: name as Group['name'] })}
      />
      <IconChoice
        {...field}
        label={t('groups.icon')}
        value={group.icon}
        onChange={(icon) => onGroup({ ...group, icon: icon as string | null })}
      />
      <ManyChoice
        {...field}
        label={t('groups.services')}
        choices={props.sight.services}
        value={group.serviceIds}
        onChange={(serviceIds) => onGroup({ ...group, serviceIds: serviceIds as string[] })}
      />
    </div>
  );
}
