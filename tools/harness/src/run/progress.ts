/** What a run tells while it goes on. */
export type Progress =
  /** Something that takes a moment begins. */
  | { type: 'phase'; text: string }
  /** A step of the scenario begins, counted from one. */
  | { type: 'step'; index: number; of: number; text: string }
  /** The chain took back blocks and went on with another one; what they told is void. */
  | { type: 'fork'; block: number; retracted: number }
  /** A block was made. */
  | { type: 'block'; number: number }
  /** Something happened that a reader of the story wants to know. */
  | { type: 'told'; block: number; text: string };

export type OnProgress = (progress: Progress) => void;
