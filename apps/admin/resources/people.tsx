/** People who sign in: who they are, what they may do, and where. */
import { type AnswerOf, ROUTES, type Routes } from '@totem/api';
import { EraseAccount } from '../people/erase-account.tsx';
import { PersonAccess } from '../people/person-access.tsx';
import { activeFilter, languageChoices, roleChoices, serviceChoices, siteChoices } from './choices.ts';
import type { ResourceSpec } from './resource.ts';
import { usedColumn } from './used-column.tsx';

type Person = AnswerOf<Routes['getUser']>;

const isPlaced = ({ role }: Readonly<Record<string, unknown>>): boolean => role !== 'admin';

export const PEOPLE: ResourceSpec<Person> = {
  form: 'person',
  path: '/people',
  routes: {
    list: ROUTES.listUsers,
    create: ROUTES.createUser,
    get: ROUTES.getUser,
    update: ROUTES.updateUser,
    remove: ROUTES.deleteUser,
  },
  writes: 'user.write',
  isOfSite: true,
  nameOf: ({ fullName }) => fullName,
  columns: ({ t, siteName, instant }) => [
    { name: 'name', label: t('person.field.fullName'), cell: ({ fullName }) => fullName },
    {
      name: 'username',
      label: t('person.field.username'),
      cell: ({ username }) => username,
      isSecondary: true,
    },
    { name: 'role', label: t('person.field.role'), cell: ({ role }) => t(`role.${role}`) },
    {
      name: 'sites',
      label: t('person.field.siteIds'),
      cell: ({ role, siteIds }) =>
        role === 'admin'
          ? t('shell.allSites')
          : siteIds.length === 1
            ? siteName(siteIds[0])
            : t('list.sites', { count: siteIds.length }),
      isSecondary: true,
    },
    {
      name: 'login',
      label: t('person.column.lastLogin'),
      cell: ({ lastLogin }) => instant(lastLogin),
      isSecondary: true,
    },
    usedColumn({ t }),
  ],
  filters: (sight) => [
    { kind: 'text', name: 'search', label: sight.t('list.search') },
    { kind: 'choice', name: 'role', label: sight.t('person.field.role'), choices: roleChoices(sight) },
    activeFilter(sight),
  ],
  start: (siteId) => ({
    username: '',
    password: '',
    fullName: '',
    email: null,
    locale: null,
    role: 'operator',
    siteIds: siteId === undefined ? [] : [siteId],
    serviceIds: [],
    active: true,
  }),
  after: (person) => <PersonAccess person={person} />,
  afterRemoved: (person) => <EraseAccount person={person} />,
  sections: [
    {
      name: 'who',
      fields: [
        { path: 'fullName', kind: 'text' },
        { path: 'email', kind: 'email', isNullable: true },
        { path: 'username', kind: 'text', isOnlyNew: true },
        { path: 'locale', kind: 'choice', isNullable: true, choices: languageChoices },
        { path: 'password', kind: 'password', isOnlyNew: true, isShown: ({ id }) => id === undefined },
        { path: 'active', kind: 'switch' },
      ],
    },
    {
      name: 'may',
      fields: [
        { path: 'role', kind: 'choice', choices: roleChoices },
        { path: 'siteIds', kind: 'many', choices: siteChoices, isShown: isPlaced },
        {
          path: 'serviceIds',
          kind: 'many',
          choices: serviceChoices,
          allLabel: 'list.allServices',
          isShown: isPlaced,
        },
      ],
    },
  ],
};
