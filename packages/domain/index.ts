const x: Temporal.Instant = Temporal.Instant.fromEpochMilliseconds(3);
export { x };
