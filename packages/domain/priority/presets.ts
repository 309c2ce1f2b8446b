/**
 * Priority classes from Brazilian law, as dated presets that a tenant may edit. Tiers: over 80 before the other legal groups,
 * donors after them, then everyone. Sources: Lei 10.048/2000 art. 1 as amended by Lei 14.626/2023; Lei 13.466/2017.
 */
import type { LocalText } from '../site/local-text.ts';

export interface PriorityPreset {
  readonly key: string;
  readonly name: LocalText;
  readonly legalBasis: string | null;
  readonly tier: number;
  readonly weight: number;
  readonly icon: string;
}

const LAW = 'Lei 10.048/2000';

const preset = (
  key: string,
  tier: number,
  icon: string,
  legalBasis: string | null,
  ptBR: string,
  en: string,
  es: string,
): PriorityPreset => ({
  key,
  tier,
  icon,
  legalBasis,
  weight: tier * 10,
  name: { 'pt-BR': ptBR, en, es },
});

/** In the order in which a kiosk shows them. As of 2026-11. */
export const BRAZILIAN_PRIORITY_CLASSES: readonly PriorityPreset[] = [
  preset('none', 0, 'user', null, 'Atendimento comum', 'General', 'Atención general'),
  preset('age80', 3, 'old', 'Lei 13.466/2017', '80 anos ou mais', '80 or older', '80 años o más'),
  preset('age60', 2, 'old', LAW, '60 anos ou mais', '60 or older', '60 años o más'),
  preset(
    'disability',
    2,
    'wheelchair',
    LAW,
    'Pessoa com deficiência',
    'Person with a disability',
    'Persona con discapacidad',
  ),
  preset('autism', 2, 'puzzle', 'Lei 14.626/2023', 'Autismo (TEA)', 'Autism spectrum', 'Autismo (TEA)'),
  preset(
    'pregnant',
    2,
    'pregnant',
    LAW,
    'Gestante ou lactante',
    'Pregnant or breastfeeding',
    'Embarazada o lactante',
  ),
  preset('child', 2, 'baby', LAW, 'Com criança de colo', 'With a small child in arms', 'Con niño en brazos'),
  preset(
    'reduced_mobility',
    2,
    'walk',
    'Lei 14.626/2023',
    'Mobilidade reduzida ou obesidade',
    'Reduced mobility or obesity',
    'Movilidad reducida u obesidad',
  ),
  preset('donor', 1, 'drop', 'Lei 14.626/2023', 'Doador de sangue', 'Blood donor', 'Donante de sangre'),
];
