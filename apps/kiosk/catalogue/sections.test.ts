/** Groups and search over the services. */
import type { ServiceId } from '@totem/domain';
import { buildService } from '@totem/testkit/builders';
import { virtualWorld } from '@totem/testkit/virtual';
import { describe, expect, it } from 'vitest';
import type { Offer } from './offers.ts';
import { searchOffers, sectionsOf } from './sections.ts';

const { env } = virtualWorld();
const offer = (ptBR: string, en: string, description: string | null = null): Offer => ({
  service: buildService(env, {
    name: { 'pt-BR': ptBR, en },
    description: description === null ? null : { 'pt-BR': description },
  }),
  availability: { kind: 'open' },
  outlook: undefined,
});
const documents = offer('Documentos', 'Documents', 'Segunda via e emissão');
const exams = offer('Exames de sangue', 'Blood tests');
const cashier = offer('Caixa', 'Cashier');
const all = [documents, exams, cashier];
const group = (name: string, ...offers: Offer[]) => ({
  name: { 'pt-BR': name },
  icon: null,
  serviceIds: offers.map(({ service }): ServiceId => service.id),
});

describe('groups', () => {
  it('hold their services, and the rest follows', () => {
    const { groups, rest } = sectionsOf(all, [group('Vazio'), group('Saúde', exams)]);
    expect(groups.map(({ index, offers }) => [index, offers])).toEqual([[1, [exams]]]);
    expect(rest).toEqual([documents, cashier]);
  });

  it('are none when there are none, or when one holds everything', () => {
    expect(sectionsOf(all, [])).toEqual({ groups: [], rest: all });
    expect(sectionsOf(all, [group('Tudo', ...all)])).toEqual({ groups: [], rest: all });
  });
});

describe('a search', () => {
  it.each([
    ['', []],
    ['  ', []],
    ['doc', [documents]],
    ['DOCUMENTOS', [documents]],
    ['sang ex', [exams]],
    ['emissao', [documents]],
    ['blood', [exams]],
    ['aixa', []],
    ['c', [cashier]],
    ['zzz', []],
  ])('for "%s"', (typed, found) => {
    expect(searchOffers(all, typed, 'pt-BR')).toEqual(found);
  });

  it('puts a name before a description', () => {
    const via = offer('Via rápida', 'Fast lane');
    expect(searchOffers([documents, via], 'via', 'pt-BR')).toEqual([via, documents]);
  });
});
