import type { RunRecord } from '../record/record.ts';
export const DisputeView = (_props: { record: RunRecord; index: number }) => <h1>Dispute</h1>;
