/** What the demo's branch offers: services in three languages, counters, devices and people. */
import type { LocalText, PaymentPolicy } from '@totem/domain';

export interface DemoService {
  readonly prefix: string;
  readonly name: LocalText;
  readonly description: LocalText;
  readonly icon: string;
  readonly durationMinutes: number;
  readonly priceCents: number;
  readonly paymentPolicy: PaymentPolicy;
}

export const DEMO_SERVICES: readonly DemoService[] = [
  {
    prefix: 'A',
    name: { 'pt-BR': 'Atendimento geral', en: 'General service', es: 'Atención general' },
    description: {
      'pt-BR': 'Dúvidas, cadastro e segunda via',
      en: 'Questions, registration and copies',
      es: 'Consultas, registro y copias',
    },
    icon: 'info',
    durationMinutes: 10,
    priceCents: 0,
    paymentPolicy: 'free',
  },
  {
    prefix: 'D',
    name: { 'pt-BR': 'Documentos', en: 'Documents', es: 'Documentos' },
    description: {
      'pt-BR': 'Emissão e entrega de documentos',
      en: 'Issue and delivery of documents',
      es: 'Emisión y entrega de documentos',
    },
    icon: 'id',
    durationMinutes: 15,
    priceCents: 0,
    paymentPolicy: 'free',
  },
  {
    prefix: 'C',
    name: { 'pt-BR': 'Caixa', en: 'Cashier', es: 'Caja' },
    description: {
      'pt-BR': 'Pagamentos e recebimentos',
      en: 'Payments and receipts',
      es: 'Pagos y cobros',
    },
    icon: 'cash',
    durationMinutes: 5,
    priceCents: 0,
    paymentPolicy: 'free',
  },
  {
    prefix: 'E',
    name: { 'pt-BR': 'Exames', en: 'Exams', es: 'Exámenes' },
    description: {
      'pt-BR': 'Coleta e entrega de resultados',
      en: 'Sample collection and results',
      es: 'Toma de muestras y resultados',
    },
    icon: 'test',
    durationMinutes: 20,
    priceCents: 0,
    paymentPolicy: 'free',
  },
  {
    prefix: 'T',
    name: { 'pt-BR': 'Certidão com taxa', en: 'Certificate with a fee', es: 'Certificado con tasa' },
    description: {
      'pt-BR': 'Paga-se depois do atendimento',
      en: 'Paid after the service',
      es: 'Se paga después de la atención',
    },
    icon: 'certificate',
    durationMinutes: 10,
    priceCents: 4_990,
    paymentPolicy: 'after_service',
  },
  {
    prefix: 'P',
    name: { 'pt-BR': 'Emissão expressa', en: 'Express issue', es: 'Emisión exprés' },
    description: {
      'pt-BR': 'Paga-se aqui, antes do atendimento',
      en: 'Paid here, before the service',
      es: 'Se paga aquí, antes de la atención',
    },
    icon: 'signature',
    durationMinutes: 5,
    priceCents: 2_500,
    paymentPolicy: 'before_queue',
  },
  {
    prefix: 'R',
    name: { 'pt-BR': 'Retirada', en: 'Pick-up', es: 'Retiro' },
    description: {
      'pt-BR': 'Retirada do que já está pronto',
      en: 'Pick up what is ready',
      es: 'Retirar lo que está listo',
    },
    icon: 'package',
    durationMinutes: 3,
    priceCents: 0,
    paymentPolicy: 'free',
  },
];

export const DEMO_COUNTERS = [1, 2, 3] as const;
export const DEMO_SITE = { name: 'Unidade Centro', slug: 'centro', timezone: 'America/Sao_Paulo' } as const;
export const DEMO_TENANT = { name: 'Totem', slug: 'default' } as const;
export const DEMO_TOTEMS = [
  { identifier: 'totem-1', lane: '1' },
  { identifier: 'totem-2', lane: '2' },
] as const;
export const DEMO_DISPLAY = { identifier: 'display-1' } as const;
export const DEMO_PEOPLE = [
  { username: 'admin', fullName: 'Ana Administradora', role: 'admin' },
  { username: 'operador', fullName: 'Otávio Operador', role: 'operator' },
  { username: 'operador2', fullName: 'Olívia Operadora', role: 'operator' },
] as const;
export type DemoUsername = (typeof DEMO_PEOPLE)[number]['username'];
