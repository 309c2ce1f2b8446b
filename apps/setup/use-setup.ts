/** The state of the enrolment as the agent tells it, asked for again and again: there is one screen, and one agent beside it. */
import { useEffect, useRef, useState } from 'react';
import type { Agent, SetupState } from './agent.ts';

const ASK_EVERY_MS = 1_000;

export interface SetupInUse {
  /** Undefined until the agent has answered once. */
  readonly state: SetupState | undefined;
  /** The agent does not answer. */
  readonly isLost: boolean;
  show(code: string): void;
  again(): void;
}

/** @param onServing the totem is there for its customers. */
export function useSetup(agent: Agent, onServing: () => void): SetupInUse {
  const [state, setState] = useState<SetupState>();
  const [isLost, setIsLost] = useState(false);
  const done = useRef(false);
  const turn = useRef(0);
  const take = (asked: Promise<SetupState>): void => {
    const own = ++turn.current;
    asked.then(
      (next) => {
        if (own !== turn.current) return;
        done.current = next.step === 'done';
        setState(next);
        setIsLost(false);
      },
      () => own === turn.current && setIsLost(true),
    );
  };
  useEffect(() => {
    let isOver = false;
    const look = async (): Promise<void> => {
      // What the person has just asked for comes first.
      const own = turn.current;
      try {
        if (done.current) {
          if (await agent.serves()) return onServing();
        } else {
          const next = await agent.state();
          if (own !== turn.current || isOver) return;
          done.current = next.step === 'done';
          setState(next);
        }
        setIsLost(false);
      } catch {
        // Between the last answer of the one and the first of the other nobody serves.
        if (!done.current) setIsLost(true);
      }
    };
    const timer = setInterval(() => void look(), ASK_EVERY_MS);
    void look();
    return () => {
      isOver = true;
      clearInterval(timer);
    };
  }, [agent, onServing]);
  return {
    state,
    isLost,
    show: (code) => {
      if (state !== undefined) setState({ step: 'showing', ownFingerprint: state.ownFingerprint });
      take(agent.show(code));
    },
    again: () => take(agent.again()),
  };
}
