import type { RunRecord } from '../record/record.ts';
export const ModelView = (_props: { record: RunRecord; name: string | undefined }) => <h1>Model</h1>;
