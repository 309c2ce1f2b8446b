/** The way to a ticket, and everything that must not lead off it. */
import type { CommandId, PriorityClassId, ServiceId } from '@totem/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DoorError } from '../../../packages/ui/door/door-error.ts';
import { canGoBack, canStartOver, FLOW_AT_START, type Flow, type FlowEvent, flowAfter } from './flow.ts';
