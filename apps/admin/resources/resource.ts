/** What differs between the things that a tenant configures: their columns, filters and fields. One list and one form serve all. */
import type { Route } from '@totem/api';
import type { Permission } from '@totem/domain';
import type { ReactNode } from 'react';
import type { Sight } from '../data/names.ts';
import type { Draft, FormSection } from '../forms/field.ts';
import type { Column } from '../lists/data-table.tsx';
import type { FilterSpec } from '../lists/filters.tsx';

/** What every configured row has. */
export interface Configured {
  readonly id: string;
  readonly version: number;
  readonly deletedAt: string | null;
}

export interface ResourceSpec<V extends Configured> {
  /** Names the texts: `<form>.title`, `<form>.field.…`. */
  readonly form: string;
  /** Of the list's page. */
  readonly path: string;
  readonly routes: {
    readonly list: Route;
    readonly create: Route;
    readonly get: Route;
    readonly update: Route;
    readonly remove: Route;
  };
  readonly writes: Permission;
  readonly removes?: Permission;
  /** Whether the list is narrowed by the site that is looked at. */
  readonly isOfSite: boolean;
  /** How often what is shown is read again, where it changes by itself. */
  readonly everyMs?: number;
  nameOf(row: V, sight: Sight): string;
  columns(sight: Sight): readonly Column<V>[];
  filters(sight: Sight): readonly FilterSpec[];
  readonly sections: readonly FormSection[];
  /** A new one. @param siteId the site that is looked at. */
  start(siteId: string | undefined): Draft;
  /** The form's values of a row; the row itself where this is left out. */
  valuesOf?(row: V): Draft;
  /** Above the form of a known one. */
  before?(row: V): ReactNode;
  /** Below it. */
  after?(row: V): ReactNode;
  /** Below the form of one that was taken out of use. */
  afterRemoved?(row: V): ReactNode;
  /** Beside the fields, drawn from what is typed. */
  preview?(draft: Draft, sight: Sight): ReactNode;
  /** In place of an empty list, besides the button that makes the first. */
  emptyAction?(): ReactNode;
}

/** A spec whose rows are of one kind: pages take it with any. */
export type AnySpec = ResourceSpec<never>;
