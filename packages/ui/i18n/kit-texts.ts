/** The kit's own words in each language: what several screens say in the same way. */
import type { Locale } from '@totem/domain';
import type { Texts } from './i18n.ts';

const ptBR = {
  language: 'Idioma',
  loading: 'Carregando…',
  retry: 'Tentar de novo',
  close: 'Fechar',
  connection: {
    cloud: 'Conectado',
    hub: 'Rede local',
    none: 'Sem conexão',
    loading: 'Conectando…',
    age: 'dados de {{ago}}',
  },
};

const en: typeof ptBR = {
  language: 'Language',
  loading: 'Loading…',
  retry: 'Try again',
  close: 'Close',
  connection: {
    cloud: 'Connected',
    hub: 'Local network',
    none: 'No connection',
    loading: 'Connecting…',
    age: 'data from {{ago}}',
  },
};

const es: typeof ptBR = {
  language: 'Idioma',
  loading: 'Cargando…',
  retry: 'Intentar de nuevo',
  close: 'Cerrar',
  connection: {
    cloud: 'Conectado',
    hub: 'Red local',
    none: 'Sin conexión',
    loading: 'Conectando…',
    age: 'datos de {{ago}}',
  },
};

export const KIT_TEXTS: Readonly<Record<Locale, Texts>> = { 'pt-BR': ptBR, en, es };
