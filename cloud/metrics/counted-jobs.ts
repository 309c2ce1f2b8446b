/** Jobs that are counted: each run with its duration and how it ended. */
import type { Timers } from '@totem/domain';
import type { Job } from '../jobs/schedule.ts';
import type { Counts } from './counts.ts';

export function countedJobs(jobs: readonly Job[], counts: Pick<Counts, 'job'>, timers: Timers): Job[] {
  return jobs.map((job) => ({
    ...job,
    run: async () => {
      const startedAt = timers.monotonicMs();
      const seconds = () => (timers.monotonicMs() - startedAt) / 1_000;
      try {
        const result = await job.run();
        counts.job(job.name, true, seconds());
        return result;
      } catch (error) {
        counts.job(job.name, false, seconds());
        throw error;
      }
    },
  }));
}
